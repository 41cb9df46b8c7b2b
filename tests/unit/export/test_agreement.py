"""TLC and our search agree on every count, every verdict and the length of every counterexample."""

import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent / "ir")]

from tlc_agreement import differences, needs_tlc
from randoms import Random_

from sagacity import constants, loader
from sagacity.lang import compile_model

MICRO = ("Counter", "Leaves", "Stops", "Queue", "Bags", "Nested")

#: Larger configurations of the corpus take TLC too long for every run of the tests.
MOST_STATES = 3000

pytestmark = needs_tlc


@pytest.mark.parametrize("name", MICRO)
def test_micro_models(name, tmp_path):
    model = compile_model(loader.load(f"{HERE / 'micro.py'}:{name}").cls).ir
    assert differences(model, tmp_path) == []


def _corpus():
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))
    for entry in manifest.get("model", ()):
        for row in entry["config"]:
            if row["states"] <= MOST_STATES:
                yield pytest.param(entry["name"], row, id=f"{entry['name']}-{row['name']}")


@pytest.mark.parametrize("name, row", list(_corpus()))
def test_corpus(name, row, tmp_path):
    cls = loader.load(str(ROOT / "models" / f"{name}.py")).cls
    model = compile_model(cls, constants.parse(cls, row.get("constants", {}))).ir
    assert differences(model, tmp_path) == []


def test_benchmark_two_phase_commit(tmp_path):
    model = compile_model(loader.load(str(ROOT / "tests" / "bench" / "models" / "tpc.py")).cls).ir
    assert differences(model, tmp_path) == []


@pytest.mark.parametrize("seed", range(2))
def test_random_models(seed, tmp_path):
    assert differences(Random_(seed).model(), tmp_path) == [], f"seed {seed}"
