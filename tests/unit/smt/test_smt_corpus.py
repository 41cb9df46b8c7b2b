"""The shortest counterexample of every faulty variant of the corpus, found by the solver at the same length.

All of them, up to 12 levels: SAGACITY_SMT_CORPUS=1 pytest tests/unit/smt/test_smt_corpus.py. Otherwise those of up to 3 steps, without the slowest model.
"""

import os
import tomllib
from pathlib import Path

import pytest

from sagacity import constants
from sagacity.engine.checking import confirmed
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.errors import UnsupportedError
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.smt import bounded

ALL = "SAGACITY_SMT_CORPUS" in os.environ
LONGEST = 12 if ALL else 3
SLOW = {"rabbitmq"}  # minutes to state one level of it to the solver

MANIFEST = Path(__file__).resolve().parents[3] / "models" / "manifest.toml"


def faulty():
    """(model, constants, {safety property: length}) of every faulty variant with a short counterexample."""
    for model in tomllib.loads(MANIFEST.read_text())["model"]:
        if model["name"] in SLOW and not ALL:
            continue
        for config in model["config"]:
            short = {name: n for name, n in config["violated"].items() if 0 < n <= LONGEST}
            if short:
                where = f"{model['name']}-{config['name']}"
                yield pytest.param(model["name"], config.get("constants", {}), short, id=where)


@pytest.mark.parametrize("name, texts, wanted", [*faulty()])
def test_shortest_counterexamples(name, texts, wanted):
    cls = load(name).cls
    system = Interpreter(compile_model(cls, constants.parse(cls, texts)))
    wanted = {n: k for n, k in wanted.items() if n not in {t.name for t in system.model.temporals}}
    if not wanted:
        pytest.skip("only temporal properties are violated")
    names = (*wanted,)
    options = SearchOptions(properties=names, keep_going=True, max_depth=max(wanted.values()) + 2, max_seconds=600)
    try:
        result = bounded.check(system, options)
    except UnsupportedError as e:
        pytest.skip(str(e))
    if result.bound and result.bound.why == "seconds":
        pytest.skip(f"no answer in time, at {result.stats.depth} levels")
    found = {p.name: len(p.trace.steps) for p in confirmed(result, system).properties if p.trace is not None}
    assert {n: found.get(n) for n in names} == wanted
