"""The search for fair behaviours in C against the one in Python, which is held against brute force elsewhere.

More cases: ``SAGACITY_CROSS=10000 pytest -s tests/unit/native/test_fair.py``; SAGACITY_SEED repeats a run.
"""

import ctypes
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

sys.path.append(str(Path(__file__).parents[1] / "logic"))

from logic_cross import ATOMS, STATES, STEPS, boolean, draw, false_witness
from logic_terms import always, both, eventually, every, iff, implies, no, some, until

from sagacity.engine.search import Stop
from sagacity.logic.ctl import GraphSets, satisfied
from sagacity.logic.emptiness import find, shortest
from sagacity.logic.graph import TableGraph
from sagacity.native.fair import Calls, FairGraph, FairSets, Table
from sagacity.result import bounded

COUNT = int(os.environ.get("SAGACITY_CROSS", "1500"))
SEED = int(os.environ.get("SAGACITY_SEED", time.time_ns() % 10**9))
NOWHERE = 0xffffffff


def u64s(numbers):
    return (ctypes.c_uint64 * max(len(numbers), 1))(*numbers)


class CGraph:
    """A TableGraph as C reads it. Rows are made when they are asked for, half of them by the reference's callback."""

    def __init__(self, graph: TableGraph, random: Random, split=False, room=2**30):
        self.graph, n = graph, len(graph)
        self.rows = [[(e, mask) for e in row for mask in (self.halves(random) if split else [-1])] for row in graph.successors]
        total = sum(map(len, self.rows)) + n
        self.first, self.degree = (ctypes.c_uint64 * n)(), (ctypes.c_uint32 * n)()
        self.edges, self.used, self.sets, self.made = (ctypes.c_uint32 * (2 * total))(), 0, [], []
        self.kept = (ctypes.c_uint64 * (total + 1))()
        self.random, self.asked, self.pending = random, [], None
        place = (ctypes.POINTER(ctypes.c_uint32) * 1)(ctypes.cast(self.edges, ctypes.POINTER(ctypes.c_uint32)))
        weak = sum(1 << j for j, o in enumerate(graph.fairness) if not o.strong)
        strong = sum(1 << j for j, o in enumerate(graph.fairness) if o.strong)
        table = Table(n, len(graph.initial), 1, self.first, self.degree, place, u64s(graph.enabledness), self.kept,
                      u64s([weak]), u64s([strong]))
        calls = Calls(None, self.row, self.steps, self.ask, self.ask_steps, lambda: None)
        self.c = FairGraph(table, u64s(graph.labels), True, calls, room)

    @staticmethod
    def halves(random):
        mask = random.getrandbits(3)
        return [mask, ~mask]

    def row(self, _, s):
        self.first[s], self.degree[s] = self.used, 1
        if self.random.random() < 0.5:
            return 2
        return self.ask(s) or 1

    def ask(self, s):
        for e, mask in self.rows[s]:
            self.edges[2 * self.used], self.edges[2 * self.used + 1] = e.target, len(self.made)
            self.kept[len(self.made)] = e.taken & mask & 2**len(self.graph.fairness) - 1
            self.made.append((s, self.used - self.first[s], e))
            self.used += 1
            self.degree[s] += 1
        if self.random.random() < 0.2:
            self.edges[2 * self.used], self.edges[2 * self.used + 1] = NOWHERE, 0
            self.used += 1
            self.degree[s] += 1

    def steps(self, _, s, k, bits):
        if self.random.random() < 0.5:
            return 0
        bits[0] = self.ask_steps(s, k)
        return 1

    def ask_steps(self, s, k):
        return next(e.steps for t, i, e in self.made if (t, i) == (s, k))


def cases(count):
    """Random cases without parallel edges, with the initial states first."""
    for k in range(count):
        random = Random(f"{SEED}/{k}")
        case = draw(random)
        g = case.graph
        order = [*g.initial, *(s for s in range(len(g)) if s not in g.initial)]
        number = {s: i for i, s in enumerate(order)}
        rows = [list({e.target: e._replace(target=number[e.target], action=None) for e in g.successors[s]
                      if e.target != s}.values()) for s in order]
        enabled = [g.enabledness[s] for s in order]
        yield k, random, replace(case, graph=TableGraph(list(range(len(g.initial))), rows, [g.labels[s] for s in order],
                                                        g.fairness, enabled))


def lasso_in_c(graph, formula, random, **options):
    with CGraph(graph, random, **options).c.product(formula, ATOMS) as product:
        return shortest(product)


def test_lassos_are_those_of_the_reference():
    print(f"seed {SEED}, {COUNT} cases")
    for k, random, case in cases(COUNT):
        for formula in (case.formula, no(case.formula)):
            expected, found = find(case.graph, formula, ATOMS), lasso_in_c(case.graph, formula, random)
            where = f"seed {SEED}, case {k}: {formula}\n{case}"
            assert (found is None) == (expected is None), where
            if found:
                assert false_witness(found, case.graph, formula, True) is None, where
                assert len(found.states) == len(expected.states), where


def test_marks_may_be_spread_over_parallel_edges():
    for k, random, case in cases(COUNT // 3):
        expected = find(case.graph, case.formula, ATOMS)
        found = lasso_in_c(case.graph, case.formula, random, split=True)
        where = f"seed {SEED}, case {k}\n{case}"
        assert (found is None) == (expected is None), where
        assert found is None or false_witness(found, case.graph, case.formula, True) is None, where


def branching(random, depth):
    """A random CTL formula about states."""
    if depth == 0:
        return boolean(random, 1)
    one, quantifier = branching(random, depth - 1), random.choice((every, some))
    kind = random.randrange(8)
    if kind < 2:
        return (no(one), iff(one, branching(random, depth - 1)))[kind]
    if kind < 4:
        return (both, implies)[kind - 2](one, branching(random, depth - 1))
    return quantifier((always(one), eventually(one), until(one, branching(random, depth - 1)), eventually(one))[kind - 4])


def test_sets_of_states_are_those_of_the_reference():
    for k, random, case in cases(COUNT):
        formula = branching(random, 3)
        graph = replace(case.graph)
        expected = satisfied(GraphSets(graph, ATOMS), formula)
        found = satisfied(FairSets(CGraph(graph, random).c, ATOMS), formula)
        assert found == expected, f"seed {SEED}, case {k}: {formula}\n{replace(case, formula=formula)}"


def test_a_planted_fault_is_found():
    """The comparison can fail: C without strong fairness finds what the reference refuses."""
    for _, random, case in cases(20_000):
        g = case.graph
        if any(o.strong for o in g.fairness):
            weaker = replace(g, fairness=[o._replace(strong=False) for o in g.fairness])
            if (lasso_in_c(weaker, case.formula, random) is None) != (find(g, case.formula, ATOMS) is None):
                return
    pytest.fail(f"seed {SEED}: weak and strong fairness are the same everywhere")


def test_an_exception_of_a_callback_comes_back():
    _, random, case = next(iter(cases(1)))
    c = CGraph(case.graph, random)

    def fail(*_):
        raise ValueError("no row")
    c.c = FairGraph(c.c.table, u64s(case.graph.labels), True,
                    Calls(None, lambda _, s: 2, c.steps, fail, c.ask_steps, lambda: None), 2**30)
    with pytest.raises(ValueError, match="no row"):
        c.c.product(eventually(STEPS[0]), ATOMS)


def test_without_room_the_search_ends():
    _, random, case = next(iter(cases(1)))
    with pytest.raises(Stop) as ended:
        CGraph(case.graph, random, room=8).c.product(always(eventually(STATES[0])), ATOMS)
    assert ended.value.bound == bounded("memory")
