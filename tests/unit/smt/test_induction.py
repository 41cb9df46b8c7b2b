"""What induction proves is true; what it does not prove is undecided, with a path that shows why."""

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from smt_models import explicit, outcomes, random_model
from smt_sources import source

from sagacity.engine.options import SearchOptions
from sagacity.engine.interp import Interpreter
from sagacity.errors import UsageError
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import Outcome
from sagacity.smt.induction import NO_ERRORS, obligations, prove


@pytest.mark.parametrize("start", range(2000, 2020, 10))
def test_what_is_proved_holds(start):
    """Against the explicit search of random models, whose reachable states are few."""
    proved = 0
    for seed in range(start, start + 10):
        system, slow = explicit(random_model(seed), max_states=20_000)
        if slow.bound:
            continue
        found = prove(system, SearchOptions(keep_going=True), depth=2)
        for name, outcome in outcomes(found.result).items():
            if outcome is not Outcome.BOUNDED:
                assert outcome is outcomes(slow)[name], (seed, name)
            proved += outcome is Outcome.HOLDS
    assert proved


TOGGLE = '''class Toggle(Model):
    """Reachable: (0, 0) and (1, 1). From (0, 1), which is not reachable, one step leads to x = 2."""

    x = var(Int[0, 2], init=0)
    y = var(Int[0, 1], init=0)

    @action
    def both(self):
        require(self.x == self.y)
        self.x = 1 - self.x
        self.y = 1 - self.y

    @action
    def drift(self):
        require(self.x < self.y)
        self.x = 2

    @invariant
    def small(self):
        return self.x < 2

    @invariant
    def equal(self):
        return self.x == self.y
'''


def test_invariants_help_each_other(tmp_path):
    system = source(tmp_path, TOGGLE)
    assert prove(system).result.exit_status == 0
    alone = prove(system, SearchOptions(properties=("small",)))
    assert alone.result.verdict.outcome is Outcome.BOUNDED
    steps = alone.counterexamples["small"].steps
    assert [s.action for s in steps] == ["drift"]


def test_longer_paths_prove_more(tmp_path):
    """(0, 1) has no predecessor, so that paths of two states cannot begin there and go wrong."""
    system = source(tmp_path, TOGGLE)
    assert prove(system, SearchOptions(properties=("small",)), depth=2).result.exit_status == 0


def test_a_failing_step_is_not_overlooked(tmp_path):
    system = source(tmp_path, '''class Late(Model):
    n = var(Int[0, 9], init=0)

    @action
    def up(self):
        self.n = (self.n + 1) % 10
        assert self.n != 7

    @invariant
    def in_range(self):
        return self.n <= 9
''')
    found = prove(system, depth=1)
    assert found.result.exit_status != 0 and NO_ERRORS in found.counterexamples
    assert outcomes(found.result)["in_range"] is Outcome.HOLDS


def test_constraints_are_refused(tmp_path):
    system = source(tmp_path, TOGGLE + '''
    @constraint
    def few(self):
        return self.x == 0
''')
    with pytest.raises(UsageError, match="SAG872"):
        prove(system)


def test_the_corpus_has_inductive_invariants():
    system = Interpreter(compile_model(load("saga_choreography").cls, {}))
    found = prove(system, SearchOptions(properties=("stock_conserved", "no_overselling")))
    assert found.result.exit_status == 0


def test_obligations(tmp_path):
    system = source(tmp_path, TOGGLE)
    assert [o.holds for o in obligations(system, ("equal",), ("small",))] == [True, True, True]
    assert [o.holds for o in obligations(system, ("equal", "small"), ("small",))] == [True, True, True]
    initiation, consecution, sufficiency = obligations(system, ("small",), ("equal",))
    assert initiation.holds and not consecution.holds and not sufficiency.holds and len(consecution.trace.steps) == 1
