"""EWD 840 with fairness has the states, the depth and the liveness verdicts of TLC and SPIN, written for those tools."""

from pathlib import Path

import pytest

from sagacity.engine.checking import checked
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.loader import load

MODEL = Path(__file__).parent / "models" / "ewd840.py"


@pytest.mark.parametrize("constants, states, depth, live, quiet", [
    ({"N": 3}, 110, 11, "holds", "violated"),
    ({"N": 4, "NODES_FAIR": True}, 670, 15, "holds", "violated"),
    ({"N": 3, "FAIR": False}, 110, 11, "violated", "violated")], ids=["system", "nodes", "none"])
def test_ewd840(constants, states, depth, live, quiet):
    system = Interpreter(compile_model(load(str(MODEL)).cls, constants))
    result = checked(system, SearchOptions(keep_going=True))
    verdicts = {p.name: p.verdict.outcome.value for p in result.properties}
    assert (result.stats.states, result.stats.depth, result.complete) == (states, depth, True)
    assert verdicts == {"no_false_alarm": "holds", "deadlock": "holds", "live": live, "quiet": quiet}
