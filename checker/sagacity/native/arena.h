/* What is searched for a fair behaviour: a state graph that is asked for row by row, an automaton, and the arcs of their
   product. Nothing here depends on the model. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef uint64_t u64;
typedef uint32_t u32;

#define NOWHERE 0xffffffffu
#define STUTTER 0xffffffffu       /* the edge that is none */
#define TICK (1u << 20)           /* arcs between two looks at the clock */
#define MOST_TABLE 12             /* atoms up to which valuations are tabulated */

typedef struct Edge { u32 target, class; } Edge;
typedef struct Transition { u64 positive, negative, marks; u32 target, unused; } Transition;

/* What is asked of the graph. A set of marks has `words` words; `weak` and `strong` are the duties among them. Callbacks
   give 0 where the search cannot go on. */
typedef struct Graph {
    u64 states, initial, room;      /* the first `initial` states are so; bytes that may be taken */
    const u64 *first;
    const u32 *degree;              /* 1 + the number of edges; 0: the row must be asked for */
    Edge *const *edges;
    const u64 *enabled, *sets, *weak, *strong;
    const u64 *labels;              /* the atoms of each state */
    u64 words, stepping;            /* do atoms speak of steps? */
    void *owner;
    int (*row)(void *, u64);        /* 1: found; 2: `ask` must be called for the rest; 0: no memory */
    int (*steps)(void *, u64, u64, u64 *);
    int (*ask)(u64);
    int (*ask_steps)(u64, u64, u64 *);
    int (*tick)(void);
} Graph;

/* Letters are programs in postfix: an atom is its number, the others are these. */
enum { FALSE_ = -1, TRUE_ = -2, NOT_ = -3, AND_ = -4, OR_ = -5, IMPLIES_ = -6, IFF_ = -7 };

typedef struct Automaton {
    u64 states, letters, atoms, acceptance;
    const u32 *first;               /* transitions first[q]..first[q + 1] - 1 leave q */
    const Transition *transitions;
    const int *program;
    const u32 *letter;              /* the program of letter i is letter[i]..letter[i + 1] - 1 */
} Automaton;

typedef struct Vector { u64 *at, n, room; } Vector;
typedef struct Frame { u64 node; u32 k, j, root; } Frame;
typedef struct Frames { Frame *at; u64 n, room; } Frames;

typedef struct Arena {
    Graph *G;
    const Automaton *A;
    u64 nq, nr, taken, ticks;
    int failed;
    u32 *rank, *rank_of;            /* automaton states that can recur: rank -> state; state -> rank or NOWHERE */
    unsigned char *everywhere;
    u64 *reached;                   /* bits of nodes s * nq + q, but for those everywhere */
    u64 *inside;                    /* bits of graph states to which everything is restricted; NULL: all */
    Vector nodes;                   /* nodes reached, but for those everywhere */
    u32 *low, *region;              /* of nodes s * nr + rank */
    u32 next, component;
    Frames calls;
    Vector path, rest, parts, fair; /* fair: component ids */
    u64 *table, *known;
    u64 *scratch;
    u64 *from;                      /* by node s * nq + q: 1 + the node before, and its edge below */
    u32 *from_edge, *stamp;         /* stamp: of the last search that came by */
    u32 now;
    Vector queue;
} Arena;

/* ---- memory: counted against the room, which ends the search and not the process --------------------------------- */

static void *take(Arena *X, u64 n, u64 size)
{
    u64 bytes = (n + 1) * size;
    if (X->taken + bytes > X->G->room) { X->failed = 1; return NULL; }
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) { X->failed = 1; return NULL; }
    X->taken += bytes;
    return p;
}

static void drop(void *p, u64 n, u64 size) { if (p) munmap(p, (n + 1) * size); }

static int roomier(Arena *X, void **at, u64 *room, u64 size)
{
    u64 more = *room ? 2 * *room : 1024, bytes = (more - *room) * size;
    void *p = X->taken + bytes > X->G->room ? NULL : realloc(*at, more * size);
    if (!p) { X->failed = 1; return 0; }
    X->taken += bytes;
    *at = p;
    *room = more;
    return 1;
}

static int push(Arena *X, Vector *v, u64 x)
{
    if (v->n == v->room && !roomier(X, (void **)&v->at, &v->room, sizeof *v->at)) return 0;
    v->at[v->n++] = x;
    return 1;
}

static int bit(const u64 *w, u64 i) { return w[i >> 6] >> (i & 63) & 1; }
static void set_bit(u64 *w, u64 i) { w[i >> 6] |= 1ull << (i & 63); }

/* ---- arcs -------------------------------------------------------------------------------------------------------- */

static u64 evaluated(const Automaton *A, u64 bits)
{
    u64 letters = 0;
    for (u64 i = 0; i < A->letters; i++) {
        u64 stack = 0;              /* bit 0 is the top */
        for (u32 k = A->letter[i]; k < A->letter[i + 1]; k++) {
            int c = A->program[k];
            u64 b = stack & 1, a = stack >> 1 & 1;
            switch (c) {
                case FALSE_: stack <<= 1; break;
                case TRUE_: stack = stack << 1 | 1; break;
                case NOT_: stack ^= 1; break;
                case AND_: stack = stack >> 2 << 1 | (a & b); break;
                case OR_: stack = stack >> 2 << 1 | a | b; break;
                case IMPLIES_: stack = stack >> 2 << 1 | (!a | b); break;
                case IFF_: stack = stack >> 2 << 1 | (a == b); break;
                default: stack = stack << 1 | (bits >> c & 1);
            }
        }
        letters |= (stack & 1) << i;
    }
    return letters;
}

static u64 valuation(Arena *X, u64 bits)
{
    if (!X->table) return evaluated(X->A, bits);
    if (!bit(X->known, bits)) {
        X->table[bits] = evaluated(X->A, bits);
        set_bit(X->known, bits);
    }
    return X->table[bits];
}

/* Make sure that the row of a state is there. */
static int row(Arena *X, u64 s)
{
    Graph *G = X->G;
    if (__builtin_expect(G->degree[s] != 0, 1)) return 1;
    X->ticks += 8;
    int r = G->row(G->owner, s);
    if (r == 2) r = G->ask(s);
    if (!r) X->failed = 1;
    return r;
}

/* The letters that hold on edge k of state s (STUTTER: of its stutter). */
static u64 letters_on(Arena *X, u64 s, u32 k)
{
    Graph *G = X->G;
    u64 bits = 0;
    if (k != STUTTER && G->stepping && !G->steps(G->owner, s, k, &bits) && !G->ask_steps(s, k, &bits)) X->failed = 1;
    return valuation(X, G->labels[s] | bits);
}

static int allows(const Transition *t, u64 letters)
{
    return (letters & t->positive) == t->positive && !(letters & t->negative);
}

/* The arcs of a node in order: its stutter first, each with every transition that it allows. `k` and `j` say where to go
   on; an arc is given by *edge and the transition. NULL: there are no more, or the search has failed. */
typedef struct Arcs { u64 s; u32 q, k, j; u64 letters; int ready; } Arcs;

static const Transition *next_arc(Arena *X, Arcs *a, u32 *edge, u64 *target)
{
    Graph *G = X->G;
    const Automaton *A = X->A;
    u32 first = A->first[a->q], n = A->first[a->q + 1] - first;
    if (!row(X, a->s)) return NULL;
    u32 degree = G->degree[a->s];
    const Edge *edges = *G->edges + G->first[a->s];
    for (; a->k < degree; a->k++, a->j = 0) {
        u64 t = a->s;
        if (a->k) {
            t = edges[a->k - 1].target;
            if (t == NOWHERE || t == a->s || (X->inside && !bit(X->inside, t))) continue;
        }
        *edge = a->k ? a->k - 1 : STUTTER;
        if (!a->ready || (G->stepping && a->j == 0)) {
            a->letters = letters_on(X, a->s, *edge);
            a->ready = 1;
            if (X->failed) return NULL;
        }
        for (; a->j < n; ) {
            const Transition *found = &A->transitions[first + a->j++];
            if (!allows(found, a->letters)) continue;
            *target = t;
            return found;
        }
    }
    return NULL;
}

static int on_time(Arena *X)
{
    if (__builtin_expect(++X->ticks < TICK, 1)) return 1;
    X->ticks = 0;
    if (!X->G->tick()) X->failed = 1;
    return !X->failed;
}

/* The marks of an arc, added to a set: of the duties alone; those of the transition are its own. */
static void add_marks(const Graph *G, u64 s, u32 edge, u64 *set)
{
    const u64 *enabled = G->enabled + s * G->words;
    const u64 *class = edge == STUTTER ? NULL : G->sets + (u64)(*G->edges)[G->first[s] + edge].class * G->words;
    for (u64 i = 0; i < G->words; i++)
        set[i] |= (~enabled[i] & G->weak[i]) | (class ? class[i] & (G->weak[i] | G->strong[i]) : 0);
}
