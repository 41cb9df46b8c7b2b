/* What the engine calls. Only `sg_expand` lets more than one worker work. */

void sg_close(Run *R)
{
    if (R->pool) close_pool(R->pool);
    if (R->log.states) munmap(R->log.states, R->log.reserved);
    if (R->table.slots) munmap(R->table.slots, R->table.reserved);
    for (int k = 0; R->workers && k <= R->n_workers; k++) free(R->workers[k].events);
    free(R->workers);
    free(R);
}

Run *sg_open(u64 max_states, u64 max_bytes, int workers)
{
    Run *R = calloc(1, sizeof *R);
    if (!R) return NULL;
    R->pages.ceiling = max_bytes;
    R->n_workers = workers;
    u64 size = (workers + 1) * sizeof(Worker);
    R->workers = aligned_alloc(64, (size + 63) & ~63ull);
    if (!R->workers) { sg_close(R); return NULL; }
    memset(R->workers, 0, size);
    for (int k = 0; k <= workers; k++) { R->workers[k].run = R; forget(&R->workers[k]); }
    R->hunter = &R->workers[workers];
    R->hunter->hunting = 1;
    R->table.reserved = R->log.reserved = max_bytes;
    R->table.slots = get_addresses(&R->table.reserved);
    if (!R->table.slots || !open_log(&R->log, max_states) || !grow(R) || (workers > 1 && !(R->pool = open_pool(R)))) {
        sg_close(R);
        return NULL;
    }
    return R;
}

static STATE from_words(const u64 *w)
{
    STATE s;
    memcpy(&s, w, sizeof s);
    return s;
}

/* Give every worker its share of the room in the table, which may have to grow first; 0 if there is not enough. */
static int share_room(Run *R)
{
    Table *T = &R->table;
    u64 least = (u64)R->n_workers * (BATCH + 1), grown = 0;
    while (T->limit < T->used + 2 * least || T->limit - T->used < T->limit / 64) {
        if (!grow(R) && !squeeze(T)) break;
        grown = 1;
    }
    if (T->limit < T->used + least) return 0;
    for (int k = 0; k < R->n_workers; k++) {
        Worker *W = &R->workers[k];
        W->quota = (T->limit - T->used) / R->n_workers;
        for (unsigned i = 0; grown && i < W->waiting; i++) W->home[i] = place(hash(W->batch[i]), T->capacity);
    }
    return 1;
}

/* Tell the workers what is still to be watched: before anything that `settle` gathers. */
static void share_probes(Run *R)
{
    for (int k = 0; k < R->n_workers; k++) memcpy(R->workers[k].open, R->open, sizeof R->open);
}

/* Gather what the workers have done. */
static void settle(Run *R)
{
    Block holes[R->n_workers];
    for (int k = 0; k < R->n_workers; k++) {
        Worker *W = &R->workers[k];
        R->table.used += W->entered;
        R->transitions += W->transitions;
        R->outside |= W->outside;
        W->entered = W->transitions = 0;
        for (int i = 0; i < ACTIONS; i++) R->taken[i] |= W->taken[i];
        for (int i = 0; i < KINDS_OPEN; i++) R->open[i] &= W->open[i];
        holes[k] = W->block;
        W->block.at = W->block.end = 0;
    }
    close_up(&R->log, holes, R->n_workers);
}

/* Expand states up to number `last`, about `budget` of them at most; the status. */
int sg_expand(Run *R, u64 last, u64 budget)
{
    if (R->cursor > last) R->cursor = last;
    R->stop = last - R->cursor < budget ? last : R->cursor + budget;
    R->pause = 0;
    if (R->status == RUNNING && !share_room(R)) R->status = FULL_MEMORY;
    if (R->status != RUNNING) return R->status;
    share_probes(R);
    int busy = 0;
    for (int k = 1; k < R->n_workers; k++) busy |= R->workers[k].at < R->workers[k].end || R->workers[k].waiting;
    if (R->n_workers > 1 && (busy || R->stop - R->cursor > 64)) together(R, work);
    else work(&R->workers[0]);
    if (R->cursor > R->stop) R->cursor = R->stop;
    settle(R);
    return R->status;
}

/* The oldest event of any worker, if there is one: kind, index, result, worker, binding, state under expansion, choices. */
int sg_event(Run *R, u64 *words, i64 *e, int hunted)
{
    for (int k = hunted ? R->n_workers : 0; k < R->n_workers + hunted; k++) {
        Worker *W = hunted ? R->hunter : &R->workers[k];
        if (W->first_event == W->n_events) {
            W->first_event = W->n_events = 0;
            continue;
        }
        Event *v = &W->events[W->first_event++];
        e[0] = v->kind; e[1] = v->index; e[2] = v->result; e[3] = k; e[4] = (i64)v->binding; e[5] = (i64)v->sid;
        e[6] = v->n_choices;
        for (int i = 0; i < v->n_choices; i++) e[7 + i] = v->choices[i];
        memcpy(words, &v->state, sizeof(STATE));
        return 1;
    }
    return 0;
}

/* One outcome on behalf of worker k, between slices. */
static void enter_one(Run *R, Worker *W, STATE s)
{
    if (!share_room(R)) { R->status = FULL_MEMORY; return; }
    W->deaf = W->mode = 0;
    W->batch[W->waiting] = s;
    W->home[W->waiting++] = place(hash(s), R->table.capacity);
    flush(W);
    settle(R);
}

/* An initial state. */
void sg_start(Run *R, const u64 *w)
{
    share_probes(R);
    enter_one(R, &R->workers[0], from_words(w));
}

/* A step that the reference has taken. */
void sg_step(Run *R, int k, int action, const u64 *from, const u64 *to)
{
    Worker *W = &R->workers[k];
    STATE o = from_words(from), n = from_words(to);
    W->served++;
    W->taken[action] = 1;
    if (same_state(o, n)) return;
    share_probes(R);
    watch(W, STEPS_OPEN, FIRST_STEP, STEP_EVENT, 1, n, o);
    enter_one(R, W, n);
}

void sg_failed(Run *R, int k) { R->workers[k].failed = 1; }

/* What the reference says of a state whose constraints C could not decide. */
void sg_judged(Run *R, int k, const u64 *w, int inside)
{
    Worker *W = &R->workers[k];
    share_probes(R);
    if (inside) keep(W, from_words(w));
    else leave_outside(W, from_words(w));
    settle(R);
}

/* The first state in first..last-1 with a step to `w`, or -1. `*sure` is 0 if the reference must be asked about it. */
i64 sg_hunt(Run *R, const u64 *w, u64 first, u64 last, int *sure)
{
    Worker *W = R->hunter;
    int status = R->status;
    i64 at = -1;
    R->status = RUNNING;
    W->target = from_words(w);
    W->first_event = W->n_events = W->found = 0;
    for (u64 i = first; i < last && at < 0; i++) {
        W->mode = 1;
        W->at = i;
        expand(W, *state_at(&R->log, i));
        if (W->found || W->n_events) at = (i64)i;
    }
    *sure = W->found;
    R->status = status;
    return at;
}

void sg_state(Run *R, u64 i, u64 *w) { memcpy(w, state_at(&R->log, i), sizeof(STATE)); }
void sg_open_probes(Run *R, int kind, u64 mask) { R->open[kind] = mask; }
void sg_deadlock(Run *R, int on) { R->deadlock = on; }

/* states, transitions, expanded, outside, open watches, bytes, left to do in this level, states entered, workers */
void sg_counts(Run *R, u64 *c)
{
    u64 left = 0, transitions = R->transitions, waiting = 0;
    for (int k = 0; k < R->n_workers; k++) {
        Worker *W = &R->workers[k];
        left += W->end - W->at;
        waiting += W->waiting;
        if (W->resumed) transitions += W->completed + W->served;
    }
    c[0] = R->log.length; c[1] = transitions; c[2] = R->cursor - left; c[3] = R->outside;
    c[4] = R->open[WATCHES_OPEN]; c[5] = R->pages.bytes; c[6] = left + waiting; c[7] = R->table.used; c[8] = R->n_workers;
}

void sg_taken(Run *R, unsigned char *out) { memcpy(out, R->taken, ACTIONS); }

u64 sg_state_words(void) { return STATE_WORDS; }

/* ---- checkpoints: between slices, when nothing of a level is half done ------------------------------------------- */

/* The packed states, in the order of the log. */
const STATE *sg_states(Run *R) { return R->log.states; }

/* Keep n states as they once arrived; 0 if memory does not allow it or one of them is there already. */
int sg_restore(Run *R, const STATE *s, u64 n)
{
    for (u64 i = 0; i < n; i++) {
        if (i % BATCH == 0) {
            if (!share_room(R)) return 0;
            for (u64 k = i; k < n && k < i + BATCH; k++)
                __builtin_prefetch(&R->table.slots[place(hash(s[k]), R->table.capacity)]);
        }
        STATE *at = append(&R->log, &R->pages, &R->workers[0].block);
        u64 h = hash(s[i]);
        if (!at || !enter(&R->table, slot_of(s[i], h), place(h, R->table.capacity))) return 0;
        *at = s[i];
        R->table.used++;
    }
    R->log.kept += n;
    share_probes(R);
    settle(R);
    return 1;
}

void sg_continue(Run *R, u64 cursor, u64 transitions, int outside, const unsigned char *taken)
{
    R->cursor = cursor;
    R->transitions = transitions;
    R->outside = outside;
    memcpy(R->taken, taken, ACTIONS);
}
