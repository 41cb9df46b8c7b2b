"""Random walks in C find what the interpreter's find, and nothing that is not there."""

import pytest
from hypothesis import HealthCheck, given, seed, settings

from sagacity import Int, Model, action, const, constraint, invariant, possible, require, step_invariant, terminal, var
from sagacity.engine import search
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.simulation import SimulationOptions
from sagacity.errors import UnsupportedError
from sagacity.lang import compile_model
from sagacity.native import build
from sagacity.native.simulation import simulate
from sagacity.result import Kind, Outcome
from sagacity.testing.models import models


class Clock(Model):
    """Two hands; TOP is where the search is cut, BAD and FALL what must not happen, STOP where it stands still."""

    TOP = const(9)
    BAD = const(99)
    FALL = const(False)
    STOP = const(99)
    FAIL = const(99)

    a = var(Int[0, 9], init=0)
    b = var(Int[0, 9], init=0)

    @action
    def tick(self):
        require(self.a != self.STOP)
        self.a = (self.a + 1) % 10 if self.a != self.FAIL else self.a + 10

    @action(by=Int[1, 2])
    def jump(self, by):
        require(self.a != self.STOP and (self.b + by <= 9 or self.FALL))
        self.b = (self.b + by) % 10

    @constraint
    def low(self):
        return self.a <= self.TOP

    @invariant
    def good(self):
        return self.a != self.BAD

    @step_invariant
    def grows(self, old):
        return self.b >= old.b

    @terminal
    def nowhere(self):
        return False

    far = possible("b == 9")
    never = possible("b == 9 and a == 99")


def walked(walks=60, depth=40, number=1, **constants):
    system = Interpreter(compile_model(Clock, constants))
    return simulate(system, SimulationOptions(seed=number, walks=walks, depth=depth))


def outcome(result, name):
    return next(p.verdict.outcome for p in result.properties if p.name == name)


def test_nothing_found_is_sampled_and_every_state_is_counted_once():
    result = walked(walks=400)
    assert result.verdict.outcome is Outcome.SAMPLED and result.verdict.k == 400 and result.exit_status == 20
    assert result.stats.states == 100 and result.stats.transitions == 400 * 40 and result.stats.depth == 41
    assert outcome(result, "far") is Outcome.HOLDS and outcome(result, "never") is Outcome.SAMPLED


def test_the_same_seed_walks_the_same_way():
    def told(number):
        result = walked(number=number, BAD=7)
        return result.failures[0].trace, result.stats.transitions
    assert told(5) == told(5)
    assert len({str(told(n)) for n in range(6)}) > 1


@pytest.mark.parametrize("constants, name, status", [
    ({"BAD": 7}, "good", 12), ({"FALL": True}, "grows", 12), ({"STOP": 3}, "deadlock", 11), ({"FAIL": 4}, "tick", 75)])
def test_what_fails_is_found(constants, name, status):
    result = walked(**constants)
    assert result.exit_status == status
    assert [p.name for p in result.failures] == [name]


def test_a_walk_ends_outside_a_constraint():
    result = walked(TOP=2, walks=300)
    assert result.stats.states == 40 and outcome(result, "good") is Outcome.SAMPLED      # a = 3 is visited, not left


def test_random_models_show_what_an_exhaustive_search_shows(monkeypatch):
    """Walks see no state, and report no failure, that a complete search does not; most of the time they see them all."""
    monkeypatch.setattr(build, "FLAGS", tuple("-O0" if f.startswith("-O") else f for f in build.FLAGS))
    seen = {"compared": 0, "all": 0, "failing": 0}

    @seed(11)
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(models())
    def agree(model):
        system = IrSystem(model)
        whole = search.check(system, SearchOptions(max_states=200, keep_going=True, vacuity=False, temporal=False))
        if not whole.complete or model.constraints:
            return
        try:
            found = simulate(system, SimulationOptions(seed=3, walks=80, depth=30))
        except UnsupportedError:
            return
        seen["compared"] += 1
        failing = {(p.kind, p.name) for p in whole.failures}
        told = {(p.kind, p.name) for p in found.failures}
        assert told <= failing
        assert found.stats.states <= whole.stats.states
        seen["failing"] += bool(told)
        if found.stats.states == whole.stats.states:
            seen["all"] += 1
            assert told or not any(kind is Kind.INVARIANT for kind, _ in failing)

    agree()
    assert seen["compared"] > 15 and seen["all"] > 3 and seen["failing"] > 5, seen
