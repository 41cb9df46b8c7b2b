/* Has this state been seen?  The pages of the search, and the table of all states, shared by all workers.

   Exact: the table holds whole packed states, and nothing is omitted by hashing. A slot is free while its control word
   is 0. One-word states are entered with one compare-and-swap; a longer one is announced (BUSY), written and released
   (FULL), as in Laarman, van de Pol and Weber 2010, with the marks in spare bits of the state rather than in an array
   of their own. With FINGERPRINT a slot is the 64-bit hash of a state: two states that share one are taken for the same.

   The place of a state is the high part of hash * capacity (Lemire 2019, "Fast random integer generation in an
   interval"), which keeps the order of hashes: so the table grows where it lies, see growth.h. */
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define HUGE (1ull << 21)          /* bytes of a huge page */
#define SLACK 64                  /* slots behind the last home, so that a probe seldom wraps */
#define ROUND(b) (((b) + 4095) & ~4095ull)

#if STATE_WORDS == 1
#define WORDS(s) (&(s))
INLINE int same_state(STATE a, STATE b) { return a == b; }
#else
#define WORDS(s) ((s).w)
INLINE int same_state(STATE a, STATE b) { return eqn(a.w, b.w, STATE_WORDS); }
#endif

#ifndef FINGERPRINT
#define FINGERPRINT 0
#endif

/* Pages, counted against a ceiling before they are asked for. */
typedef struct Pages { u64 bytes, ceiling; } Pages;

INLINE int affordable(const Pages *P, u64 bytes) { return P->bytes + bytes <= P->ceiling; }

static void *get_pages(Pages *P, u64 bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= 8 * HUGE) madvise(p, bytes, MADV_HUGEPAGE);
#endif
    P->bytes += bytes;
    return p;
}

static void give_pages(Pages *P, void *p, u64 bytes)
{
    if (p) munmap(p, bytes);
    P->bytes -= bytes;
}

/* Addresses for `bytes`, with no memory behind them yet: what lies there can grow without moving. Fewer where the system
   limits them, for others need some as well; NULL: none. From the start of a huge page. */
static void *get_addresses(u64 *bytes)
{
    struct rlimit limit;
    if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY && *bytes > limit.rlim_cur / 4)
        *bytes = limit.rlim_cur / 4;
    for (*bytes &= ~(HUGE - 1); *bytes; *bytes = *bytes / 2 & ~(HUGE - 1)) {
        char *p = mmap(NULL, *bytes + HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) continue;
        u64 before = -(u64)p & (HUGE - 1);
        if (before) munmap(p, before);
        if (before < HUGE) munmap(p + before + *bytes, HUGE - before);
#ifdef MADV_HUGEPAGE
        madvise(p + before, *bytes, MADV_HUGEPAGE);
#endif
        return p + before;
    }
    return NULL;
}

/* Have memory behind the first `bytes` of some addresses, behind `had` of which there is some; 0 if it is not allowed. */
static int get_behind(Pages *P, void *p, u64 had, u64 bytes)
{
    if (!affordable(P, bytes - had) || mprotect((char *)p + had, bytes - had, PROT_READ | PROT_WRITE)) return 0;
    P->bytes += bytes - had;
    return 1;
}

#if FINGERPRINT
/* The finisher of MurmurHash3 after every word: every bit of a state moves every bit of its fingerprint. */
INLINE u64 hash(STATE s)
{
    const u64 *w = WORDS(s);
    u64 h = 0x9e3779b97f4a7c15ull;
    for (int i = 0; i < STATE_WORDS; i++) {
        h ^= w[i];
        h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
        h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
        h ^= h >> 33;
    }
    return h;
}
#else
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
#endif

enum { SEEN, NEW, OTHER };

/* ---- slots: of one word, where 0 has a place of its own, or of several with marks ------------------------------- */

#if FINGERPRINT || STATE_WORDS == 1
typedef u64 SLOT;
#if FINGERPRINT
INLINE SLOT slot_of(STATE s, u64 h) { return h; }
INLINE u64 slot_hash(SLOT x) { return x; }
#else
INLINE SLOT slot_of(STATE s, u64 h) { return s; }
INLINE u64 slot_hash(SLOT x) { return hash(x); }
#endif
INLINE int is_zero(SLOT x) { return x == 0; }
INLINE int is_free(const SLOT *x) { return *x == 0; }

INLINE int claim(SLOT *at, SLOT x)
{
    u64 now = __atomic_load_n(at, __ATOMIC_RELAXED);
    if (now == 0 && __atomic_compare_exchange_n(at, &now, x, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return NEW;
    return now == x ? SEEN : OTHER;
}
#else
#define BUSY (1ull << 62)
#define FULL (1ull << 63)
#define SLOT_WORDS (STATE_WORDS + (STATE_BITS > 64 * STATE_WORDS - 2))
#define CONTROL (SLOT_WORDS - 1)
typedef struct { u64 w[SLOT_WORDS]; } SLOT;

INLINE SLOT slot_of(STATE s, u64 h)
{
    SLOT x;
    if (SLOT_WORDS > STATE_WORDS) x.w[CONTROL] = h;
    memcpy(x.w, s.w, sizeof s.w);
    x.w[CONTROL] = (x.w[CONTROL] & ~BUSY) | FULL;
    return x;
}

INLINE u64 slot_hash(SLOT x)
{
    STATE s;
    if (SLOT_WORDS == STATE_WORDS) x.w[CONTROL] &= ~FULL;
    memcpy(s.w, x.w, sizeof s.w);
    return hash(s);
}

INLINE int is_zero(SLOT x) { return 0; }
INLINE int is_free(const SLOT *x) { return x->w[CONTROL] == 0; }

INLINE int claim(SLOT *at, SLOT x)
{
    u64 full = x.w[CONTROL], busy = full ^ FULL ^ BUSY, now = __atomic_load_n(&at->w[CONTROL], __ATOMIC_ACQUIRE);
    if (now == 0 && __atomic_compare_exchange_n(&at->w[CONTROL], &now, busy, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        memcpy(at->w, x.w, 8 * CONTROL);
        __atomic_store_n(&at->w[CONTROL], full, __ATOMIC_RELEASE);
        return NEW;
    }
    while (UNLIKELY(now == busy)) {         /* another worker is writing what may be the same state */
        sched_yield();
        now = __atomic_load_n(&at->w[CONTROL], __ATOMIC_ACQUIRE);
    }
    return now == full && eqn(at->w, x.w, CONTROL) ? SEEN : OTHER;
}
#endif

/* ---- the table ---------------------------------------------------------------------------------------------------- */

typedef struct Table {
    SLOT *slots;
    u64 capacity, used, limit;      /* `limit`: so many slots may be used before it must grow */
    u64 reserved;                   /* bytes of addresses that it may fill */
    u64 next, end;                  /* of a round of growing: the slots that are still to be moved */
    int has_zero;
} Table;

INLINE u64 place(u64 h, u64 capacity) { return (u64)((unsigned __int128)h * capacity >> 64); }
INLINE u64 table_bytes(u64 capacity) { return capacity ? ROUND((capacity + SLACK) * sizeof(SLOT)) : 0; }

/* Enter a state whose home is slot `k`: is it new? */
INLINE int enter(Table *T, SLOT x, u64 k)
{
    if (UNLIKELY(is_zero(x))) return !__atomic_exchange_n(&T->has_zero, 1, __ATOMIC_RELAXED);
    for (;;) {
        int r = claim(&T->slots[k], x);
        if (r != OTHER) return r == NEW;
        if (++k == T->capacity + SLACK) k = 0;
    }
}
