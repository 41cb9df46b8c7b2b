/* Which nodes of the product are reached, and which of its components are fair? */

/* ---- what is reached --------------------------------------------------------------------------------------------- */

static int reach(Arena *X, u64 s, u32 q)
{
    u64 node = s * X->nq + q;
    if (X->everywhere[q] || bit(X->reached, node)) return 1;
    set_bit(X->reached, node);
    return push(X, &X->nodes, node);
}

static int all_arcs(Arena *X, u64 s, u32 q)
{
    Arcs a = {s, q};
    u32 edge;
    u64 t;
    const Transition *found;
    while ((found = next_arc(X, &a, &edge, &t)))
        if (!reach(X, t, found->target) || !on_time(X)) return 0;
    return !X->failed;
}

/* The states from which an everywhere state is left, and what follows from there. */
static int explore(Arena *X)
{
    Graph *G = X->G;
    const Automaton *A = X->A;
    u64 done = 0;
    if (!X->everywhere[0])
        for (u64 s = 0; s < G->initial; s++) if (!reach(X, s, 0)) return 0;
    for (u32 q = 0; q < X->nq; q++) {
        if (!X->everywhere[q]) continue;
        for (u64 s = 0; s < G->states; s++) {
            int leaves = 0;
            u64 letters = letters_on(X, s, STUTTER);
            for (u32 k = A->first[q]; k < A->first[q + 1]; k++)
                leaves |= !X->everywhere[A->transitions[k].target] && (G->stepping || allows(&A->transitions[k], letters));
            if (leaves && !all_arcs(X, s, q)) return 0;
        }
    }
    while (done < X->nodes.n) {
        u64 node = X->nodes.at[done++];
        if (!all_arcs(X, node / X->nq, (u32)(node % X->nq))) return 0;
    }
    return 1;
}

/* ---- components -------------------------------------------------------------------------------------------------- */

#define ID(X, s, q) ((s) * (X)->nr + (X)->rank_of[q])

static int enter_node(Arena *X, u64 id)
{
    Frames *f = &X->calls;
    if (f->n == f->room && !roomier(X, (void **)&f->at, &f->room, sizeof *f->at)) return 0;
    f->at[f->n++] = (Frame){id, 0, 0, 1};
    X->low[id] = X->next++;
    return 1;
}

/* Is the component of these nodes fair? If not, the nodes that may yet lie in smaller ones go to `rest`. */
static int judged(Arena *X, const u64 *nodes, u64 n)
{
    Graph *G = X->G;
    u64 W = G->words, *marks = X->scratch, *pending = marks + W, accepted = 0, arcs = 0, strong = 0;
    u32 c = X->low[nodes[0]];
    memset(marks, 0, 2 * W * sizeof *marks);
    for (u64 i = 0; i < W; i++) strong |= G->strong[i];
    for (u64 i = 0; i < n; i++) {
        u64 s = nodes[i] / X->nr, t;
        Arcs a = {s, X->rank[nodes[i] % X->nr]};
        u32 edge;
        const Transition *found;
        while ((found = next_arc(X, &a, &edge, &t))) {
            if (!on_time(X)) return 0;
            if (n == 1 && edge != STUTTER) break;
            if (X->rank_of[found->target] == NOWHERE || X->low[ID(X, t, found->target)] != c) continue;
            arcs = 1;
            accepted |= found->marks;
            add_marks(G, s, edge, marks);
        }
        if (X->failed) return 0;
        for (u64 k = 0; k < W; k++) pending[k] |= G->enabled[s * W + k] & G->strong[k];
        if (!strong && arcs && accepted == X->A->acceptance) {
            u64 lacking = 0;
            for (u64 k = 0; k < W; k++) lacking |= G->weak[k] & ~marks[k];
            if (!lacking) break;
        }
    }
    u64 lacking = 0, starved = 0;
    for (u64 k = 0; k < W; k++) {
        lacking |= G->weak[k] & ~marks[k];
        starved |= pending[k] &= ~marks[k];
    }
    if (!arcs || lacking || accepted != X->A->acceptance) return 1;
    if (!starved) return push(X, &X->fair, c);
    u64 before = X->rest.n;
    for (u64 i = 0; i < n; i++) {
        u64 bad = 0;
        for (u64 k = 0; k < W; k++) bad |= G->enabled[nodes[i] / X->nr * W + k] & pending[k];
        if (!bad && !push(X, &X->rest, nodes[i])) return 0;
    }
    return X->rest.n == before || push(X, &X->parts, X->rest.n);
}

/* The components that a node leads to, of nodes in one region. */
static int visit(Arena *X, u64 id, u32 region)
{
    if (!enter_node(X, id)) return 0;
    while (X->calls.n) {
        Frame *f = &X->calls.at[X->calls.n - 1];
        u64 v = f->node, s = v / X->nr, t = 0, w = 0;
        Arcs a = {s, X->rank[v % X->nr], f->k, f->j};
        u32 edge;
        const Transition *found;
        int deeper = 0;
        if (!on_time(X)) return 0;
        while ((found = next_arc(X, &a, &edge, &t))) {
            if (X->rank_of[found->target] == NOWHERE) continue;
            w = ID(X, t, found->target);
            if (X->region && X->region[w] != region) continue;
            if (!X->low[w]) { deeper = 1; break; }
            if (X->low[w] < X->low[v]) { X->low[v] = X->low[w]; f->root = 0; }
        }
        if (X->failed) return 0;
        f->k = a.k; f->j = a.j;
        if (deeper) {
            if (!enter_node(X, w)) return 0;
            continue;
        }
        int root = f->root;
        X->calls.n--;
        if (root) {
            u64 bottom = X->path.n, low = X->low[v];
            X->next--;
            while (bottom && X->low[X->path.at[bottom - 1]] >= low) bottom--;
            if (!push(X, &X->path, v)) return 0;
            for (u64 i = bottom; i + 1 < X->path.n; i++) { X->low[X->path.at[i]] = X->component; X->next--; }
            X->low[v] = X->component--;
            if (!judged(X, X->path.at + bottom, X->path.n - bottom)) return 0;
            X->path.n = bottom;
        } else if (!push(X, &X->path, v)) return 0;
        if (X->calls.n) {
            Frame *up = &X->calls.at[X->calls.n - 1];
            if (X->low[v] < X->low[up->node]) { X->low[up->node] = X->low[v]; up->root = 0; }
        }
    }
    return 1;
}

static int visit_reached(Arena *X)
{
    Graph *G = X->G;
    for (u64 i = 0; i < X->nodes.n; i++) {
        u64 s = X->nodes.at[i] / X->nq, q = X->nodes.at[i] % X->nq;
        if (X->rank_of[q] != NOWHERE && !X->low[ID(X, s, q)] && !visit(X, ID(X, s, q), 0)) return 0;
    }
    for (u32 q = 0; q < X->nq; q++)
        for (u64 s = 0; X->everywhere[q] && X->rank_of[q] != NOWHERE && s < G->states; s++)
            if (!(X->inside && !bit(X->inside, s)) && !X->low[ID(X, s, q)] && !visit(X, ID(X, s, q), 0)) return 0;
    return 1;
}

/* Decompose again what a component leaves when it starves a strong duty, part by part. */
static int visit_rest(Arena *X)
{
    for (u32 region = 1; X->parts.n; region++) {
        u64 end = X->parts.at[--X->parts.n], first = X->parts.n ? X->parts.at[X->parts.n - 1] : 0, n = end - first;
        u64 *nodes = malloc((n + 1) * sizeof *nodes);
        if (!nodes) { X->failed = 1; return 0; }
        memcpy(nodes, X->rest.at + first, n * sizeof *nodes);
        X->rest.n = first;
        for (u64 i = 0; i < n; i++) { X->low[nodes[i]] = 0; X->region[nodes[i]] = region; }
        for (u64 i = 0; i < n && !X->failed; i++) if (!X->low[nodes[i]]) visit(X, nodes[i], region);
        free(nodes);
        if (X->failed) return 0;
    }
    return 1;
}
