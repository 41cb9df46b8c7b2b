/* A compiled model as a program of its own, for the sanitizers. Arguments: the words of the initial states, in hex.
   Whatever C does not decide is counted and left out. Prints: states transitions depth undecided. */
#include MODEL
#include <stdio.h>

static long undecided_here;

static int count_event(int kind, int index, u64 binding, const u64 *state, const int *choices, int n)
{
    (void)index; (void)binding; (void)state; (void)choices; (void)n;
    undecided_here += kind == UNDECIDED_STEP || kind == UNDECIDED_CONSTRAINT || kind == WATCH_EVENT;
    return 0;
}

int main(int argc, char **argv)
{
    Run *R = sg_open(count_event, 2000000, 1ull << 33);
    u64 words[STATE_WORDS], depth = 0, c[8];
    if (!R) return 1;
    for (int k = 0; k < 6; k++) sg_open_probes(R, k, ~0ull >> 1 & 0);
    sg_open_probes(R, 1, MASK(INVARIANTS));
    sg_open_probes(R, 2, MASK(STEPS));
    sg_open_probes(R, 4, MASK(POSSIBLES));
    for (int i = 1; i + STATE_WORDS <= argc; i += STATE_WORDS) {
        for (int k = 0; k < STATE_WORDS; k++) words[k] = strtoull(argv[i + k], NULL, 16);
        sg_start(R, words);
    }
    sg_counts(R, c);
    while (c[2] < c[0]) {
        depth++;
        if (sg_expand(R, c[0], ~0ull) != RUNNING) break;
        sg_counts(R, c);
    }
    sg_state(R, c[0] - 1, words);
    sg_hunt(R, words, 0, c[0] < 1000 ? c[0] : 1000);
    printf("%llu %llu %llu %ld\n", (unsigned long long)c[0], (unsigned long long)c[1], (unsigned long long)depth,
           undecided_here);
    sg_close(R);
    return 0;
}
