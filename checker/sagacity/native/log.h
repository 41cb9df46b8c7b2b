/* Which states were found, and in what order?  The log: every state, in breadth-first order.

   The last level of the log is the frontier. Workers append to blocks of their own; between two slices of work the
   blocks are closed up, so that the log is dense whenever the engine looks at it. */
#include <pthread.h>

#define BLOCK 256

typedef struct Log {
    STATE *states;                  /* with memory behind `room` bytes, and addresses for `reserved` */
    u64 room, reserved, length;
    u64 kept, most;                 /* states kept, counted only where there is a limit */
    pthread_mutex_t lock;           /* for more room */
} Log;

/* The part of the log that one worker fills. */
typedef struct Block { u64 at, end; } Block;

INLINE STATE *state_at(Log *L, u64 i) { return &L->states[i]; }

static int open_log(Log *L, u64 most)
{
    L->most = most;
    pthread_mutex_init(&L->lock, NULL);
    L->states = get_addresses(&L->reserved);
    return L->states != NULL;
}

/* Have memory behind the first n states; 0 if it is not allowed. A small log grows by little, a large one by huge pages. */
static int enlarge_log(Log *L, Pages *P, u64 n)
{
    u64 bytes = n * sizeof(STATE), step = bytes < HUGE ? HUGE / 32 : HUGE;
    bytes = (bytes + step - 1) & ~(step - 1);
    pthread_mutex_lock(&L->lock);
    int enough = bytes <= L->room;
    if (!enough && bytes <= L->reserved && get_behind(P, L->states, L->room, bytes)) {
        __atomic_store_n(&L->room, bytes, __ATOMIC_RELAXED);
        enough = 1;
    }
    pthread_mutex_unlock(&L->lock);
    return enough;
}

/* The place for one more state, or NULL: there is no memory for it. */
static STATE *append(Log *L, Pages *P, Block *b)
{
    if (UNLIKELY(b->at == b->end)) {
        b->at = __atomic_fetch_add(&L->length, BLOCK, __ATOMIC_RELAXED);
        b->end = b->at + BLOCK;
        if (__atomic_load_n(&L->room, __ATOMIC_RELAXED) < b->end * sizeof(STATE) && !enlarge_log(L, P, b->end)) return NULL;
    }
    return state_at(L, b->at++);
}

/* Move states from the end of the log into the `n` blocks that are not full, until it is dense. */
static void close_up(Log *L, Block *holes, int n)
{
    for (;;) {
        Block *first = NULL, *last = NULL;
        for (int k = 0; k < n; k++) {
            Block *b = &holes[k];
            if (b->at == b->end) continue;
            if (!first || b->at < first->at) first = b;
            if (!last || b->at > last->at) last = b;
        }
        if (!first) return;
        if (last->end == L->length) {
            L->length = last->at;
            last->at = last->end = 0;
        } else {
            *state_at(L, first->at++) = *state_at(L, --L->length);
        }
    }
}
