/* Which states does a state lead to, and whose steps lead there?  The state graph, for temporal properties.

   A state of the log is expanded once more when its row is asked for, and each step that changes the state becomes an
   edge: the number of its target in the log, and its class. A class is a set of marks: the fairness obligations that a
   step of this action and binding discharges, and the atoms about actions that it makes true. Two actions that lead to
   one state give two edges; a cycle may use both, so nothing is lost. A step to a state that was not kept is an edge
   to NOWHERE: it counts in what is enabled. */
#define NOWHERE 0xffffffffu
#define AHEAD 64                  /* targets that wait while their lines of the table are fetched */

typedef uint32_t u32;
typedef struct Edge { u32 target, class; } Edge;

/* An atom about steps: is the probe true of it (-1: of every one), and is the mark (-1: none) there, or not there? */
typedef struct StepAtom { u64 bit; i64 probe, mark, there; } StepAtom;

typedef struct Graph {
    u64 states;
    u64 *first;                     /* the row of state i: degree[i] - 1 edges from first[i]; degree 0: not found yet */
    u32 *degree;
    Edge *edges;
    u64 n_edges, room;
    u32 *number;                    /* 1 + the number of the state in a slot of the table; 0: not kept */
    unsigned words;                 /* of a set of marks */
    u64 *enabled;                   /* a set for each state: what is enabled there */
    const u32 *classes;             /* of each action and binding */
    const u64 *offset, *marks, *duties;     /* by action into `classes`; the set of each class; the obligations among marks */
    const StepAtom *steps;
    unsigned n_steps, waiting;
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
    release(&R->pages, G->degree, G->states, sizeof *G->degree);
    release(&R->pages, G->number, R->table.capacity + SLACK, sizeof *G->number);
    release(&R->pages, G->enabled, G->states * G->words, sizeof *G->enabled);
    if (G->edges) give_pages(&R->pages, G->edges, ROUND(G->room * sizeof *G->edges));
    free(G);
    R->graph = NULL;
}

/* Prepare the graph of the first `states` states; 0: there is no memory for it. */
int sg_graph_open(Run *R, u64 states, unsigned words, const u32 *classes, const u64 *offset, const u64 *marks,
                  const u64 *duties)
{
    Pages *P = &R->pages;
    Graph *G = calloc(1, sizeof *G);
    if (!G || states >= NOWHERE - 1) { free(G); return 0; }
    R->graph = G;
    G->states = states; G->words = words;
    G->classes = classes; G->offset = offset; G->marks = marks; G->duties = duties;
    if (!(G->first = reserve(P, states, sizeof *G->first)) || !(G->degree = reserve(P, states, sizeof *G->degree)) ||
        !(G->number = reserve(P, R->table.capacity + SLACK, sizeof *G->number)) ||
        !(G->enabled = reserve(P, states * words, sizeof *G->enabled))) { sg_graph_close(R); return 0; }
    number_states(R, G);
    return 1;
}

/* Find the row of state s. 1: it is there. 2: the reference must be asked for the rest of it (see `sg_event`), and tells
   its steps by `sg_lead` before another row is found. 0: there is no memory for it. */
int sg_graph_row(Run *R, u64 s)
{
    Graph *G = R->graph;
    Worker *W = R->hunter;
    int status = R->status;
    R->status = RUNNING;
    W->first_event = W->n_events = 0;
    W->graphing = W->mode = 1;
    W->at = s;
    G->first[s] = G->n_edges;
    expand(W, *state_at(&R->log, s));
    W->graphing = 0;
    resolve(R, G);
    G->degree[s] = (u32)(1 + G->n_edges - G->first[s]);
    R->status = status;
    return G->full ? 0 : W->n_events ? 2 : 1;
}

/* A step of the reference from state s, whose row was found last. */
void sg_lead(Run *R, u64 s, int action, u64 binding, const u64 *to)
{
    Graph *G = R->graph;
    R->hunter->at = s;
    lead(R->hunter, action, binding, *state_at(&R->log, s), from_words(to));
    resolve(R, G);
    G->degree[s] = (u32)(1 + G->n_edges - G->first[s]);
}

const u64 *sg_graph_first(Run *R) { return R->graph->first; }
const u32 *sg_graph_degree(Run *R) { return R->graph->degree; }
Edge **sg_graph_edges(Run *R) { return &R->graph->edges; }
const u64 *sg_graph_enabled(Run *R) { return R->graph->enabled; }
u64 sg_graph_bytes(Run *R) { return R->pages.ceiling > R->pages.bytes ? R->pages.ceiling - R->pages.bytes : 0; }

/* The atoms that `sg_steps` is asked for from now on. */
void sg_step_atoms(Run *R, const StepAtom *atoms, unsigned n)
{
    R->graph->steps = atoms;
    R->graph->n_steps = n;
}

/* Is there an edge to the target of edge e, in the same row, with this mark? */
static int marked(Graph *G, u64 s, const Edge *e, i64 mark)
{
    const Edge *row = G->edges + G->first[s];
    for (u32 k = 0; k + 1 < G->degree[s]; k++)
        if (row[k].target == e->target && bitn(G->marks + (u64)row[k].class * G->words, mark)) return 1;
    return 0;
}

/* The atoms that are true of edge k of state s, whose row is there; 0 where the reference must be asked. */
int sg_steps(Run *R, u64 s, u64 k, u64 *bits)
{
    Graph *G = R->graph;
    const Edge *e = G->edges + G->first[s] + k;
    *bits = 0;
    for (unsigned i = 0; i < G->n_steps; i++) {
        const StepAtom *a = &G->steps[i];
        if (a->mark >= 0 && marked(G, s, e, a->mark) != a->there) continue;
        int r = a->probe < 0 ? 1 : probe(FIRST_ATOM + (int)a->probe, *state_at(&R->log, e->target), *state_at(&R->log, s));
        if (r == 2) return 0;
        if (r) *bits |= a->bit;
    }
    return 1;
}

/* The truth of n atoms in each state from number `from`: atom k into bit where[k] of labels[0]... Those of 0 and more are
   probes, -1 - j is mark j, which needs the rows. The first state for which the reference must be asked, or the number of
   states. */
u64 sg_labels(Run *R, u64 from, const int *atoms, const int *where, int n, u64 *labels)
{
    Graph *G = R->graph;
    for (u64 i = from; i < G->states; i++) {
        STATE s = *state_at(&R->log, i);
        u64 bits = 0;
        for (int k = 0; k < n; k++) {
            int j = -1 - atoms[k], r = j < 0 ? probe(FIRST_ATOM + atoms[k], s, s) : bitn(G->enabled + i * G->words, j);
            if (r == 2) return i;
            bits |= (u64)r << where[k];
        }
        labels[i] = bits;
    }
    return G->states;
}
