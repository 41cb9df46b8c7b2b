/* The search: an exact table of whole states, the states in breadth-first order, batched insertion.

   The table holds the packed states themselves, so nothing is omitted by hashing and a probe costs one cache
   miss. A state's
   place is the high part of hash * capacity (Lemire 2019, "Fast random integer generation in an interval"),
   which keeps the
   order of hashes: a larger table is filled by walking the old one from its start, both sequentially, and the old pages
   are given back on the way. Successors wait in a batch while their lines are fetched (as in Laarman, van de
   Pol and Weber 2010).
   No parent is stored: a trace is found again level by level, see `sg_hunt`. */
#include <sys/mman.h>

#define BATCH 256
#define MOST_CHOICES 64
#define CHUNK_BITS 16
#define CHUNK (1u << CHUNK_BITS)

enum { UNDECIDED_STEP, UNDECIDED_CONSTRAINT, INVARIANT_EVENT, STEP_EVENT, POSSIBLE_EVENT, WATCH_EVENT, DEADLOCK_EVENT };
enum { RUNNING, STOPPED, FULL_STATES, FULL_MEMORY };

typedef int (*Event)(int kind, int index, u64 binding, const u64 *state, const int *choices, int n_choices);

typedef struct Run {
    STATE *table;
    u64 capacity, used, limit, bytes;
    int has_zero;
    STATE **chunks;
    u64 n_chunks, states, next, transitions;
    u64 completed;
    int failed, hunting, found, status, outside, deadlock;
    STATE batch[BATCH], target;
    u64 home[BATCH];
    unsigned waiting;
    unsigned char taken[ACTIONS];
    u64 open[6];                    /* by kind of probe: those still to be watched */
    u64 max_states, max_bytes;
    Event event;
    int n_taken, n_script, choices[MOST_CHOICES], counts[MOST_CHOICES];
} Run;

static int probe(int k, STATE n, STATE o);
static void expand(Run *R, const STATE o);

#if STATE_WORDS == 1
#define WORDS(s) (&(s))
INLINE int same_state(STATE a, STATE b) { return a == b; }
INLINE int is_zero(STATE a) { return a == 0; }
#else
#define WORDS(s) ((s).w)
INLINE int same_state(STATE a, STATE b) { return eqn(a.w, b.w, STATE_WORDS); }
INLINE int is_zero(STATE a) { STATE z = {{0}}; return eqn(a.w, z.w, STATE_WORDS); }
#endif

/* The finisher of splitmix64 over all words. */
INLINE u64 hash(STATE s)
{
    const u64 *w = WORDS(s);
    u64 h = 0;
    for (int i = 0; i < STATE_WORDS; i++) {
        h = (h ^ w[i]) * 0xbf58476d1ce4e5b9ull;
        h ^= h >> 32;
    }
    h *= 0x94d049bb133111ebull;
    return h ^ h >> 29;
}

INLINE u64 place(u64 h, u64 capacity) { return (u64)((unsigned __int128)h * capacity >> 64); }

static void *get_pages(Run *R, u64 bytes)
{
    if (R->bytes + bytes > R->max_bytes) return NULL;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= 1u << 24) madvise(p, bytes, MADV_HUGEPAGE);
#endif
    R->bytes += bytes;
    return p;
}

static void give_pages(Run *R, void *p, u64 bytes)
{
    if (p) munmap(p, bytes);
    R->bytes -= bytes;
}

#define ROUND(b) (((b) + 4095) & ~4095ull)
#define SLACK 64            /* slots behind the last home, so that a probe seldom wraps */

static int grow(Run *R)
{
    u64 old = R->capacity, capacity = old ? old + old / 5 * 2 : 1u << 12;
    u64 size = ROUND((capacity + SLACK) * sizeof(STATE)), old_size = ROUND((old + SLACK) * sizeof(STATE));
    STATE *table = get_pages(R, size);
    if (!table) return 0;
    u64 freed = 0;
    for (u64 i = 0; i < (old ? old + SLACK : 0); i++) {
        STATE s = R->table[i];
        if (!is_zero(s)) {
            u64 k = place(hash(s), capacity);
            while (!is_zero(table[k])) if (++k == capacity + SLACK) k = 0;
            table[k] = s;
        }
        u64 done = (i * sizeof(STATE)) & ~((1ull << 22) - 1);
        if (done > freed) {
            madvise((char *)R->table + freed, done - freed, MADV_DONTNEED);
            freed = done;
        }
    }
    if (old) give_pages(R, R->table, old_size);
    R->table = table;
    R->capacity = capacity;
    R->limit = capacity / 5 * 4;
    return 1;
}

INLINE STATE *state_at(Run *R, u64 i) { return &R->chunks[i >> CHUNK_BITS][i & (CHUNK - 1)]; }

static void tell(Run *R, int kind, int index, u64 binding, STATE s, int n)
{
    if (R->status != RUNNING) return;
    if (R->event(kind, index, binding, WORDS(s), R->choices, n) && R->status == RUNNING) R->status = STOPPED;
}

static void watch(Run *R, int kind, int first, int event, int expected, STATE s)
{
    for (u64 m = R->open[kind]; m && R->status == RUNNING; m &= m - 1) {
        int k = __builtin_ctzll(m);
        if (probe(first + k, s, s) != expected) tell(R, event, k, 0, s, 0);
    }
}

/* A state that was not in the table. */
static void arrive(Run *R, STATE s)
{
    for (int k = 0; k < CONSTRAINTS; k++) {
        int r = probe(FIRST_CONSTRAINT + k, s, s);
        if (r == 2) tell(R, UNDECIDED_CONSTRAINT, k, 0, s, 0);
        if (R->status != RUNNING) return;
        if (r == 0) {
            R->outside = 1;
            watch(R, 1, FIRST_INVARIANT, INVARIANT_EVENT, 1, s);
            return;
        }
    }
    if (R->states >= R->max_states) { R->status = FULL_STATES; return; }
    if (R->states >> CHUNK_BITS >= R->n_chunks) {
        STATE **chunks = realloc(R->chunks, (R->n_chunks + 1) * sizeof *chunks);
        STATE *chunk = chunks ? get_pages(R, ROUND(CHUNK * sizeof(STATE))) : NULL;
        if (chunks) R->chunks = chunks;
        if (!chunk) { R->status = FULL_MEMORY; return; }
        R->chunks[R->n_chunks++] = chunk;
    }
    *state_at(R, R->states++) = s;
    watch(R, 1, FIRST_INVARIANT, INVARIANT_EVENT, 1, s);
    for (u64 m = R->open[4]; m && R->status == RUNNING; m &= m - 1) {
        int k = __builtin_ctzll(m);
        if (probe(FIRST_POSSIBLE + k, s, s) != 0) tell(R, POSSIBLE_EVENT, k, 0, s, 0);
    }
    for (u64 m = R->open[5]; m && R->status == RUNNING; m &= m - 1) {
        int k = __builtin_ctzll(m), r = probe(FIRST_WATCH + k, s, s);
        if (r == 1) R->open[5] &= ~(1ull << k);
        else if (r == 2) tell(R, WATCH_EVENT, k, 0, s, 0);
    }
}

static void flush(Run *R)
{
    unsigned n = R->waiting;
    R->waiting = 0;
    if (R->used + n > R->limit) {
        if (!grow(R)) { if (R->status == RUNNING) R->status = FULL_MEMORY; return; }
        for (unsigned i = 0; i < n; i++) R->home[i] = place(hash(R->batch[i]), R->capacity);
    }
    for (unsigned i = 0; i < n && R->status == RUNNING; i++) {
        STATE s = R->batch[i];
        if (is_zero(s)) {
            if (!R->has_zero) { R->has_zero = 1; arrive(R, s); }
            continue;
        }
        u64 k = R->home[i];
        while (!is_zero(R->table[k]) && !same_state(R->table[k], s)) if (++k == R->capacity + SLACK) k = 0;
        if (is_zero(R->table[k])) {
            R->table[k] = s;
            R->used++;
            arrive(R, s);
        }
    }
}

INLINE void insert(Run *R, STATE s)
{
    unsigned i = R->waiting;
    u64 k = place(hash(s), R->capacity);
    __builtin_prefetch(&R->table[k]);
    R->batch[i] = s;
    R->home[i] = k;
    R->waiting = i + 1;
    if (UNLIKELY(i + 1 == BATCH)) flush(R);
}

/* A step from o to n is complete. */
INLINE void complete(Run *R, int action, STATE o, STATE n)
{
    if (UNLIKELY(R->hunting)) {
        if (same_state(n, R->target)) R->found = 1;
        return;
    }
    R->completed++;
    R->taken[action] = 1;
    if (same_state(o, n)) return;
#if STEPS
    for (u64 m = R->open[2]; m && R->status == RUNNING; m &= m - 1) {
        int k = __builtin_ctzll(m);
        if (probe(FIRST_STEP + k, n, o) != 1) {
            flush(R);
            tell(R, STEP_EVENT, k, 0, n, 0);
        }
    }
#endif
    insert(R, n);
}

/* The rest of this execution needs the reference. */
static __attribute__((noinline, cold)) void undecided(Run *R, int action, u64 binding, STATE o)
{
    if (!R->hunting) flush(R);
    tell(R, UNDECIDED_STEP, action, binding, o, R->n_taken);
}

/* The index to take among `count` values: from the script, then the first. */
INLINE i64 choose(Run *R, i64 count)
{
    int k = R->n_taken++;
    if (k >= R->n_script) R->choices[k] = 0;
    R->counts[k] = (int)count;
    return R->choices[k];
}

INLINE int next_script(Run *R)
{
    for (int k = R->n_taken - 1; k >= 0; k--)
        if (R->choices[k] + 1 < R->counts[k]) {
            R->choices[k]++;
            R->n_script = k + 1;
            return 1;
        }
    return 0;
}
