/* Breadth-first search by one worker: expand, enter the successors in batches, notice what happens.

   Successors wait in a batch while their lines of the table are fetched (as in Laarman, van de Pol and Weber 2010). Those that
   a worker has put into a batch a moment ago, whole states compared, need not wait again: most are such.
   No parent is stored: a trace is found again level by level, see `sg_hunt`.

   A worker that must stop in the middle of a state (the table has to grow, or the reference must be asked) turns deaf:
   it ignores the rest of the outcomes, and later expands the state again, skipping those that it has heard. So the
   order of events with one worker is that of a search that never stops. */
#define BATCH 256
#define MOST_CHOICES 64
#define RECENT (8192u >> (STATE_WORDS > 1) >> (STATE_WORDS > 2) >> (STATE_WORDS > 4) >> (STATE_WORDS > 8))

enum { UNDECIDED_STEP, UNDECIDED_CONSTRAINT, INVARIANT_EVENT, STEP_EVENT, POSSIBLE_EVENT, WATCH_EVENT, DEADLOCK_EVENT };
enum { RUNNING, FULL_STATES, FULL_MEMORY };
enum { INVARIANTS_OPEN = 1, STEPS_OPEN = 2, POSSIBLES_OPEN = 4, WATCHES_OPEN = 5, KINDS_OPEN = 6 };

/* Something for the engine to look at. `sid` is the state under expansion; `result` what the probe said. */
typedef struct Event {
    int kind, index, result, n_choices, choices[MOST_CHOICES];
    u64 binding, sid;
    STATE state;
} Event;

struct Run;

typedef struct Worker {
    struct Run *run;
    Block block;
    u64 at, end;                            /* states of the frontier that it has taken and not expanded yet */
    u64 completed, asked, served;           /* outcomes of state `at`: in C, left to the reference, from the reference */
    u64 skip;                               /* so many outcomes are old */
    int failed, resumed, mode, deaf, hunting, graphing, walking, found, outside;
    u64 transitions, entered, quota;        /* `quota`: so many states it may enter before others must know */
    unsigned waiting;
    STATE batch[BATCH + 1], target;
    u64 home[BATCH + 1];
    STATE recent[RECENT];                   /* by hash: a state that was in a batch; see `forget` */
    unsigned char taken[ACTIONS];
    u64 open[KINDS_OPEN];                   /* by kind of probe: those still to be watched */
    Event *events;
    unsigned first_event, n_events, event_room;
    int n_taken, n_script, choices[MOST_CHOICES], counts[MOST_CHOICES];
} Worker;

typedef struct Run {
    Pages pages;
    Table table;
    Log log;
    u64 cursor, stop;                       /* the next state of the frontier to take; the end of this slice */
    int status, pause, deadlock, outside;
    u64 transitions, open[KINDS_OPEN];
    unsigned char taken[ACTIONS];
    int n_workers;
    Worker *workers, *hunter;
    struct Pool *pool;
    struct Graph *graph;                    /* where temporal properties are checked: see graph.h */
    struct Walk *walk;                      /* where the model is simulated: see walk.h */
} Run;

static int probe(int k, STATE n, STATE o);
static void expand(Worker *W, const STATE o);
static int flush(Worker *W);
#ifdef TEMPORAL
static void lead(Worker *W, int action, u64 binding, STATE o, STATE n);
#else
#define lead(W, action, binding, o, n)
#endif
static void offer(Worker *W, int action, STATE to);

#define SHARED(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define SHARE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)

/* No state was in a batch: each place holds one that belongs elsewhere. */
static void forget(Worker *W)
{
    STATE zero, other;
    memset(&zero, 0, sizeof zero);
    memset(W->recent, 0, sizeof W->recent);
    other = zero;
    do (*(u64 *)&other)++; while (hash(other) % RECENT == hash(zero) % RECENT);
    W->recent[hash(zero) % RECENT] = other;
}

/* ---- outcomes of an expansion, called by the generated code ------------------------------------------------------- */

/* Is this outcome of no interest? */
static __attribute__((noinline, cold)) int unheard(Worker *W, STATE n)
{
    if (W->hunting) W->found |= same_state(n, W->target);
    else if (!W->deaf && !--W->skip) W->mode = 0;
    return 1;
}

static int deafen(Worker *W)
{
    W->mode = W->deaf = 1;
    return 0;
}

static void tell(Worker *W, int kind, int index, int result, u64 binding, STATE s)
{
    if (SHARED(W->run->status) != RUNNING) return;
    if (W->n_events == W->event_room) {
        unsigned room = 2 * W->event_room + 16;
        Event *events = realloc(W->events, room * sizeof *events);
        if (!events) { SHARE(W->run->status, FULL_MEMORY); return; }
        W->events = events;
        W->event_room = room;
    }
    Event *e = &W->events[W->n_events++];
    e->kind = kind; e->index = index; e->result = result; e->binding = binding; e->sid = W->at; e->state = s;
    e->n_choices = W->n_taken;
    memcpy(e->choices, W->choices, sizeof e->choices);
    SHARE(W->run->pause, 1);
}

/* Probe the open ones of a kind; those that are certain are reported once. */
INLINE void watch(Worker *W, int kind, int first, int event, int good, STATE n, STATE o)
{
    for (u64 m = W->open[kind]; m; m &= m - 1) {
        int k = __builtin_ctzll(m), r = probe(first + k, n, o);
        if (r == good) continue;
        tell(W, event, k, r, 0, n);
        if (r != 2) W->open[kind] &= ~(1ull << k);
    }
}


/* A step from o to n is complete. */
INLINE void complete(Worker *W, int action, u64 binding, STATE o, STATE n)
{
    if (UNLIKELY(W->mode)) {
        if (W->graphing) { lead(W, action, binding, o, n); return; }
        if (W->walking) { offer(W, action, n); return; }
        if (unheard(W, n)) return;
    }
#if STEPS
    for (u64 m = same_state(o, n) ? 0 : W->open[STEPS_OPEN]; m; m &= m - 1)
        if (probe(FIRST_STEP + __builtin_ctzll(m), n, o) != 1) {
            if (!flush(W)) return;              /* events of earlier states come first */
            watch(W, STEPS_OPEN, FIRST_STEP, STEP_EVENT, 1, n, o);
            break;
        }
#endif
    W->completed++;
    W->taken[action] = 1;
    if (same_state(o, n)) return;
    u64 h = hash(n);
    STATE *recent = &W->recent[h % RECENT];
    if (same_state(*recent, n)) return;
    *recent = n;
    unsigned i = W->waiting;
    u64 k = place(h, W->run->table.capacity);
    __builtin_prefetch(&W->run->table.slots[k]);
    __builtin_prefetch((char *)&W->run->table.slots[k] + 48);      /* a search may go on into the next line */
    W->batch[i] = n;
    W->home[i] = k;
    W->waiting = i + 1;
    if (UNLIKELY(i + 1 >= BATCH)) flush(W);
}

/* The rest of this execution needs the reference. */
static __attribute__((noinline, cold)) void undecided(Worker *W, int action, u64 binding, STATE o)
{
    if (!W->hunting && W->mode && unheard(W, o)) return;
    if (!W->hunting && !flush(W)) return;
    W->asked++;
    tell(W, UNDECIDED_STEP, action, 0, binding, o);
    if (!W->hunting) deafen(W);
}

/* The index to take among `count` values: from the script, then the first. */
INLINE i64 choose(Worker *W, i64 count)
{
    int k = W->n_taken++;
    if (k >= W->n_script) W->choices[k] = 0;
    W->counts[k] = (int)count;
    return W->choices[k];
}

INLINE int next_script(Worker *W)
{
    for (int k = W->n_taken - 1; k >= 0; k--)
        if (W->choices[k] + 1 < W->counts[k]) {
            W->choices[k]++;
            W->n_script = k + 1;
            return 1;
        }
    return 0;
}

/* ---- arrivals ----------------------------------------------------------------------------------------------------- */

/* A new state inside the constraints: keep it, and check what is claimed of states. */
static int keep(Worker *W, STATE s)
{
    Run *R = W->run;
    int full = R->log.most != ~0ull && __atomic_fetch_add(&R->log.kept, 1, __ATOMIC_RELAXED) >= R->log.most;
    STATE *at = full ? NULL : append(&R->log, &R->pages, &W->block);
    if (!at) {
        if (SHARED(R->status) == RUNNING) SHARE(R->status, full ? FULL_STATES : FULL_MEMORY);
        return 0;
    }
    *at = s;
    watch(W, INVARIANTS_OPEN, FIRST_INVARIANT, INVARIANT_EVENT, 1, s, s);
    watch(W, POSSIBLES_OPEN, FIRST_POSSIBLE, POSSIBLE_EVENT, 0, s, s);
    for (u64 m = W->open[WATCHES_OPEN]; m; m &= m - 1) {
        int k = __builtin_ctzll(m), r = probe(FIRST_WATCH + k, s, s);
        if (r == 1) W->open[WATCHES_OPEN] &= ~(1ull << k);
        else if (r == 2) tell(W, WATCH_EVENT, k, r, 0, s);
    }
    return 1;
}

static void leave_outside(Worker *W, STATE s)
{
    W->outside = 1;
    watch(W, INVARIANTS_OPEN, FIRST_INVARIANT, INVARIANT_EVENT, 1, s, s);
}

/* A state that was not in the table. 0: the worker cannot go on. */
static int arrive(Worker *W, STATE s)
{
    for (int k = 0; k < CONSTRAINTS; k++) {
        int r = probe(FIRST_CONSTRAINT + k, s, s);
        if (r == 2) { tell(W, UNDECIDED_CONSTRAINT, k, r, 0, s); return 0; }
        if (r == 0) { leave_outside(W, s); return 1; }
    }
    return keep(W, s);
}

/* Enter the batch. 0: not all of it; the worker has turned deaf. */
static int flush(Worker *W)
{
    unsigned n = W->waiting;
    if (W->entered + n > W->quota) return deafen(W);
    for (unsigned i = 0; i < n; i++) {
        STATE s = W->batch[i];
        if (!enter(&W->run->table, slot_of(s, hash(s)), W->home[i])) continue;
        W->entered++;
        if (UNLIKELY(!arrive(W, s))) {
            W->waiting = n - i - 1;
            memmove(W->batch, W->batch + i + 1, W->waiting * sizeof *W->batch);
            memmove(W->home, W->home + i + 1, W->waiting * sizeof *W->home);
            return deafen(W);
        }
    }
    W->waiting = 0;
    return 1;
}

/* ---- expansion ---------------------------------------------------------------------------------------------------- */

static int terminal(STATE s)
{
    for (int k = 0; k < TERMINALS; k++) if (probe(FIRST_TERMINAL + k, s, s) != 1) return 0;
    return TERMINALS > 0;
}

/* Expand state `at`, or what is left of it. 0: it must be done again. */
static int expand_next(Worker *W)
{
    STATE s = *state_at(&W->run->log, W->at);
    if (!W->resumed) W->completed = W->asked = W->served = W->failed = 0;
    W->skip = W->completed + W->asked;
    W->mode = W->skip > 0;
    W->resumed = 1;
    expand(W, s);
    if (W->deaf) return 0;
    if (UNLIKELY(!W->completed && !W->served && !W->failed) && W->run->deadlock && !terminal(s)) {
        if (!flush(W)) return 0;
        tell(W, DEADLOCK_EVENT, 0, 0, 0, s);
    }
    W->transitions += W->completed + W->served;
    W->resumed = 0;
    W->at++;
    return 1;
}

/* Take some states of the frontier. */
static int take(Worker *W)
{
    Run *R = W->run;
    u64 share = R->n_workers > 1 ? 64 : 1024, at = __atomic_fetch_add(&R->cursor, share, __ATOMIC_RELAXED);
    W->at = at < R->stop ? at : R->stop;
    W->end = at + share < R->stop ? at + share : R->stop;
    return W->at < W->end;
}

/* Work until the slice is done or something must be looked at. */
static void work(Worker *W)
{
    Run *R = W->run;
    W->deaf = W->mode = 0;
    if (!flush(W)) return;
    while (SHARED(R->status) == RUNNING && !SHARED(R->pause)) {
        if (W->at == W->end && !take(W)) break;
        if (!expand_next(W)) return;
    }
    if (SHARED(R->status) == RUNNING) flush(W);
}
