"""CTL on graphs where the answer is plain to see. The random comparison with LTL is in test_cross."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from logic_terms import always, both, every, eventually, graph, implies, no, some, state, strong, until, weak  # noqa: E402

from sagacity.logic.ctl import satisfying, violating  # noqa: E402

P, Q = state("p"), state("q")


def true_in(g, f):
    return [s for s, x in enumerate(satisfying(g, f, (P, Q))) if x]


def test_what_is_possible_and_what_is_inevitable():
    g = graph([0], [(0, 1), (1, 0), (0, 2)], [lambda s: s == 1, lambda s: s == 2])
    assert true_in(g, some(eventually(P))) == [0, 1]
    assert true_in(g, every(eventually(P))) == [1]
    assert true_in(g, some(always(P))) == [1]                    # it may stop there
    assert true_in(g, every(always(Q))) == [2]
    assert violating(g, every(always(some(eventually(P)))), (P, Q)) == [0]


def test_fairness_is_obeyed_by_both_quantifiers():
    edges = [(0, 1), (1, 0), (0, 2)]
    g = graph([0], edges, [lambda s: s == 1, lambda s: s == 2], [strong(), weak()],
              [lambda s, t: t == 2, lambda s, t: True])
    assert true_in(g, every(eventually(Q))) == [0, 1, 2]
    assert true_in(g, some(always(no(Q)))) == []
    assert true_in(g, some(eventually(both(P, some(eventually(Q)))))) == [0, 1]


def test_until():
    g = graph([0], [(0, 1), (1, 2), (0, 3)], [lambda s: s < 2, lambda s: s == 2], [weak()], [lambda s, t: True])
    assert true_in(g, some(until(P, Q))) == [0, 1, 2]
    assert true_in(g, every(until(P, Q))) == [1, 2]
    assert true_in(g, every(always(implies(Q, P)))) == [3]
