/* Which states were found, and in what order?  The log: every state, in breadth-first order.

   The last level of the log is the frontier. Workers append to blocks of their own; between two slices of work the
   blocks are closed up, so that the log is dense whenever the engine looks at it. */
#include <pthread.h>

#define CHUNK_BITS 16
#define CHUNK (1u << CHUNK_BITS)
#define MOST_CHUNKS (1u << 20)
#define BLOCK 256
#define CHUNK_BYTES ROUND(CHUNK * sizeof(STATE))

typedef struct Log {
    STATE **chunks;                 /* a directory of MOST_CHUNKS; its pages appear as they are used */
    u64 n_chunks, length;
    u64 kept, most;                 /* states kept, counted only where there is a limit */
    pthread_mutex_t lock;           /* for new chunks */
} Log;

/* The part of the log that one worker fills. */
typedef struct Block { u64 at, end; } Block;

INLINE STATE *state_at(Log *L, u64 i)
{
    return &__atomic_load_n(&L->chunks[i >> CHUNK_BITS], __ATOMIC_ACQUIRE)[i & (CHUNK - 1)];
}

static int open_log(Log *L, u64 most)
{
    L->most = most;
    pthread_mutex_init(&L->lock, NULL);
    void *p = mmap(NULL, MOST_CHUNKS * sizeof *L->chunks, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    L->chunks = p == MAP_FAILED ? NULL : p;
    return L->chunks != NULL;
}

static void close_log(Log *L)
{
    for (u64 i = 0; i < L->n_chunks; i++) munmap(L->chunks[i], CHUNK_BYTES);
    munmap(L->chunks, MOST_CHUNKS * sizeof *L->chunks);
}

/* The place for one more state, or NULL: there is no memory for it. */
static STATE *append(Log *L, Pages *P, Block *b)
{
    if (UNLIKELY(b->at == b->end)) {
        b->at = __atomic_fetch_add(&L->length, BLOCK, __ATOMIC_RELAXED);
        b->end = b->at + BLOCK;
        pthread_mutex_lock(&L->lock);
        while (L->n_chunks << CHUNK_BITS < b->end && L->n_chunks < MOST_CHUNKS && affordable(P, CHUNK_BYTES)) {
            STATE *chunk = get_pages(P, CHUNK_BYTES);
            if (!chunk) break;
            __atomic_store_n(&L->chunks[L->n_chunks++], chunk, __ATOMIC_RELEASE);
        }
        int room = L->n_chunks << CHUNK_BITS >= b->end;
        pthread_mutex_unlock(&L->lock);
        if (!room) return NULL;
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
