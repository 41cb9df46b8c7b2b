/* Where does a random walk lead?  One walk at a time: `sg_walk` goes on until the reference must look at something.

   As engine.simulation.RandomWalk, with random numbers of its own (splitmix64): each walk weighs the actions anew, takes an
   action by its weight among those that can be taken, and one of its steps. The states of the walk are kept, so that the
   reference can take the very same steps. Distinct states are counted in the table of the search. */
typedef struct Offer { STATE to; int action; } Offer;

enum { CHOOSING, EXPANDING };
enum { WALK_ENDS, WALK_LOOK, WALK_ASK, WALK_FULL };

typedef struct Walk {
    u64 random, most, length, weight[ACTIONS + 1], n_offers, room;
    int phase, failed, told, full;  /* failed: a step from here fails; told: that the walk is stuck */
    STATE *path;                    /* at most `most` states */
    Offer *offers;
} Walk;

static u64 next_random(Walk *K)
{
    u64 z = K->random += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static u64 below(Walk *K, u64 n) { return (u64)((unsigned __int128)next_random(K) * n >> 64); }

/* A step that may be taken; -1 is the action of initial states. */
static void offer(Worker *W, int action, STATE to)
{
    Walk *K = W->run->walk;
    if (K->n_offers == K->room) {
        u64 room = 2 * K->room + 64;
        Offer *more = realloc(K->offers, room * sizeof *more);
        if (!more) { K->full = 1; return; }
        K->offers = more;
        K->room = room;
    }
    K->offers[K->n_offers++] = (Offer){to, action};
}

void sg_walk_close(Run *R)
{
    if (!R->walk) return;
    free(R->walk->path);
    free(R->walk->offers);
    free(R->walk);
    R->walk = NULL;
}

/* Prepare for walks of at most `most` states; 0: no memory. */
int sg_walk_open(Run *R, u64 most)
{
    Walk *K = R->walk = calloc(1, sizeof *K);
    if (!K) return 0;
    K->most = most;
    K->path = malloc(most * sizeof *K->path);
    return K->path != NULL;
}

/* Begin a walk with these random numbers. Its initial states are to be offered. */
void sg_walk_begin(Run *R, u64 random, const u64 *weights, unsigned n)
{
    Walk *K = R->walk;
    K->random = random;
    K->length = K->n_offers = 0;
    K->phase = CHOOSING;
    K->failed = K->told = 0;
    K->weight[0] = 1;
    for (int a = 0; a < ACTIONS; a++) K->weight[a + 1] = weights[below(K, n)];
}

void sg_walk_offer(Run *R, int action, const u64 *to) { offer(R->hunter, action, from_words(to)); }
void sg_walk_failed(Run *R) { R->walk->failed = 1; }
u64 sg_walk_length(Run *R) { return R->walk->length; }
void sg_walk_state(Run *R, u64 i, u64 *w) { memcpy(w, &R->walk->path[i], sizeof(STATE)); }

static Offer taken(Walk *K)
{
    u64 count[ACTIONS + 1] = {0}, sum = 0;
    for (u64 i = 0; i < K->n_offers; i++) if (!count[K->offers[i].action + 1]++) sum += K->weight[K->offers[i].action + 1];
    u64 at = below(K, sum);
    int a = -1;
    for (; !count[a + 1] || at >= K->weight[a + 1]; a++) if (count[a + 1]) at -= K->weight[a + 1];
    u64 k = below(K, count[a + 1]);
    for (u64 i = 0;; i++) if (K->offers[i].action == a && !k--) return K->offers[i];
}

/* What the reference must look at in the newest state: bit 0, something claimed may not hold or is possible; bit 1, the
   state may lie outside the constraints. */
static int noticed(Run *R, STATE o, STATE n)
{
    int found = 0;
    for (int k = 0; k < CONSTRAINTS; k++) if (probe(FIRST_CONSTRAINT + k, n, n) != 1) found |= 2;
    for (u64 m = R->open[INVARIANTS_OPEN]; m; m &= m - 1)
        if (probe(FIRST_INVARIANT + __builtin_ctzll(m), n, n) != 1) found |= 1;
    for (u64 m = same_state(o, n) ? 0 : R->open[STEPS_OPEN]; m; m &= m - 1)
        if (probe(FIRST_STEP + __builtin_ctzll(m), n, o) != 1) found |= 1;
    for (u64 m = R->open[POSSIBLES_OPEN]; m; m &= m - 1)
        if (probe(FIRST_POSSIBLE + __builtin_ctzll(m), n, n) != 0) found |= 1;
    return found;
}

/* Take one of the offers; nonzero where the reference must look at it. */
static int step(Run *R)
{
    Walk *K = R->walk;
    Offer t = taken(K);
    STATE o = K->length ? K->path[K->length - 1] : t.to;
    K->path[K->length++] = t.to;
    K->n_offers = 0;
    u64 h = hash(t.to);
    R->table.used += enter(&R->table, slot_of(t.to, h), place(h, R->table.capacity));
    if (t.action >= 0) { R->transitions++; R->taken[t.action] = 1; }
    K->phase = EXPANDING;
    return noticed(R, o, t.to);
}

/* Go on. ENDS: the walk is over. LOOK: the reference should look at its last state. ASK: it must offer the steps that C has
   left to it (see `sg_event`). FULL: there is no memory. In the last three cases the walk may be continued. */
int sg_walk(Run *R)
{
    Walk *K = R->walk;
    Worker *W = R->hunter;
    for (;;) {
        if (K->full) return WALK_FULL;
        if (K->phase == CHOOSING) {
            if (!K->n_offers) {
                int stuck = K->length && !K->failed && !K->told && R->deadlock && !terminal(K->path[K->length - 1]);
                K->told |= stuck;
                return stuck ? WALK_LOOK : WALK_ENDS;
            }
            if (R->table.limit - R->table.used < 2 * BATCH && !share_room(R)) return WALK_FULL;
            if (step(R)) return WALK_LOOK;
        }
        if (K->length == K->most) return WALK_ENDS;
        K->phase = CHOOSING;
        K->failed = 0;
        W->first_event = W->n_events = 0;
        W->walking = W->mode = 1;
        W->at = K->length - 1;
        expand(W, K->path[K->length - 1]);
        W->walking = 0;
        if (W->n_events) return WALK_ASK;
    }
}
