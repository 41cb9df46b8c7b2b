"""Random walks: reproducible, never a proof, and what they find is real and short."""

import pytest

from sagacity.engine import tracefile
from sagacity.engine.replay import Refusal, replay
from sagacity.engine.shrink import shrunk, without_cycles
from sagacity.engine.simulation import WEIGHTS, RandomWalk, SimulationOptions, simulate
from sagacity.result import VIOLATED, Kind, Outcome, PropertyResult, Trace, TraceStep
from sagacity.source import NOWHERE

RING = [(i, "next", (i + 1) % 10) for i in range(10)] + [(i, "skip", (i + 3) % 10) for i in range(10)]


def run(system, **more):
    return simulate(system, SimulationOptions(**{"seed": 1, "walks": 20, "depth": 30, **more}))


def test_nothing_found_is_sampled(graph):
    result = run(graph([0], RING, invariants={"small": lambda x: x < 10}))
    assert result.verdict.outcome is Outcome.SAMPLED and result.verdict.k == 20 and result.exit_status == 20
    assert result.stats.states == 10 and result.stats.transitions == 600 and result.stats.depth == 31
    assert {p.verdict.outcome for p in result.properties} == {Outcome.SAMPLED}


def test_same_seed_same_walks(graph):
    def story(seed):
        result = run(graph([0], RING, invariants={"not7": lambda x: x != 7}), seed=seed)
        return [s.state for s in result.failures[0].trace.steps], result.stats.transitions

    assert story(5) == story(5)
    assert len({str(story(seed)) for seed in range(8)}) > 1


def test_a_found_violation_is_replayed_and_short(graph):
    system = graph([0], RING, invariants={"not9": lambda x: x != 9})
    p = run(system).failures[0]
    assert not isinstance(replay(system, tracefile.record(system.model, p)), Refusal)
    assert p.trace.last.state == (9,) and len(p.trace.steps) <= 9   # no state twice, so at most nine steps
    assert run(system).exit_status == 12


def test_deadlock_fault_and_witness(graph):
    assert run(graph([0], [(0, "a", 1)])).exit_status == 11
    assert run(graph([0], [(0, "a", 1), (1, "b", "index")])).exit_status == 75
    result = run(graph([0], RING, possibles={"five": lambda x: x == 5, "never": lambda x: x > 90}))
    assert [p.verdict.outcome for p in result.properties if p.kind is Kind.POSSIBLE] == [Outcome.HOLDS, Outcome.SAMPLED]


def test_a_walk_stops_at_a_constraint(graph):
    result = run(graph([0], [(0, "a", 1), (1, "a", 2)], constraints={"few": lambda x: x < 2}), deadlock=False)
    assert result.stats.states == 3 and not result.failures   # the state beyond is visited, not left


def test_step_invariants_ignore_steps_that_change_nothing(graph):
    result = run(graph([0], [(0, "a", 0)], step_invariants={"grows": lambda old, new: new > old}))
    assert not result.failures


def test_rarely_enabled_actions_are_reported(graph):
    assert run(graph([0], [(0, "a", 0), (5, "b", 0)])).vacuity.actions == ("b",)


def trace(*states):
    steps = [TraceStep("go" if i else "init", (0,) if i else (), (), (), NOWHERE, (x,)) for i, x in enumerate(states)]
    return Trace(steps[0], tuple(steps[1:]))


@pytest.mark.parametrize("states, left", [((0,), (0,)), ((0, 1, 2), (0, 1, 2)), ((0, 1, 0, 1, 2), (0, 1, 2)),
                                          ((0, 1, 2, 1, 3, 0, 4), (0, 4)), ((0, 1, 1), (0, 1, 1))])
def test_cycles_are_cut(states, left):
    assert tuple(s[0] for s in without_cycles(trace(*states)).states) == left


COUNTERS = '''from sagacity import *

class Counters(Model):
    a = var(Int[0, 50], init=0)
    b = var(Int[0, 50], init=0)

    @action(by=Int[1, 2])
    def up(self, by):
        self.a = (self.a + by) % 50

    @action
    def count(self):
        require(self.b < 50)
        self.b += 1

    @invariant
    def few(self):
        return self.b < 3
'''


def test_steps_that_do_not_matter_are_left_out(tmp_path):
    """Of two independent counters only the second matters."""
    from sagacity.cli.build import build

    (tmp_path / "counters.py").write_text(COUNTERS)
    system = build(str(tmp_path / "counters.py"), {}).system
    for seed in range(5):
        assert [s.action for s in run(system, seed=seed).failures[0].trace.steps] == ["count"] * 3


def test_a_trace_that_cannot_be_shortened_stays(graph):
    system = graph([0], [(0, "go", 1), (1, "go", 2)], invariants={"small": lambda x: x < 2})
    p = run(system).failures[0]
    assert p == shrunk(system, p) == PropertyResult("small", Kind.INVARIANT, VIOLATED, p.trace, p.conjunct, loc=p.loc)


def test_walks_differ_in_what_they_prefer(graph):
    system = graph([0], RING)
    weights = {tuple(RandomWalk(system, list(system.initial()), f"1/{k}").weights) for k in range(20)}
    assert len(weights) > 4 and all(w in WEIGHTS for pair in weights for w in pair)
