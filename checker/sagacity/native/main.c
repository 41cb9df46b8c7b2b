/* A compiled model as a program of its own, without the engine around it: `export c` writes the file that includes this
   one. Argument: workers. What C does not decide is counted and left out. Prints: states transitions depth undecided. */
#include MODEL
#include <stdio.h>

static const u64 initial[][STATE_WORDS] = { INITIAL };

static long undecided_here;

static void drain(Run *R)
{
    u64 words[STATE_WORDS];
    i64 e[80];
    while (sg_event(R, words, e, 0)) {
        if (e[0] == UNDECIDED_STEP) sg_failed(R, (int)e[3]);
        if (e[0] == UNDECIDED_CONSTRAINT) sg_judged(R, (int)e[3], words, 1);
        undecided_here += e[0] == UNDECIDED_STEP || e[0] == UNDECIDED_CONSTRAINT || e[0] == WATCH_EVENT;
    }
}

int main(int argc, char **argv)
{
    u64 words[STATE_WORDS], depth = 0, c[16], last;
    Run *R = sg_open(~0ull, 1ull << 33, argc > 1 ? atoi(argv[1]) : 1);
    int sure;
    if (!R) return 1;
    sg_open_probes(R, INVARIANTS_OPEN, MASK(INVARIANTS));
    sg_open_probes(R, STEPS_OPEN, MASK(STEPS));
    sg_open_probes(R, POSSIBLES_OPEN, MASK(POSSIBLES));
    for (u64 i = 0; i < sizeof initial / sizeof *initial; i++) {
        sg_start(R, initial[i]);
        drain(R);
    }
    for (sg_counts(R, c); c[2] < c[0]; depth++)
        for (last = c[0]; c[2] < last || c[6]; drain(R), sg_counts(R, c))
            if (sg_expand(R, last, 10000) != RUNNING) return 1;
    if (c[0]) sg_state(R, c[0] - 1, words);
    sg_hunt(R, words, 0, c[0] < 1000 ? c[0] : 1000, &sure);
    printf("%llu %llu %llu %ld\n", (unsigned long long)c[0], (unsigned long long)c[1], (unsigned long long)depth,
           undecided_here);
    sg_close(R);
    return 0;
}
