/* Where can a behaviour go round for ever, be fair, and be accepted?  The product of a state graph with a generalised
   Büchi automaton, its fair components, and short ways through it. Nothing here depends on the model.

   As logic.fairness: components by Tarjan's algorithm, in the form of Pearce (2016, "A space-efficient algorithm for
   finding strongly connected components") with one word for each node; strong fairness is a Streett condition, decided by
   removing the states that enable what their component never takes (Emerson and Lei 1987).

   On the fly: the row of a state is asked for when it is first needed. An automaton state that allows everything and
   stays (as the first of `F p` does) is reached with every state of the graph, and costs no search. */
#include "arena.h"
#include "components.h"

/* ---- what the engine calls --------------------------------------------------------------------------------------- */

/* The automaton states that lie on a cycle with every acceptance mark: by their closure, as automata are small. */
static void recurring(Arena *X)
{
    const Automaton *A = X->A;
    u64 n = A->states;
    unsigned char *to = calloc(n * n, 1);
    if (!to) { X->failed = 1; return; }
    for (u64 q = 0; q < n; q++)
        for (u32 k = A->first[q]; k < A->first[q + 1]; k++) to[q * n + A->transitions[k].target] = 1;
    for (u64 m = 0; m < n; m++)
        for (u64 q = 0; q < n; q++)
            for (u64 r = 0; to[q * n + m] && r < n; r++) to[q * n + r] |= to[m * n + r];
    for (u64 q = 0; q < n; q++) {
        u64 marks = 0;
        for (u64 r = 0; r < n; r++)
            for (u32 k = A->first[r]; k < A->first[r + 1]; k++)
                if ((r == q || (to[q * n + r] && to[r * n + q])) && to[A->transitions[k].target * n + q])
                    marks |= A->transitions[k].marks;
        X->rank_of[q] = to[q * n + q] && marks == A->acceptance ? (u32)X->nr : NOWHERE;
        if (X->rank_of[q] != NOWHERE) X->rank[X->nr++] = (u32)q;
    }
    free(to);
}

/* The automaton states that are reached with every state of the graph. */
static void spread(Arena *X)
{
    const Automaton *A = X->A;
    for (int again = 1, first = 1; again; first = 0) {
        again = 0;
        for (u32 q = 0; q < A->states; q++)
            for (u32 k = A->first[q]; k < A->first[q + 1] && (first ? q == 0 : X->everywhere[q]); k++) {
                const Transition *t = &A->transitions[k];
                if (t->positive || t->negative || X->everywhere[t->target] || (first && t->target)) continue;
                X->everywhere[t->target] = again = 1;
            }
    }
}

void fair_close(Arena *X)
{
    Graph *G = X->G;
    u64 all = G->states * X->nq, some = G->states * X->nr;
    drop(X->reached, all / 64, 8);
    drop(X->low, some, 4); drop(X->region, some, 4);
    drop(X->from, all, 8); drop(X->from_edge, all, 4); drop(X->stamp, all, 4);
    void *owned[] = {X->rank, X->rank_of, X->everywhere, X->nodes.at, X->calls.at, X->path.at, X->rest.at, X->parts.at,
                     X->fair.at, X->table, X->known, X->scratch, X->queue.at, X};
    for (unsigned i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
}

/* The product with its fair components found, restricted to the states in `inside` if that is given, where every state
   counts as initial then; NULL: not enough memory, or a callback has ended it. */
Arena *fair_open(Graph *G, const Automaton *A, u64 *inside)
{
    Arena *X = calloc(1, sizeof *X);
    if (!X) return NULL;
    int strong = 0;
    X->G = G; X->A = A; X->nq = A->states; X->inside = inside;
    X->next = 1; X->component = 0xfffffffeu;
    X->rank = calloc(X->nq + 1, sizeof *X->rank);
    X->rank_of = calloc(X->nq + 1, sizeof *X->rank_of);
    X->everywhere = calloc(X->nq + 1, 1);
    X->scratch = calloc(2 * G->words + 1, sizeof *X->scratch);
    if (A->atoms <= MOST_TABLE) {
        X->table = calloc(1u << A->atoms, sizeof *X->table);
        X->known = calloc((1u << A->atoms) / 64 + 1, sizeof *X->known);
    }
    for (u64 i = 0; i < G->words; i++) strong |= G->strong[i] != 0;
    if (X->rank && X->rank_of && X->everywhere && X->scratch && (A->atoms > MOST_TABLE || (X->table && X->known))) {
        recurring(X);
        if (G->states * X->nr >= NOWHERE / 2) X->failed = 1;
        if (inside) memset(X->everywhere, 1, X->nq); else spread(X);
        X->reached = take(X, G->states * X->nq / 64, 8);
        X->low = take(X, G->states * X->nr, 4);
        if (strong) X->region = take(X, G->states * X->nr, 4);
    } else X->failed = 1;
    if (X->failed || (!inside && !explore(X)) || !visit_reached(X) || !visit_rest(X)) { fair_close(X); return NULL; }
    return X;
}

/* How many components are fair. */
u64 fair_count(Arena *X) { return X->fair.n; }

/* The number of the fair component of a node, or -1. */
int64_t fair_component(Arena *X, u64 node)
{
    u64 s = node / X->nq, q = node % X->nq;
    u32 c = X->rank_of[q] == NOWHERE ? 0 : X->low[ID(X, s, q)];
    u64 a = 0, b = X->fair.n;
    while (a < b) {                 /* ids fall */
        u64 m = (a + b) / 2;
        if (X->fair.at[m] == c) return (int64_t)m;
        if (X->fair.at[m] > c) a = m + 1; else b = m;
    }
    return -1;
}

/* The states that lie in fair components. */
void fair_states(Arena *X, u64 *bits)
{
    for (u64 s = 0; s < X->G->states; s++)
        for (u64 q = 0; q < X->nq; q++) if (fair_component(X, s * X->nq + q) >= 0) set_bit(bits, s);
}

static int searching(Arena *X)
{
    u64 all = X->G->states * X->nq;
    if (!X->from) X->from = take(X, all, 8);
    if (!X->from_edge) X->from_edge = take(X, all, 4);
    if (!X->stamp) X->stamp = take(X, all, 4);
    X->now++;
    X->queue.n = 0;
    return !X->failed;
}

static int come(Arena *X, u64 node, u64 before, u32 edge)
{
    if (X->stamp[node] == X->now) return 1;
    X->stamp[node] = X->now;
    X->from[node] = before;
    X->from_edge[node] = edge;
    return push(X, &X->queue, node);
}

/* The way that the last search found to a node, backwards into nodes[] and edges[]: each node, and the edge that leaves
   it. Its length; only if it is at most `room` has it been written whole. */
u64 fair_way(Arena *X, u64 node, u64 *nodes, u32 *edges, u64 room)
{
    u64 n = 0;
    for (; X->from[node]; node = X->from[node] - 1, n++)
        if (n < room) { nodes[n] = X->from[node] - 1; edges[n] = X->from_edge[node]; }
    return n;
}

/* May a behaviour stutter for ever in this node, as far as its fair component is concerned? */
static int rests(Arena *X, u64 node)
{
    Graph *G = X->G;
    u64 s = node / X->nq, q = node % X->nq, lacking = 0, letters = letters_on(X, s, STUTTER);
    memset(X->scratch, 0, G->words * sizeof *X->scratch);
    add_marks(G, s, STUTTER, X->scratch);
    for (u64 i = 0; i < G->words; i++)
        lacking |= (G->weak[i] | (G->enabled[s * G->words + i] & G->strong[i])) & ~X->scratch[i];
    for (u32 k = X->A->first[q]; !lacking && k < X->A->first[q + 1]; k++) {
        const Transition *t = &X->A->transitions[k];
        if (t->target == q && allows(t, letters) && t->marks == X->A->acceptance) return 1;
    }
    return 0;
}

/* Breadth first from the initial states: the nearest `starts` nodes of each of the nearest `components` fair components go
   to found[component * starts ...], counts[component] of them; resting[component] is 1 + the nearest node where a
   behaviour may rest, 0 where there is none. How many components; -1: failed. */
int64_t fair_nearest(Arena *X, u64 components, u64 starts, u64 *found, u64 *counts, u64 *resting)
{
    u64 n = 0, done = 0, full = 0;
    int64_t seen[components + 1];
    if (!searching(X)) return -1;
    for (u64 s = 0; s < X->G->initial; s++) if (!come(X, s * X->nq, 0, 0)) return -1;
    while (done < X->queue.n) {
        u64 node = X->queue.at[done++], t;
        int64_t c = fair_component(X, node);
        u64 k = 0;
        while (c >= 0 && k < n && seen[k] != c) k++;
        if (c >= 0 && k == n && n < components) { seen[n] = c; counts[n] = resting[n] = 0; n++; }
        if (c >= 0 && k < n && row(X, node / X->nq)) {
            if (counts[k] < starts) found[k * starts + counts[k]++] = node;
            if (!resting[k] && rests(X, node)) { resting[k] = node + 1; full++; }
        }
        if (full == components || full == X->fair.n) break;
        Arcs a = {node / X->nq, (u32)(node % X->nq)};
        u32 edge;
        const Transition *go;
        while ((go = next_arc(X, &a, &edge, &t)))
            if (!on_time(X) || !come(X, t * X->nq + go->target, node + 1, edge)) return -1;
        if (X->failed) return -1;
    }
    return (int64_t)n;
}

/* The nearest arc within a component, from a node of it, that has one of the wanted marks or (where there are none) leads
   to `goal`: the node before it, the edge and the transition. Its way is that of `fair_way`. 0: failed. */
int fair_seek(Arena *X, u64 here, u64 accepting, const u64 *marks, u64 goal, u64 *node, u32 *edge, u32 *transition)
{
    Graph *G = X->G;
    u64 done = 0, W = G->words, any = accepting;
    int64_t c = fair_component(X, here);
    for (u64 i = 0; i < W; i++) any |= marks[i];
    if (c < 0 || !searching(X) || !come(X, here, 0, 0)) return 0;
    while (done < X->queue.n) {
        u64 at = X->queue.at[done++], t;
        Arcs a = {at / X->nq, (u32)(at % X->nq)};
        const Transition *go;
        while ((go = next_arc(X, &a, edge, &t))) {
            u64 to = t * X->nq + go->target, hit = go->marks & accepting;
            if (!on_time(X)) return 0;
            if (fair_component(X, to) != c) continue;
            memset(X->scratch, 0, W * sizeof *X->scratch);
            if (any) add_marks(G, a.s, *edge, X->scratch);
            for (u64 i = 0; i < W; i++) hit |= X->scratch[i] & marks[i];
            if (any ? hit != 0 : to == goal) {
                *node = at;
                *transition = (u32)(go - X->A->transitions);
                return 1;
            }
            if (!come(X, to, at + 1, *edge)) return 0;
        }
        if (X->failed) return 0;
    }
    return 0;
}

/* ---- sets of states ---------------------------------------------------------------------------------------------- */

/* Where does the first letter hold? */
void fair_letter(Graph *G, const Automaton *A, u64 *bits)
{
    for (u64 s = 0; s < G->states; s++) if (evaluated(A, G->labels[s]) & 1) set_bit(bits, s);
}

/* Add to `found` the states from which a path through `through` leads to it; 0: failed. */
int fair_backwards(Graph *G, const u64 *through, u64 *found)
{
    Arena X = {.G = G};
    u64 n = G->states, total = 0;
    for (u64 s = 0; s < n; s++) {
        if (!row(&X, s) || !on_time(&X)) return 0;
        total += G->degree[s] - 1;
    }
    u64 *first = take(&X, n + 1, 8), *queue = take(&X, n, 8), done = 0, end = 0;
    u32 *before = take(&X, total, 4);
    for (u64 s = 0; !X.failed && s < n; s++)
        for (u32 k = 0; k + 1 < G->degree[s]; k++) {
            u32 t = (*G->edges)[G->first[s] + k].target;
            if (t != NOWHERE) first[t + 1]++;
        }
    for (u64 s = 0; !X.failed && s < n; s++) first[s + 1] += first[s];
    for (u64 s = 0; !X.failed && s < n; s++)
        for (u32 k = 0; k + 1 < G->degree[s]; k++) {
            u32 t = (*G->edges)[G->first[s] + k].target;
            if (t != NOWHERE) before[first[t]++] = (u32)s;
        }
    for (u64 s = 0; !X.failed && s < n; s++) if (bit(found, s)) queue[end++] = s;
    for (; !X.failed && done < end; done++)
        for (u64 t = queue[done], k = t ? first[t - 1] : 0; k < first[t]; k++)
            if (bit(through, before[k]) && !bit(found, before[k])) {
                set_bit(found, before[k]);
                queue[end++] = before[k];
            }
    drop(first, n + 1, 8); drop(queue, n, 8); drop(before, total, 4);
    return !X.failed;
}

/* Ask for the rows of all states; 0: failed. */
int fair_rows(Graph *G)
{
    Arena X = {.G = G};
    for (u64 s = 0; s < G->states; s++) if (!row(&X, s) || !on_time(&X)) return 0;
    return 1;
}
