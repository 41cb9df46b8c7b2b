"""What is written for mCRL2, read as text; and, where the tools are, agreement with them."""

import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ir")]

from mcrl2_agreement import mcrl2_differences, needs_mcrl2
from randoms import Random_

from sagacity import loader
from sagacity.engine.ireval import IrSystem
from sagacity.errors import UnsupportedError
from sagacity.export.mcrl2 import export_mcrl2
from sagacity.export.mcrl2graph import write_aut
from sagacity.export.mcrl2names import Names
from sagacity.export.mcrl2types import Types
from sagacity.ir import types as T
from sagacity.lang import compile_model

MICRO = ("Counter", "Shadowed", "Leaves", "Stops", "Nested", "Waiting")


def micro(name):
    return compile_model(loader.load(f"{HERE / 'micro.py'}:{name}").cls).ir


def test_one_summand_for_each_action():
    model = micro("Counter")
    text = export_mcrl2(model).text
    process = text.partition("proc P(")[2].partition("\n\n")[0]
    assert len(re.findall(r"-> \w+(\(.*?\))? \. P\(", process)) == len(model.actions)


def test_labels_carry_parameters_and_choices():
    text = export_mcrl2(micro("Stops")).text
    assert "act up: Int;" in text and "up(" in text


def test_every_property_has_a_formula_and_its_observation():
    model = micro("Counter")
    exported = export_mcrl2(model)
    assert {f.name for f in exported.formulas} == {
        *model.invariants, *model.step_invariants, *model.possibles, "deadlock", "no_fault"}
    declared = set(re.findall(r"^act (\w+)", exported.observed, re.M))
    for f in exported.formulas:
        for label in re.findall(r"violated_\w+|possible_\w+|can_step|failed|may_stop", f.formula):
            assert label in declared


def test_temporal_properties_of_the_corpus_are_exported(root):
    model = compile_model(loader.load(str(root / "models" / "saga_choreography.py")).cls).ir
    exported = export_mcrl2(model)
    assert {t.name for t in model.temporals} == {f.name for f in exported.formulas if f.kind == "temporal"}
    assert not exported.missing


def test_constrained_models_are_refused():
    with pytest.raises(UnsupportedError) as e:
        export_mcrl2(micro("Queue"))
    assert e.value.diagnostics[0].code == "SAG641" and e.value.diagnostics[0].loc.line > 0


def test_the_refusal_leaves_nothing_behind(run, tmp_path):
    result = run("export", "mcrl2", f"{HERE / 'micro.py'}:Queue", "-o", tmp_path / "out")
    assert result.exit_code == 2 and "SAG641" in result.stderr
    assert not (tmp_path / "out").exists()


def test_names_avoid_keywords_and_each_other():
    text = export_mcrl2(micro("Counter")).text
    names = re.findall(r"^(?:act|map|sort) (\w+)", text, re.M)
    assert len(names) == len(set(names)) and not {"init", "mod", "max", "delta"} & set(names)


def test_a_property_does_not_see_the_parameters_of_an_action():
    """Every equation declares the variable of a quantifier that has the name of a parameter."""
    exported = export_mcrl2(micro("Shadowed"))
    equations = [c for c in exported.observed.split("\n\n") if re.search(r"^eqn .*\bm\b", c, re.M)]
    assert equations and all(re.search(r"^var .*\bm(_\d+)?:", c, re.M) for c in equations)


def test_what_an_iteration_finds_is_computed_once():
    """Each function of the action has one iteration over the queue, however often it uses what is found."""
    text = export_mcrl2(micro("Waiting")).text
    equations = re.findall(r"^eqn .*map_over\w*\(queue.*", text, re.M)
    assert equations and all(e.count("map_over") == 1 for e in equations)


def test_nested_loops_do_not_make_the_export_grow_without_bound():
    exported = export_mcrl2(Random_(126).model())       # four loops in each other: 15 MB if copies are written out
    assert len(exported.text) < 100_000


def test_a_function_like_an_earlier_one_is_not_written_again():
    types = Types(micro("Counter"), Names())

    def defined(name, x, body, when=""):
        return types.define(types.names.new(name), [(x, "Int"), ("y", "Int")], "Int", body, when)

    assert [defined("f", "a", "a + y"), defined("g", "b", "b + y")] == ["f", "f"]
    assert defined("g", "b", "b + b") == "g"                                # the name was free again
    assert defined("h", "b", "y + b") == "h"                                # another order
    assert defined("k", "a", "a + y", when="a < y") == "k"
    assert defined("m", "a", "m(a, y)") == "m" and defined("n", "a", "n(a, y)") == "m"      # recursion
    assert [d.partition(":")[0] for d in types.definitions.values()] == ["map f", "map g", "map h", "map k", "map m"]


BUILT_IN = {"if", "abs", "head", "tail", "rhead", "rtail", "max", "min", "Int2Pos", "Int2Nat", "Nat2Int", "List", "P", "in"}


def undeclared(text):
    """The names that a specification applies and does not declare."""
    text = re.sub("%.*", "", text)
    declared = set(re.findall(r"\bmap (\w+)", text)) | set(re.findall(r"\b(?:act|proc) (\w+)", text))
    for struct in re.findall(r"= struct (.*?);", text):
        declared |= set(re.findall(r"\w+", struct))
    return set(re.findall(r"(\w+)\(", text)) - declared - BUILT_IN


@pytest.mark.parametrize("seed", range(20))
def test_what_random_models_apply_is_declared(seed):
    exported = export_mcrl2(Random_(seed).model())
    assert undeclared(exported.text) == undeclared(exported.observed) == set()


def test_types_with_one_condition_share_it():
    types = Types(micro("Counter"), Names())
    calls = {types.member(t, "x") for t in (T.Seq(T.BOOL, 2), T.Bag(T.BOOL, 2))}
    assert calls == {"in_range_List_Bool(x)"} and list(types.definitions) == ["in_range_List_Bool"]


def test_a_fold_is_not_expanded_before_the_choice_is_known():
    text = export_mcrl2(Random_(383).model()).text
    assert "fold" in text and "fold" not in text.partition("proc P(")[2]


def test_new_values_are_rewritten_when_the_choice_is_known():
    """Else lps2lts expands them with everything unknown before it explores."""
    text = export_mcrl2(micro("Waiting")).text
    assert re.search(r"^eqn is_known_\w+\(n\) -> take_score\(", text, re.M)


def test_our_graph_in_their_format(tmp_path):
    path = tmp_path / "x.aut"
    with path.open("w") as out:
        assert write_aut(IrSystem(micro("Leaves")), out) == (5, 6)
    assert path.read_text().splitlines()[:2] == ["des (0,6,5)", '(0,"initial(0)",1)']


def test_without_the_tools_agree_says_how_to_get_them(run, monkeypatch, tmp_path):
    from sagacity.agreement.mcrl2 import Mcrl2Oracle

    monkeypatch.setenv("MCRL2_BIN", str(tmp_path))
    report = Mcrl2Oracle(IrSystem(micro("Counter"))).report()
    assert "mcrl22lps" in report.absent and "mcrl2.org" in report.absent and report.states is None


@needs_mcrl2
@pytest.mark.parametrize("name", MICRO)
def test_the_tools_agree_on_micro_models(name):
    assert mcrl2_differences(micro(name)) == []


@needs_mcrl2
@pytest.mark.parametrize("seed", [0, 79, 126, 383])  # 79: choices outside a range; 126: nested loops; 383: short folds
def test_the_tools_agree_on_random_models(seed):
    assert mcrl2_differences(Random_(seed).model()) == [], f"seed {seed}"


@needs_mcrl2
def test_a_wrong_export_is_noticed(monkeypatch):
    """The comparison can fail: the export of another model in place of the model's own."""
    from sagacity.agreement import mcrl2 as oracle

    system = IrSystem(micro("Counter"))
    other = export_mcrl2(micro("Nested"))
    report = oracle.Mcrl2Oracle(system, export=lambda _: other).report()
    assert "bisimilar" in report.failed and report.states != 31
