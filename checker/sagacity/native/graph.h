/* Which states does every state lead to, and whose steps lead there?  The state graph, for temporal properties.

   The states of the log are expanded once more, and each step that changes the state becomes an edge: the number of its
   target in the log, and its class. A class is a set of marks: the fairness obligations that a step of this action and
   binding discharges, and the `enabled` atoms that it makes true. Two actions that lead to one state give two edges;
   a cycle may use both, so nothing is lost. A step to a state that was not kept is an edge to NOWHERE: it counts in what
   is enabled. */
#define NOWHERE 0xffffffffu
#define AHEAD 64                  /* targets that wait while their lines of the table are fetched */

typedef uint32_t u32;
typedef struct Edge { u32 target, class; } Edge;

typedef struct Graph {
    u64 states, initial, at;        /* states before number `at` have their edges */
    u64 *first;                     /* edges first[i]..first[i + 1] - 1 leave state i */
    Edge *edges;
    u64 n_edges, room;
    u32 *number;                    /* 1 + the number of the state in a slot of the table; 0: not kept */
    unsigned words;                 /* of a set of marks */
    u64 *enabled;                   /* a set for each state: what is enabled there */
    const u32 *classes;             /* of each action and binding */
    const u64 *offset, *marks, *duties;     /* by action into `classes`; the set of each class; the obligations among marks */
    unsigned waiting;
    int full;
    STATE target[AHEAD];
    u64 home[AHEAD];
} Graph;

/* Twice the room for items of `size` bytes, with the old ones in it; NULL if memory does not allow it. */
static void *stretch(Pages *P, void *old, u64 *room, u64 size)
{
    u64 more = *room ? 2 * *room : 4096, was = *room ? ROUND(*room * size) : 0, bytes = ROUND(more * size);
    void *p = affordable(P, bytes) ? get_pages(P, bytes) : NULL;
    if (!p) return NULL;
    if (was) memcpy(p, old, was);
    give_pages(P, old, was);
    *room = more;
    return p;
}

/* Zeroed room for n items, which counts in full although pages appear only as they are used; NULL: no memory. */
static void *reserve(Pages *P, u64 n, u64 size)
{
    return affordable(P, ROUND((n + 1) * size)) ? get_pages(P, ROUND((n + 1) * size)) : NULL;
}

static void release(Pages *P, void *p, u64 n, u64 size) { if (p) give_pages(P, p, ROUND((n + 1) * size)); }

/* The slot of a state with this home; of the zero state, the one behind the last. ~0: it is not in the table. */
INLINE u64 slot_with(const Table *T, STATE s, u64 k)
{
    SLOT x = slot_of(s, hash(s));
    if (is_zero(x)) return T->has_zero ? T->capacity + SLACK : ~0ull;
    while (!is_free(&T->slots[k])) {
        if (!memcmp(&T->slots[k], &x, sizeof x)) return k;
        if (++k == T->capacity + SLACK) k = 0;
    }
    return ~0ull;
}

/* Number the slots in the order of the log. */
static void number_states(Run *R, Graph *G)
{
    const Table *T = &R->table;
    u64 home[AHEAD];
    for (u64 i = 0; i < G->states; i += AHEAD) {
        unsigned n = G->states - i < AHEAD ? G->states - i : AHEAD;
        for (unsigned k = 0; k < n; k++) {
            home[k] = place(hash(*state_at(&R->log, i + k)), T->capacity);
            __builtin_prefetch(&T->slots[home[k]]);
            __builtin_prefetch(&G->number[home[k]], 1);
        }
        for (unsigned k = 0; k < n; k++) {
            u64 slot = slot_with(T, *state_at(&R->log, i + k), home[k]);
            if (slot != ~0ull) G->number[slot] = (u32)(i + k + 1);
        }
    }
}

static void resolve(Run *R, Graph *G)
{
    Edge *e = G->edges + G->n_edges - G->waiting;
    for (unsigned k = 0; k < G->waiting; k++, e++) {
        u64 slot = slot_with(&R->table, G->target[k], G->home[k]);
        e->target = slot == ~0ull || !G->number[slot] ? NOWHERE : G->number[slot] - 1;
    }
    G->waiting = 0;
}

/* A step from state o, number `at`, to n. */
static void lead(Worker *W, int action, u64 binding, STATE o, STATE n)
{
    Run *R = W->run;
    Graph *G = R->graph;
    u32 c = G->classes[G->offset[action] + binding];
    const u64 *marks = G->marks + (u64)c * G->words;
    u64 *enabled = G->enabled + W->at * G->words;
    if (same_state(o, n)) {
        for (unsigned i = 0; i < G->words; i++) enabled[i] |= marks[i] & ~G->duties[i];
        return;
    }
    for (unsigned i = 0; i < G->words; i++) enabled[i] |= marks[i];
    if (G->full) return;
    if (UNLIKELY(G->n_edges == G->room)) {
        Edge *more = stretch(&R->pages, G->edges, &G->room, sizeof *G->edges);
        if (!more) { G->full = 1; return; }
        G->edges = more;
    }
    u64 k = place(hash(n), R->table.capacity);
    __builtin_prefetch(&R->table.slots[k]);
    __builtin_prefetch(&G->number[k]);
    G->edges[G->n_edges++].class = c;
    G->target[G->waiting] = n;
    G->home[G->waiting] = k;
    if (++G->waiting == AHEAD) resolve(R, G);
}

void sg_graph_close(Run *R)
{
    Graph *G = R->graph;
    if (!G) return;
    release(&R->pages, G->first, G->states, sizeof *G->first);
    release(&R->pages, G->number, R->table.capacity + SLACK, sizeof *G->number);
    release(&R->pages, G->enabled, G->states * G->words, sizeof *G->enabled);
    if (G->edges) give_pages(&R->pages, G->edges, ROUND(G->room * sizeof *G->edges));
    free(G);
    R->graph = NULL;
}

/* Prepare the graph of the first `states` states, of which the first `initial` are so; 0: there is no memory for it. */
int sg_graph_open(Run *R, u64 states, u64 initial, unsigned words, const u32 *classes, const u64 *offset,
                  const u64 *marks, const u64 *duties)
{
    Pages *P = &R->pages;
    Graph *G = calloc(1, sizeof *G);
    if (!G || states >= NOWHERE - 1) { free(G); return 0; }
    R->graph = G;
    G->states = states; G->initial = initial; G->words = words;
    G->classes = classes; G->offset = offset; G->marks = marks; G->duties = duties;
    if (!(G->first = reserve(P, states, sizeof *G->first)) ||
        !(G->number = reserve(P, R->table.capacity + SLACK, sizeof *G->number)) ||
        !(G->enabled = reserve(P, states * words, sizeof *G->enabled))) { sg_graph_close(R); return 0; }
    u64 room = R->transitions / 512 * 512 + 512;
    if (affordable(P, ROUND(room * sizeof *G->edges)) && (G->edges = get_pages(P, ROUND(room * sizeof *G->edges))))
        G->room = room;
    number_states(R, G);
    return 1;
}

/* Find the edges of about `budget` more states, stopping where the reference must be asked (see `sg_event`); it then
   tells its steps by `sg_lead`. How many states have all their edges otherwise; -1: there is no memory for more. */
i64 sg_graph_more(Run *R, u64 budget)
{
    Graph *G = R->graph;
    Worker *W = R->hunter;
    int status = R->status;
    R->status = RUNNING;
    W->first_event = W->n_events = 0;
    W->graphing = 1;
    while (G->at < G->states && budget-- && !W->n_events && !G->full) {
        W->mode = 1;
        W->at = G->at;
        G->first[G->at] = G->n_edges;
        expand(W, *state_at(&R->log, G->at));
        G->at++;
    }
    W->graphing = 0;
    resolve(R, G);
    G->first[G->at] = G->n_edges;
    R->status = status;
    return G->full ? -1 : (i64)G->at;
}

/* A step of the reference from the state where `sg_graph_more` stopped. */
void sg_lead(Run *R, int action, u64 binding, const u64 *to)
{
    Graph *G = R->graph;
    R->hunter->at = G->at - 1;
    lead(R->hunter, action, binding, *state_at(&R->log, G->at - 1), from_words(to));
    resolve(R, G);
    G->first[G->at] = G->n_edges;
}

const u64 *sg_graph_first(Run *R) { return R->graph->first; }
const Edge *sg_graph_edges(Run *R) { return R->graph->edges; }
const u64 *sg_graph_enabled(Run *R) { return R->graph->enabled; }

/* Are atoms true in state i?  Those of 0 and more are probes, -1 - j is mark j. Bits; *sure is 0 where the reference
   must be asked. */
static u64 atoms_in(Run *R, u64 i, const int *atoms, int n, int *sure)
{
    Graph *G = R->graph;
    STATE s = *state_at(&R->log, i);
    u64 bits = 0;
    for (int k = 0; k < n; k++) {
        int j = -1 - atoms[k], r = j < 0 ? probe(FIRST_ATOM + atoms[k], s, s) : bitn(G->enabled + i * G->words, j);
        if (r == 2) { *sure = 0; return 0; }
        bits |= (u64)r << k;
    }
    return bits;
}

/* The truth of atoms (64 at most) in each state from number `from`, into labels[0]...; the first state for which the
   reference must be asked, or the number of states. */
u64 sg_labels(Run *R, u64 from, const int *atoms, int n, u64 *labels)
{
    int sure = 1;
    for (u64 i = from; i < R->graph->states; i++) {
        u64 bits = atoms_in(R, i, atoms, n, &sure);
        if (!sure) return i;
        labels[i] = bits;
    }
    return R->graph->states;
}
