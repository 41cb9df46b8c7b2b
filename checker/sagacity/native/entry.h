/* What the engine calls. */

Run *sg_open(Event event, u64 max_states, u64 max_bytes)
{
    Run *R = aligned_alloc(64, (sizeof(Run) + 63) & ~63ull);
    if (!R) return NULL;
    memset(R, 0, sizeof *R);
    R->event = event;
    R->max_states = max_states;
    R->max_bytes = max_bytes;
    if (!grow(R)) { free(R); return NULL; }
    return R;
}

void sg_close(Run *R)
{
    for (u64 i = 0; i < R->n_chunks; i++) munmap(R->chunks[i], ROUND(CHUNK * sizeof(STATE)));
    munmap(R->table, ROUND((R->capacity + SLACK) * sizeof(STATE)));
    free(R->chunks);
    free(R);
}

static STATE from_words(const u64 *w)
{
    STATE s;
    memcpy(&s, w, sizeof s);
    return s;
}

/* An initial state. */
void sg_start(Run *R, const u64 *w) { insert(R, from_words(w)); flush(R); }

/* A step that the reference has taken. */
void sg_step(Run *R, int action, const u64 *from, const u64 *to)
{
    complete(R, action, from_words(from), from_words(to));
}

void sg_failed(Run *R) { if (!R->hunting) flush(R); R->failed = 1; }

/* Expand states up to number `last`, `budget` of them at most; the status. */
int sg_expand(Run *R, u64 last, u64 budget)
{
    while (R->next < last && budget-- && R->status == RUNNING) {
        STATE s = *state_at(R, R->next);
        R->completed = 0;
        R->failed = 0;
        expand(R, s);
        R->transitions += R->completed;
        R->next++;
        if (UNLIKELY(!R->completed && !R->failed) && R->deadlock && R->status == RUNNING) {
            int fine = TERMINALS > 0;
            for (int k = 0; k < TERMINALS && fine; k++) if (probe(FIRST_TERMINAL + k, s, s) != 1) fine = 0;
            if (!fine) { flush(R); tell(R, DEADLOCK_EVENT, 0, R->next - 1, s, 0); }
        }
    }
    if (R->status == RUNNING) flush(R);
    return R->status;
}

/* The number of the first state in first..last-1 with a step to `w`, or -1. */
i64 sg_hunt(Run *R, const u64 *w, u64 first, u64 last)
{
    int status = R->status, taken = R->n_taken, script = R->n_script, choices[MOST_CHOICES], counts[MOST_CHOICES];
    i64 at = -1;
    memcpy(choices, R->choices, sizeof choices);      /* an expansion may be under way */
    memcpy(counts, R->counts, sizeof counts);
    R->status = RUNNING;
    R->hunting = 1;
    R->found = 0;
    R->target = from_words(w);
    for (u64 i = first; i < last && at < 0; i++) {
        expand(R, *state_at(R, i));
        if (R->found) at = (i64)i;
    }
    R->hunting = 0;
    R->status = status;
    R->n_taken = taken;
    R->n_script = script;
    memcpy(R->choices, choices, sizeof choices);
    memcpy(R->counts, counts, sizeof counts);
    return at;
}

void sg_state(Run *R, u64 i, u64 *w) { memcpy(w, state_at(R, i), sizeof(STATE)); }
void sg_open_probes(Run *R, int kind, u64 mask) { R->open[kind] = mask; }
void sg_deadlock(Run *R, int on) { R->deadlock = on; }

void sg_counts(Run *R, u64 *c)
{
    c[0] = R->states; c[1] = R->transitions; c[2] = R->next; c[3] = R->outside; c[4] = R->open[5]; c[5] = R->bytes;
    c[6] = R->completed;
}

void sg_taken(Run *R, unsigned char *out) { memcpy(out, R->taken, ACTIONS); }

u64 sg_state_words(void) { return STATE_WORDS; }
