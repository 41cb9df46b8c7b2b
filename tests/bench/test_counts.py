"""The benchmark systems have the states, transitions and depth that TLC, SPIN and rumur find.

The expected counts come from the same systems written for those tools; deadlock checking is off in all of them.
"""

from pathlib import Path

import pytest

from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.result import HOLDS

MODELS = Path(__file__).parent / "models"
CASES = [
    ("tpc", {"RM": 3}, 288, 1_145, 11),
    ("kafka", {"R": 2, "L": 2, "E": 2, "C": 1}, 15_076, 54_958, 21),
    ("saga", {"NO": 2, "S": 1, "K": 1}, 21_988, 272_320, 15),
]


@pytest.mark.parametrize("engine", [Interpreter, IrSystem])
@pytest.mark.parametrize("name, constants, states, transitions, depth", CASES, ids=[c[0] for c in CASES])
def test_counts_of_other_checkers(name, constants, states, transitions, depth, engine):
    compiled = compile_model(load(str(MODELS / f"{name}.py")).cls, constants)
    system = Interpreter(compiled) if engine is Interpreter else IrSystem(compiled.ir)
    result = check(system, SearchOptions(deadlock=False))
    assert (result.stats.states, result.stats.transitions, result.stats.depth) == (states, transitions, depth)
    assert result.complete and result.verdict == HOLDS


@pytest.mark.parametrize("name", [c[0] for c in CASES])
def test_a_benchmark_is_short(name):
    assert len((MODELS / f"{name}.py").read_text().splitlines()) < 120
