"""Refinement: two-phase commit implements transaction commit; what goes wrong is told in both vocabularies."""

import json
from dataclasses import replace
from importlib import import_module
from importlib import resources

import jsonschema
import pytest

from sagacity.engine.checking import checked
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.refinement import Refining
from sagacity.engine.search import check
from sagacity.errors import UnsupportedError
from sagacity.export.tla import export_tla
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import Kind, Outcome


@pytest.fixture
def two_phase(fixture_models):
    cls = load(str(fixture_models / "two_phase_refines.py")).cls
    return lambda **constants: Interpreter(compile_model(cls, constants))


def refinement(result):
    return next(p for p in result.properties if p.kind is Kind.REFINEMENT)


def refinement_free(result):
    return [p.name for p in result.properties] == ["deadlock"]


def test_two_phase_commit_implements_transaction_commit(two_phase):
    """288 states, 1,146 generated: what TLC reports of Lamport's TwoPhase with three resource managers."""
    result = checked(two_phase())
    assert refinement(result).verdict.outcome is Outcome.HOLDS and result.exit_status == 0
    assert (result.stats.states, result.stats.generated) == (288, 1146)


def test_the_abstract_model_is_transaction_commit(two_phase):
    """34 states and 94 generated: what TLC reports of TCommit with three resource managers."""
    stats = check(IrSystem(two_phase().model.refinements[0].abstract), SearchOptions(deadlock=False)).stats
    assert (stats.states, stats.generated) == (34, 94)


def test_every_step_that_two_phase_commit_takes_is_also_taken_above(two_phase):
    """Without `commit` in the abstract model the refinement fails, so the check does look at its actions."""
    system = two_phase()
    r, = system.model.refinements
    for kept, outcome in (({"prepare", "commit", "abort"}, Outcome.HOLDS), ({"prepare", "abort"}, Outcome.VIOLATED)):
        fewer = replace(r.abstract, actions=tuple(a for a in r.abstract.actions if a.name in kept))
        other = IrSystem(replace(system.model, refinements=(replace(r, abstract=fewer),)))
        assert refinement(check(other)).verdict.outcome is outcome


def test_a_violation_is_a_shortest_trace_in_both_vocabularies(two_phase):
    p = refinement(checked(two_phase(WAIT=False)))
    assert (p.verdict.outcome, p.exit_status, p.message) == (Outcome.VIOLATED, 12, "no step of Commit leads there")
    assert [s.action for s in p.trace.steps] == ["decide_commit", "hear_commit"]
    assert p.abstract.steps == ("initial state", "stutter", "")
    assert p.abstract.states == (((0, 0, 0),), ((0, 0, 0),), ((2, 0, 0),))      # working; one has committed


@pytest.mark.parametrize("evaluation", [Interpreter, IrSystem])
def test_evaluations_agree(two_phase, evaluation):
    for wait in (True, False):
        reference = two_phase(WAIT=wait, N=2)
        second = IrSystem(reference.model)
        assert checked(reference, SearchOptions(keep_going=True), second=second).disagreements == ()


def test_the_initial_states_are_compared(two_phase, fixture_models, tmp_path):
    text = (fixture_models / "two_phase_refines.py").read_text()
    (tmp_path / "other.py").write_text(text.replace("local[r] for", "RM.PREPARED for"))
    p = refinement(checked(Interpreter(compile_model(load(str(tmp_path / "other.py")).cls))))
    assert (len(p.trace.steps), p.message, p.abstract.steps) == (0, "this is no initial state of Commit", ("",))


def test_a_mapping_that_fails_is_an_error(two_phase, fixture_models, tmp_path):
    text = (fixture_models / "two_phase_refines.py").read_text()
    text = text.replace("local[r] for", "local[r] if 1 // (1 - len(sent)) > 0 else local[r] for")
    (tmp_path / "other.py").write_text(text)
    result = checked(Interpreter(compile_model(load(str(tmp_path / "other.py")).cls)))
    p = refinement(result)
    assert (p.verdict.outcome, p.code, len(p.trace.steps), result.exit_status) == (Outcome.ERROR, "SAG904", 1, 75)


def test_variables_of_the_same_name_need_no_mapping(two_phase, fixture_models, tmp_path):
    text = (fixture_models / "two_phase_refines.py").read_text()
    text = text.replace('{"state": "{r: local[r] for r in Manager}"}, ', "").replace("local", "state")
    (tmp_path / "other.py").write_text(text)
    result = checked(Interpreter(compile_model(load(str(tmp_path / "other.py")).cls)))
    assert refinement(result).verdict.outcome is Outcome.HOLDS and result.stats.states == 288


def test_a_search_that_is_cut_does_not_say_that_it_holds(two_phase):
    assert refinement(checked(two_phase(), SearchOptions(max_depth=3))).verdict.outcome is Outcome.BOUNDED


def test_only_the_named_properties_are_checked(two_phase):
    result = checked(two_phase(WAIT=False), SearchOptions(properties=("implements",)))
    assert [p.name for p in result.properties] == ["implements"] and result.exit_status == 12
    assert checked(two_phase(WAIT=False), SearchOptions(properties=("deadlock",))).exit_status == 0


def test_a_step_has_its_abstract_name(two_phase):
    system = two_phase(N=1)
    r = Refining(system, system.model.refinements[0])
    path = [next(iter(system.initial())).target]
    for action in ("prepare", "receive", "decide_commit", "hear_commit"):
        a = next(k for k, x in enumerate(system.model.actions) if x.name == action)
        path.append(next(s.target for s in system.successors(path[-1]) if s.action == a))
    assert r.seen(tuple(path)).steps == ("initial state", "prepare(r=rm0)", "stutter", "stutter", "commit(r=rm0)")


@pytest.mark.parametrize("engine", ["native.engine", "smt.bounded"])
def test_other_engines_refuse_before_they_explore(two_phase, engine):
    pytest.importorskip("z3")
    check_there = import_module(f"sagacity.{engine}").check
    with pytest.raises(UnsupportedError, match="SAG723"):
        check_there(two_phase())
    assert refinement_free(check_there(two_phase(N=1), SearchOptions(properties=("deadlock",), max_depth=9)))


def test_the_export_says_that_it_leaves_a_refinement_out(two_phase):
    assert list(export_tla(two_phase().model).left_out) == ["implements"]


def test_the_command_shows_both_sides_and_json_has_its_schema(run, fixture_models):
    args = ("check", fixture_models / "two_phase_refines.py", "-c", "WAIT=False")
    shown = run(*args)
    assert shown.exit_code == 12
    assert "TwoPhase" in shown.stdout and "seen as Commit" in shown.stdout
    line = next(line for line in shown.stdout.splitlines() if "hear_commit(r=rm0)" in line)
    assert line.endswith("NOT a step of Commit")
    document = json.loads(run(*args, "--json").stdout)
    schema = resources.files("sagacity.cli").joinpath("schema", "check-1.json")
    jsonschema.validate(document, json.loads(schema.read_text()))
    claim = next(p for p in document["properties"] if p["kind"] == "refinement")
    assert [s["step"] for s in claim["abstract"]["steps"]] == ["initial state", "stutter", None]
