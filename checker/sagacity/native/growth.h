/* How does the table grow?  Where it lies, and all workers help.

   A state's place in a larger table is behind its old one, for places keep the order of hashes. So the states move
   towards the end, from the last to the first, in rounds: those of slots from..to-1 go to slots from `to` on, which hold
   nothing but what has moved already. A round begins behind a free slot, so that no state of it has its home before. What is left
   at the start of the table is few, and is taken out first and put back last. */
#define MOST_ROUNDS 64
#define FEW_SLOTS 4096
#define SHIFTED 16384             /* slots that a worker moves at a time */

/* Where rounds end, the first to last of the table; the slots before the last of these ends take no part. */
static int plan_rounds(const Table *T, u64 capacity, u64 *ends)
{
    int n = 0;
    ends[0] = T->capacity ? T->capacity + SLACK : 0;
    while (ends[n] > FEW_SLOTS && n < MOST_ROUNDS) {
        u64 to = ends[n], from = (u64)((unsigned __int128)to * T->capacity / capacity) + 1;
        while (from < to && !is_free(&T->slots[from - 1])) from++;
        if (from == to) break;
        ends[++n] = from;
    }
    return n;
}

/* A worker's part of a round. */
static void shift(Worker *W)
{
    Table *T = &W->run->table;
    for (;;) {
        u64 at = __atomic_fetch_add(&T->next, SHIFTED, __ATOMIC_RELAXED);
        if (at >= T->end) return;
        for (u64 i = at; i < at + SHIFTED && i < T->end; i++) {
            SLOT x = T->slots[i];
            if (is_free(&x)) continue;
            memset(&T->slots[i], 0, sizeof x);
            enter(T, x, place(slot_hash(x), T->capacity));
        }
    }
}

/* Give the table 1.4 times the size, or twice where that is no matter of memory; 0 if memory does not allow it. Nobody else may be
   at work. */
static int grow(Run *R)
{
    Table *T = &R->table;
    u64 old = T->capacity, capacity = !old ? 1u << 12 : old < 1u << 22 ? 2 * old : old + old / 5 * 2;
    u64 size = table_bytes(capacity), ends[MOST_ROUNDS + 1], few = 0;
    if (size > T->reserved) return 0;
    int rounds = plan_rounds(T, capacity, ends);
    SLOT *first = malloc((ends[rounds] + 1) * sizeof *first);
    if (!first || !get_behind(&R->pages, T->slots, table_bytes(old), size)) { free(first); return 0; }
    T->capacity = capacity;
    T->limit = capacity / 10 * 7;
    for (u64 i = 0; i < ends[rounds]; i++) {
        if (!is_free(&T->slots[i])) first[few++] = T->slots[i];
        memset(&T->slots[i], 0, sizeof *first);
    }
    for (int k = 0; k < rounds; k++) {
        T->next = ends[k + 1];
        T->end = ends[k];
        if (R->pool && T->end - T->next > SHIFTED) together(R, shift);
        else shift(&R->workers[0]);
    }
    for (u64 i = 0; i < few; i++) enter(T, first[i], place(slot_hash(first[i]), capacity));
    free(first);
    return 1;
}

/* Where memory forbids growing, the table may become fuller than is fast. */
static int squeeze(Table *T)
{
    u64 most = T->capacity / 20 * 19;
    if (T->limit >= most) return 0;
    T->limit = most;
    return 1;
}
