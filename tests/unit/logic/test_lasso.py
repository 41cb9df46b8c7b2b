"""Lassos: their truth, their fairness, and that needless steps go."""

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

import logic_cross  # noqa: E402
from logic_terms import always, eventually, graph, release, state, strong, until, weak, weak_until  # noqa: E402

from sagacity.logic.graph import Edge  # noqa: E402
from sagacity.logic.lasso import Lasso, holds  # noqa: E402

P, Q = state("p"), state("q")
INDEX = {P: 0, Q: 1}


def test_truth_counted_by_hand():
    word = [1, 3, 0, 2]                                    # p, pq, -, q
    assert holds(until(P, Q), word, 2, INDEX)
    assert not holds(always(eventually(P)), word, 2, INDEX)
    assert holds(always(eventually(P)), word, 1, INDEX)
    assert holds(weak_until(P, Q), [1], 0, INDEX) and not holds(until(P, Q), [1], 0, INDEX)
    assert holds(release(P, Q), [2], 0, INDEX) and holds(release(P, Q), [2, 3, 0], 2, INDEX)
    assert not holds(release(P, Q), [2, 1], 1, INDEX)


def test_inserted_stutters_change_nothing():
    """Formulas that the language accepts cannot count steps."""
    states = sum(1 << i for i in range(len(logic_cross.STATES)))
    for seed in range(400):
        random = Random(seed)
        f = logic_cross.temporal(random, 3)
        word = [random.getrandbits(5) for _ in range(random.randint(1, 4))]
        loop, longer, place = random.randrange(len(word)), [], 0
        for i, letter in enumerate(word):
            place = len(longer) if i == loop else place
            longer += [letter & states] * random.randint(0, 2) + [letter]
        index = logic_cross.INDEX
        assert holds(f, word, loop, index) == holds(f, longer, place, index), f


def test_how_obligations_are_honoured():
    g = graph([0], [(0, 1), (1, 0)], [], [weak("A"), strong("A"), weak("B")],
              [lambda s, t: t == 1, lambda s, t: t == 1, lambda s, t: t == 0])
    there, back = g.edges(0)[0], g.edges(1)[0]
    assert Lasso((0, 1), (there, back), 0).honours(g) == ["taken", "taken", "taken"]
    assert Lasso((0, 1), (there, None), 1).honours(g) == ["disabled", "disabled", None]
    assert Lasso((0,), (None,), 0).honours(g) == [None, None, "disabled"]


def test_unreal_lassos_are_recognised():
    g = graph([0], [(0, 1)], [])
    edge = g.edges(0)[0]
    assert Lasso((0, 1), (edge, None), 1).real(g)
    assert not Lasso((1,), (None,), 0).real(g)
    assert not Lasso((0, 1), (edge, edge), 0).real(g)
    assert not Lasso((0, 1), (None, None), 1).real(g)


def test_tightening_removes_stutters_repetitions_and_overlap():
    a, b = Edge(1), Edge(0)
    loose = Lasso((0, 1, 0, 0, 1, 1, 0, 1), (a, b, None, a, None, b, a, b), 3)
    assert loose.tightened() == Lasso((0, 1), (a, b), 0)
    assert Lasso((0, 0, 0), (None, None, None), 1).tightened() == Lasso((0,), (None,), 0)
