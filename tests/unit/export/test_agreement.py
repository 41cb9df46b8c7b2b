"""TLC and our search agree on every count, every verdict and the length of every counterexample."""

import os
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent / "ir"), str(HERE.parent / "external"), str(HERE.parent / "engine")]

import soundness_models
from tlc_here import needs_tlc

from sagacity import Model, constants, loader
from sagacity.agreement.engines import EngineOracle
from sagacity.agreement.report import agree
from sagacity.agreement.tlc import TlcOracle
from sagacity.engine.ireval import IrSystem
from sagacity.errors import Exit
from sagacity.export.tlaexpr import Expressions
from sagacity.external.tlc import Tlc
from sagacity.lang import compile_model
from sagacity.result import Outcome

MICRO = ("Counter", "Leaves", "Stops", "Queue", "Bags", "Nested", "Fifo", "Shadows", "Settled", "Before")

#: The rest of the corpus takes TLC too long for every run of the tests: larger configurations, and
#: other configurations of other models than these. `sagacity agree` does any of them, SAGACITY_TLC=all all.
ALL = os.environ.get("SAGACITY_TLC") == "all"
MOST_STATES, ALL_ROWS = 600, ("saga_choreography", "kafka_log")

pytestmark = needs_tlc


def differences(model):
    """Everything on which TLC and our search differ; TLC has to have answered."""
    tlc = TlcOracle(model, Tlc(brief=True, timeout=1800))
    found = agree(model, [EngineOracle("ireval", IrSystem(model)), tlc])
    assert found.reports[1].states is not None or found.reports[1].claims, found.reports[1]
    return found.differences


@pytest.mark.parametrize("name", MICRO)
def test_micro_models(name):
    model = compile_model(loader.load(f"{HERE / 'micro.py'}:{name}").cls).ir
    assert differences(model) == ()


#: The rows about fairness and real lassos that checkers have got wrong; the other rows with SAGACITY_TLC=all.
SOUNDNESS = ("Flip", "ToFive", "OwnFairness", "MayStutter", "ThreeCycle", "Union", "Unchanged", "EmptyQueue", "Constrained")


@pytest.mark.parametrize("name", [n for n, cls in vars(soundness_models).items() if isinstance(cls, type)
                                  and cls.__module__ == soundness_models.__name__ and (ALL or n in SOUNDNESS)
                                  and issubclass(cls, Model)])
def test_soundness_rows(name):
    model = compile_model(vars(soundness_models)[name], {}).ir
    assert differences(model) == ()


def _corpus():
    manifest = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))
    for entry in manifest.get("model", ()):
        for row in entry["config"] if ALL or entry["name"] in ALL_ROWS else entry["config"][:1]:
            if ALL or row["states"] <= MOST_STATES:
                yield pytest.param(entry["name"], row, id=f"{entry['name']}-{row['name']}")


@pytest.mark.parametrize("name, row", list(_corpus()))
def test_corpus(name, row):
    cls = loader.load(str(ROOT / "models" / f"{name}.py")).cls
    model = compile_model(cls, constants.parse(cls, row.get("constants", {}))).ir
    assert differences(model) == ()


def test_temporal_properties_are_put_to_tlc_and_what_tla_cannot_say_is_named():
    model = compile_model(loader.load(f"{HERE / 'micro.py'}:Live").cls).ir
    found = agree(model, [EngineOracle("ireval", IrSystem(model)), TlcOracle(model, Tlc(brief=True, timeout=300))])
    assert found.differences == ()
    claims = found.reports[1].claims
    holds = {t.name: claims[t.name].outcome and claims[t.name].outcome is Outcome.HOLDS for t in model.temporals}
    assert holds == {
        "enters": True, "leads": True, "returns": False, "rests": False, "flips": True, "takes_turns": True,
        "enabled_often": True, "only_flips": True, "never_left": False, "grows": False, "steady": False,
        "waits": None, "may_leave": None}
    assert "until (U)" in claims["waits"].why and "path quantifiers" in claims["may_leave"].why


def test_a_broken_rule_of_the_exporter_is_found_and_pointed_at(monkeypatch):
    monkeypatch.setattr(Expressions, "_op_append", lambda self, e, s, x: f"<<{self.text(x)}>> \\o {self.text(s)}")
    model = compile_model(loader.load(f"{HERE / 'micro.py'}:Fifo").cls).ir
    found = agree(model, [EngineOracle("ireval", IrSystem(model)), TlcOracle(model, Tlc(brief=True, timeout=300))])
    assert found.exit_status == Exit.DISAGREEMENT
    where = found.differences[-1]
    assert "in the state\n    queue = [0]\n    last = None\n  ireval has a step of send; TLC has no such step:" in where
    assert "queue: append 1" in where and found.same_graph == ()


def test_benchmark_two_phase_commit():
    model = compile_model(loader.load(str(ROOT / "tests" / "bench" / "models" / "tpc.py")).cls).ir
    assert differences(model) == ()


