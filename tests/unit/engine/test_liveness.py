"""Temporal properties of models in the interpreter: every row of the micro-models that others got wrong, and lassos."""

import dataclasses
import sys
from pathlib import Path

import pytest

from sagacity.engine import tracefile
from sagacity.engine.checking import checked
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.replay import Refusal, replay
from sagacity.lang import compile_model
from sagacity.result import Outcome

sys.path.insert(0, str(Path(__file__).parent))

import soundness_models as micro  # noqa: E402

#: model, constants, and the verdict on each property that is told
ROWS = [
    (micro.Flip, {}, {"nested": "violated"}),
    (micro.ToFive, {}, {"stays": "holds", "deadlock": "holds"}),
    (micro.OwnFairness, {}, {"wf": "holds"}),
    (micro.NoFairness, {}, {"wf": "violated"}),
    (micro.Broadcast, {}, {"everyone": "holds", "anyone": "violated"}),
    (micro.MayStutter, {}, {"reaches": "holds"}),
    (micro.MayStop, {}, {"moves": "violated", "settles": "violated"}),
    (micro.ThreeCycle, {}, {"leaves": "violated"}),
    (micro.Modulo, {}, {"returns": "holds"}),
    (micro.Modulo, {"N": 101}, {"returns": "holds"}),
    (micro.Overwrite, {}, {"one": "violated"}),
    (micro.FaultAtStart, {}, {"first": "error", "small": "violated", "first_ever": "error"}),
    (micro.Around, {}, {"out": "violated"}),
    (micro.WeakOut, {}, {"leaves": "violated", "branching": "violated"}),
    (micro.StrongOut, {}, {"leaves": "holds", "branching": "holds"}),
    (micro.Union, {}, {"both": "violated"}),
    (micro.AsAWhole, {}, {"both": "violated"}),
    (micro.ByConsumer, {}, {"both": "holds"}),
    (micro.PerBinding, {}, {"both": "holds"}),
    (micro.Unchanged, {}, {"moves": "violated", "able": "holds", "taken": "violated"}),
    (micro.Stuck, {}, {"answered": "violated", "deadlock": "violated"}),
    (micro.Same, {}, {"only_a": "holds", "not_a": "violated", "moves": "holds"}),
    (micro.EmptyQueue, {}, {"take": "error"}),
    (micro.Cells, {}, {"cells.fills": "violated", "full": "violated"}),
]


def result(cls, constants=None, keep_going=True, **options):
    system = Interpreter(compile_model(cls, constants or {}))
    return checked(system, SearchOptions(keep_going=keep_going, **options), second=IrSystem(system.model))


def verdicts(found):
    return {p.name: p.verdict.outcome.value for p in found.properties}


def of(found, name):
    return next(p for p in found.properties if p.name == name)


@pytest.mark.parametrize("cls, constants, expected", ROWS, ids=lambda x: getattr(x, "__name__", None))
def test_right_answers(cls, constants, expected):
    found = result(cls, constants)
    assert found.complete and {n: v for n, v in verdicts(found).items() if n in expected} == expected
    assert not found.disagreements


def test_counts_of_micro_models():
    def counts(cls, **constants):
        s = result(cls, constants).stats
        return s.states, s.transitions

    assert counts(micro.Bits) == (32, 160)
    assert [counts(micro.Modulo, N=n) for n in (100, 101)] == [(100, 100), (101, 101)]
    assert counts(micro.TwoReasons) == (2, 2)


def test_the_same_verdict_for_any_number_of_nodes():
    assert len({tuple(verdicts(result(micro.Broadcast, {"N": n})).items()) for n in (1, 2, 3)}) == 1


def test_beyond_a_constraint():
    """What lies outside is a target and enabled, not expanded: stopping in 0 is unfair, and nothing is said to hold."""
    found = result(micro.Constrained)
    assert (found.stats.states, found.stats.generated) == (1, 7) and found.exit_status == 20
    assert verdicts(found) == {"small": "bounded", "deadlock": "bounded", "moves": "bounded", "stays": "bounded",
                               "never": "bounded"}


def test_a_cut_search_finds_lassos_and_never_says_that_a_property_holds():
    found = result(micro.Modulo, max_depth=5)
    assert of(found, "returns").verdict.outcome is Outcome.BOUNDED
    assert of(result(micro.MayStop, max_depth=2), "moves").verdict.outcome is Outcome.VIOLATED


def test_a_first_violation_ends_the_search_but_a_deadlock_breaks_liveness_too():
    found = result(micro.Stuck, keep_going=False)
    assert verdicts(found) == {"deadlock": "violated", "answered": "violated"} and found.exit_status == 11
    lasso = of(found, "answered").trace
    assert lasso.loop == 1 and [s[0] for s in lasso.states] == [0, 1]


def test_lassos_are_cycles_of_real_steps():
    lasso = of(result(micro.ThreeCycle), "leaves").trace
    assert [s.action for s in lasso.steps] == ["turn"] * 3 and lasso.states[lasso.loop] == lasso.states[-1]


def test_stuttering_names_what_fairness_would_rule_it_out():
    p = of(result(micro.MayStop), "moves")
    assert p.trace.loop == 0 and not p.trace.steps and p.cycle.starved == ("step",) and p.exit_status == 13


def test_fairness_that_a_cycle_keeps():
    p = of(result(micro.WeakOut), "leaves")
    assert p.cycle.honoured == (("turn", False, "taken"), ("out", False, "disabled"))
    assert p.cycle.starved == () and p.cycle.passed_over == ("out",)


def test_the_failing_binding_is_named():
    p = of(result(micro.Union), "both")
    assert p.conjunct.bindings in ((("c", "0"),), (("c", "1"),)) and p.conjunct.text == "[] <> (served[c] == 1)"


def recording(cls, name):
    found = result(cls)
    return Interpreter(compile_model(cls, {})), tracefile.record(found.model, of(found, name))


@pytest.mark.parametrize("cls, name", [(micro.ThreeCycle, "leaves"), (micro.MayStop, "moves"),
                                       (micro.FaultAtStart, "first_ever"), (micro.Same, "not_a")])
def test_lassos_are_saved_and_replayed(cls, name):
    system, recorded = recording(cls, name)
    _, again = tracefile.load(tracefile.dump(tracefile.Origin("x.py", cls.__name__), recorded))
    assert again == recorded
    trace = replay(system, again)
    assert not isinstance(trace, Refusal) and trace.loop == recorded.loop


def test_what_is_no_lasso_is_refused():
    system, recorded = recording(micro.ThreeCycle, "leaves")

    def refused(**changes):
        found = replay(system, dataclasses.replace(recorded, **changes))
        assert isinstance(found, Refusal)
        return str(found)

    assert "no lasso" in refused(loop=None)
    assert "not the one where the cycle begins" in refused(loop=1)
    assert "not fair to turn" in refused(loop=len(recorded.steps))      # stopping there is unfair
    assert "no temporal property" in refused(property="other")
    system, recorded = recording(micro.WeakOut, "leaves")
    out, = (s for s in system.successors(system.state((1,))) if system.model.actions[s.action].name == "out")
    assert system.plain(out.target) == (2,)


def test_a_behaviour_that_satisfies_the_property_is_refused():
    system, recorded = recording(micro.MayStop, "settles")
    moves = dataclasses.replace(recorded, property="moves", loop=recorded.loop)
    found = replay(system, moves)
    assert isinstance(found, Refusal) == any(s.state["x"] == 1 for s in (recorded.start, *recorded.steps))
