"""What the components promise: each trial beside its component, with and without faults, in both evaluations."""

import inspect
import itertools
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

import sagacity.eda
from sagacity import constants
from sagacity.engine.checking import differences
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import Kind

TRIALS = Path(sagacity.eda.__file__).with_name("trials")
ROWS = tomllib.loads((TRIALS / "manifest.toml").read_text(encoding="utf-8"))["row"]
NAMES = sorted(p.stem for p in TRIALS.glob("*.py"))
#: What is found about a state or step; a row says nothing about temporal properties.
SAFETY = (Kind.INVARIANT, Kind.STEP_INVARIANT, Kind.DEADLOCK, Kind.POSSIBLE, Kind.EVALUATION, Kind.ASSERTION)


@cache
def result_of(number):
    row = ROWS[number]
    cls = load(str(TRIALS / f"{row['trial']}.py")).cls
    compiled = compile_model(cls, constants.parse(cls, row["constants"]))
    options = SearchOptions(keep_going=True)
    result = check(Interpreter(compiled), options)
    assert differences(result, check(IrSystem(compiled.ir), options)) == ()
    return result


@pytest.mark.parametrize("number", range(len(ROWS)),
                         ids=["-".join([r["trial"], *map("=".join, r["constants"].items())]) for r in ROWS])
def test_a_row(number):
    result = result_of(number)
    assert result.complete
    found = {p.name: len(p.trace.steps) if p.trace else 0 for p in result.failures if p.kind in SAFETY}
    assert found == ROWS[number]["violated"]


@pytest.mark.parametrize("name", NAMES)
def test_every_promise_is_broken_by_a_fault_and_every_action_is_taken(name):
    numbers = [i for i, row in enumerate(ROWS) if row["trial"] == name]
    rows = [ROWS[i] for i in numbers]
    assert rows[0] == {"trial": name, "constants": {}, "violated": {}}
    results = [result_of(i) for i in numbers]
    # What a component inside the component promises is broken in the trial of that one.
    claimed = {p.name for p in results[0].properties
               if p.kind in (Kind.INVARIANT, Kind.STEP_INVARIANT) and p.name.count(".") < 2}
    assert claimed and claimed <= {p for row in rows for p in row["violated"]}
    never = set.intersection(*({*r.vacuity.actions} for r in results))
    assert {a for a in never if a.count(".") < 2} == set()


COMPONENTS = [c for c in vars(sagacity.eda).values() if isinstance(c, type) and issubclass(c, sagacity.Model)]


@pytest.mark.parametrize("cls", COMPONENTS, ids=lambda c: c.__name__)
def test_a_docstring_names_every_property_that_was_checked(cls):
    module = Path(inspect.getfile(cls))
    named = cls.__doc__.partition("Checked")[2].partition("\n\n")[0]
    assert f"trials/{module.name}" in named
    text = module.read_text(encoding="utf-8") + (TRIALS / module.name).read_text(encoding="utf-8")
    claims = re.findall(r"@(?:step_)?invariant\s+def (\w+)", text)
    assert [c for c in claims if c not in named] == []


def test_topic_patterns_are_the_regular_expressions_they_look_like():
    loaded = load(str(TRIALS / "exchange.py")).cls
    x = loaded(WORDS=3).exchange
    zero, one = x.Word
    parts = {"0": x.word(zero), "1": x.word(one), "*": x.star(), "#": x.hash()}
    keys = ["".join(k) for n in range(4) for k in itertools.product("01", repeat=n)]
    for pattern in (p for n in range(4) for p in itertools.product("01*#", repeat=n)):
        expression = re.compile("".join({"*": ".", "#": ".*"}.get(w, w) for w in pattern))
        for key in keys:
            found = x.matches([parts[w] for w in pattern], [one if w == "1" else zero for w in key])
            assert found == bool(expression.fullmatch(key)), (pattern, key)
