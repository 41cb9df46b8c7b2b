"""Micro-models that published checkers got wrong, as bare graphs with the right answer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from logic_terms import always, breaks, eventually, every, graph, implies, leads_to, no, state, strong, taken, weak  # noqa: E402

from sagacity.logic.ctl import violating  # noqa: E402
from sagacity.logic.emptiness import violation  # noqa: E402
from sagacity.ir.formula import atoms  # noqa: E402
from sagacity.logic.lasso import holds  # noqa: E402

P, Q = state("p"), state("q")
A, B = taken("A"), taken("B")


def check(g, f):
    """The lasso that breaks a formula, verified; None if it holds."""
    found = violation(g, f)
    if found is None:
        return None
    lasso, index = found.lasso, {a: i for i, a in enumerate(atoms(f))}
    assert lasso.real(g) and lasso.fair(g) and not holds(f, lasso.word(g), lasso.loop, index)
    return lasso


def anything(s, t):
    return True


def test_nested_always_implications_are_violated():
    """TLC #971"""
    g = graph([0, 1], [(0, 0), (0, 1), (1, 0), (1, 1)], [lambda s: s])
    f = always(implies(P, always(implies(no(P), always(no(P))))))
    assert check(g, f).states[:2] in ((0, 1), (1, 0))


def test_counter_to_five_leads_to_staying_there():
    """TLC #1037"""
    f = leads_to(P, eventually(always(Q)))
    labels, edges = [lambda s: s == 1, lambda s: s == 5], [(i, i + 1) for i in range(5)]
    assert check(graph([0], edges, labels, [weak()], [anything]), f) is None
    assert check(graph([0], edges, labels), f).stutters


def test_weak_fairness_as_the_property():
    """TLC #201: A is x' = (x+1) % 3, B is x' in 0..2; the property is WF(A), []<>(not ENABLED <<A>>_x or <A>)."""
    edges = [(s, t) for s in range(3) for t in range(3)]

    def a(s, t):
        return t == (s + 1) % 3

    def model(fairness):
        return graph([0], edges, [], fairness, [a] * len(fairness), [(0, a)])

    f = always(eventually(A))                        # A always changes x, so it is enabled everywhere
    assert check(model([weak()]), f) is None
    assert check(model([]), f) is not None


def test_fair_action_that_may_also_stutter():
    """tla-rs #63: x' in {x, x+1}"""
    edges = [(s, t) for s in range(4) for t in (s, s + 1) if t < 4]
    assert check(graph([0], edges, [lambda s: s == 3], [weak()], [anything]), eventually(P)) is None


def test_without_fairness_a_behaviour_may_stop():
    """tla-rs #62"""
    lasso = check(graph([0], [(0, 1)], [lambda s: s == 1]), eventually(P))
    assert lasso.stutters and lasso.states == (0,)


def test_eventually_always_is_not_dropped():
    """tla-rs #62"""
    g = graph([0], [(0, 1), (1, 0)], [lambda s: s == 1], [weak()], [anything])
    assert not check(g, eventually(always(P))).stutters
    assert check(g, always(eventually(P))) is None


def test_three_cycle_with_self_loop():
    """tla-rs #64: the lasso consists of real edges"""
    g = graph([0], [(0, 1), (1, 2), (2, 0), (1, 1)], [lambda s: s != 0], [weak()], [anything])
    lasso = check(g, eventually(always(P)))
    assert not lasso.stutters and lasso.states == (0, 1, 2) and lasso.loop == 0


def test_counters_modulo_100_and_101():
    """FizzBee #169"""
    for n in (100, 101):
        g = graph([0], [(i, (i + 1) % n) for i in range(n)], [lambda s: s == n - 1], [weak()], [anything])
        assert check(g, always(eventually(P))) is None
        assert len(check(g, eventually(always(P))).states) in (1, n)


def test_two_processes_that_overwrite_n():
    """SPIN #38: n is 1 or 2 for ever in turn"""
    g = graph([0], [(0, 1), (1, 2), (2, 1)], [lambda s: s == 1])
    assert check(g, eventually(always(P))) is not None


def test_cycle_on_which_p_never_holds():
    """stateright's `eventually`, which looks at dead ends only"""
    g = graph([0], [(0, 1), (1, 0), (1, 2)], [lambda s: s == 2])
    assert check(g, eventually(P)) is not None
    fair = graph([0], [(0, 1), (1, 0), (1, 2)], [lambda s: s == 2], [weak()], [anything])
    assert not check(fair, eventually(P)).stutters


def test_strong_fairness_is_needed_where_enabledness_comes_and_goes():
    def model(a):
        return graph([0], [(0, 1), (1, 0), (1, 2)], [lambda s: s == 2], [a, weak("B")],
                     [lambda s, t: t == 2, lambda s, t: t != 2])
    assert check(model(weak()), eventually(P)).states == (0, 1)
    assert check(model(strong()), eventually(P)) is None


def test_strong_fairness_allows_to_avoid_the_action():
    """A is enabled in 1 only, and staying in the part of the component without 1 is fair."""
    edges = [(0, 1), (1, 0), (1, 2), (0, 3), (3, 0)]
    stop = check(graph([1], edges, [lambda s: s == 2], [strong()], [lambda s, t: t == 2]), eventually(P))
    assert stop.stutters and stop.states == (1, 0) and stop.loop == 1
    move = graph([0], edges, [lambda s: s == 2], [strong(), weak("B")], [lambda s, t: t == 2, lambda s, t: t != 2])
    assert check(move, eventually(P)).states == (0, 3)


def test_fairness_of_a_union_lets_one_consumer_starve():
    """Two consumers of an endless stream; state = whose turn was last."""
    edges = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]    # 1 and 3: first consumer; 2: second
    first, second = (lambda s, t: t in (1, 3)), (lambda s, t: t == 2)
    f = eventually(P)
    union = graph([0], edges, [lambda s: s == 2], [weak("step(*)")], [anything])
    assert check(union, f) is not None
    each = graph([0], edges, [lambda s: s == 2], [weak("step(0)"), weak("step(1)")], [first, second])
    assert check(each, f) is None


def test_a_step_that_changes_nothing_does_not_discharge_fairness():
    edges = [(0, 0), (0, 1)]
    g = graph([0], edges, [lambda s: s == 1], [weak()], [anything])
    assert check(g, eventually(P)) is None          # the self-loop is no way out: A must really move
    idle = graph([0], [(0, 0)], [lambda s: False], [weak()], [anything])
    assert idle.enabled(0) == 0                     # ENABLED <<A>>_v is false, so stuttering there is fair
    assert check(idle, eventually(P)).stutters


def test_deadlock_with_a_pending_liveness_property():
    g = graph([0], [(0, 1)], [lambda s: s == 0, lambda s: False], [weak()], [anything])
    lasso = check(g, leads_to(P, Q))
    assert lasso.stutters and lasso.states == (0, 1) and lasso.loop == 1


def test_a_step_of_b_that_a_could_have_made():
    """A and B both x' = 1 - x: [][A]_x holds, and B's steps discharge WF(A)."""
    edges = [(0, 1), (1, 0)]
    g = graph([0], edges, [], [weak()], [anything], [(0, lambda s, t: False)])
    assert check(g, always(no(breaks("A")))) is None
    moving = graph([0], edges, [lambda s: s == 1], [weak()], [anything])
    assert check(moving, eventually(P)) is None


def test_ctl_agrees_on_all_of_them():
    g = graph([0], [(0, 1), (1, 0), (1, 2)], [lambda s: s == 2], [strong()], [lambda s, t: t == 2])
    assert violating(g, every(eventually(P))) == [0]        # it may stop in 0
    g = graph([0], [(0, 1), (1, 0), (1, 2)], [lambda s: s == 2], [strong(), weak()], [lambda s, t: t == 2, anything])
    assert violating(g, every(eventually(P))) == []


def test_long_chains_do_not_exhaust_the_stack():
    n = 20_000
    g = graph([0], [(i, i + 1) for i in range(n)], [lambda s: s == n], [weak()], [anything])
    assert check(g, eventually(P)) is None
    assert violating(g, every(eventually(P))) == []
