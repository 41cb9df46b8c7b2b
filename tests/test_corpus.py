"""Every model of the corpus shows what models/manifest.toml says, in every evaluation there is."""

import ast
import runpy
import tomllib
from functools import cache
from pathlib import Path

import pytest

from sagacity import constants
from sagacity.engine.checking import checked, differences
from sagacity.engine.formeval import FormSystem
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.loader import load

BY_HAND = runpy.run_path(str(Path(__file__).with_name("handwritten.py")))
MODELS = Path(__file__).resolve().parent.parent / "models"
MANIFEST = tomllib.loads((MODELS / "manifest.toml").read_text(encoding="utf-8"))["model"]
ROWS = [(m["name"], row) for m in MANIFEST for row in m["config"]]
IDS = [f"{name}-{row['name']}" for name, row in ROWS]

COMPLETE = SearchOptions(keep_going=True)
#: The slower evaluations are compared up to this size.
MOST_STATES, MOST_STATES_OF_FORMS = 30_000, 3_000
FIELDS = {"name": str, "constants": dict, "verdict": str, "status": int, "violated": dict, "states": int,
          "transitions": int, "depth": int, "figures": str, "why": str}


def vacuous(vacuity):
    """What never happened; the faults of a component have configurations of their own (sagacity/eda/trials)."""
    return {x for x in (*vacuity.actions, *vacuity.predicates, *vacuity.faulty) if "." not in x}


def system(name, row):
    cls = load(str(MODELS / f"{name}.py")).cls
    return Interpreter(compile_model(cls, constants.parse(cls, row.get("constants", {}))))


@cache
def result_of(number):
    return checked(system(*ROWS[number]), COMPLETE)


@pytest.mark.parametrize("number", range(len(ROWS)), ids=IDS)
def test_the_figures_of_the_manifest(number):
    row, result = ROWS[number][1], result_of(number)
    found = {p.name: len(p.trace.steps) if p.trace else 0 for p in result.failures}
    stats = result.stats
    verdict = result.verdict.outcome.name, int(result.exit_status)
    assert (*verdict, found) == (row["verdict"], row["status"], row["violated"])
    assert (stats.states, stats.transitions, stats.depth) == (row["states"], row["transitions"], row["depth"])
    assert result.complete


@pytest.mark.parametrize("name", [m["name"] for m in MANIFEST])
def test_everything_happens_in_some_configuration(name):
    numbers = [i for i, row in enumerate(ROWS) if row[0] == name]
    assert set.intersection(*(vacuous(result_of(i).vacuity) for i in numbers)) == set()


@pytest.mark.parametrize("name, row", [r for r in ROWS if r[1]["states"] <= MOST_STATES],
                         ids=[i for i, r in zip(IDS, ROWS) if r[1]["states"] <= MOST_STATES])
def test_the_evaluations_agree(name, row):
    reference = system(name, row)
    result = check(reference, COMPLETE)
    others = [IrSystem] + [FormSystem] * (row["states"] <= MOST_STATES_OF_FORMS)
    for other in others:
        assert differences(result, check(other(reference.model), COMPLETE)) == (), other.__name__


@pytest.mark.parametrize("name, row", [r for r in ROWS if r[1]["figures"] == "hand-written search"],
                         ids=[i for i, r in zip(IDS, ROWS) if r[1]["figures"] == "hand-written search"])
def test_the_figures_by_hand(name, row):
    given = {k: v if v.isidentifier() and v not in ("True", "False") else ast.literal_eval(v)
             for k, v in row.get("constants", {}).items()}
    assert BY_HAND[name](**given) == (row["states"], row["transitions"], row["depth"])


def test_the_manifest_has_its_schema():
    for m in MANIFEST:
        assert m.keys() == {"name", "source", "config"} and m["source"]
        names = [row["name"] for row in m["config"]]
        assert len(set(names)) == len(names)
        for row in m["config"]:
            assert row.keys() | {"constants"} == FIELDS.keys()
            assert all(isinstance(row[k], FIELDS[k]) for k in row)
            assert (row["verdict"] == "VIOLATED") == bool(row["violated"]) == (row["status"] != 0)


def test_every_model_has_its_rows_and_a_faulty_variant():
    assert sorted(m["name"] for m in MANIFEST) == sorted(p.stem for p in MODELS.glob("*.py"))
    for m in MANIFEST:
        healthy = [row for row in m["config"] if row["verdict"] == "HOLDS"]
        assert min(row["states"] for row in healthy) <= 200_000
        assert not m["config"][0].get("constants") and m["config"][0]["verdict"] == "HOLDS"
        assert any(row["verdict"] == "VIOLATED" for row in m["config"])
