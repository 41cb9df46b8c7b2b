"""models/event_processing.py is the process of the document: each correction of it in mcrl2/seed, state for state."""

import re
from functools import cache
from pathlib import Path

import pytest

from sagacity import constants
from sagacity.engine.interp import Interpreter
from sagacity.engine.statespace import state_space
from sagacity.external.mcrl2 import Tools, available
from sagacity.lang import compile_model
from sagacity.loader import load

ROOT = Path(__file__).resolve().parents[3]
SEED = ROOT / "mcrl2" / "seed"
FIGURES = dict(re.findall(r"^\| `event_processing_(\w+)` \| (\d+ \| \d+ \| \d+) \|$",
                          (SEED / "README.md").read_text(encoding="utf-8"), re.M))
#: The constants of each correction, and how it calls what is here produce and consume.
VERSIONS = {"parenthesised": ({"LINK": "NONE", "ORDERED": "False"}, "produce", "consume"),
            "synchronised": ({"LINK": "HANDSHAKE", "ORDERED": "False"}, "", "deliver"),
            "fifo1": ({"ORDERED": "False", "CAPACITY": "1"}, "publish", "deliver"),
            "fifo2": ({"ORDERED": "False"}, "publish", "deliver"),
            "fifo3": ({"ORDERED": "False", "CAPACITY": "3"}, "publish", "deliver"),
            "ordered": ({}, "publish", "deliver")}


@cache
def space(name):
    cls = load(str(ROOT / "models" / "event_processing.py")).cls
    return state_space(Interpreter(compile_model(cls, constants.parse(cls, VERSIONS[name][0]))), 1_000)


def test_every_correction_is_here():
    assert VERSIONS.keys() == FIGURES.keys()


@pytest.mark.parametrize("name", VERSIONS)
def test_states_transitions_and_deadlocks_are_those_of_mcrl2(name):
    s = space(name)
    dead = len(s.states) - len({t.source for t in s.transitions})
    assert FIGURES[name] == f"{len(s.states)} | {len(s.transitions)} | {dead}"


@pytest.mark.skipif(available() is not None, reason=str(available()))
@pytest.mark.parametrize("name", VERSIONS)
def test_they_are_strongly_bisimilar(name, tmp_path):
    s, (_, produce, consume) = space(name), VERSIONS[name]
    names = {"produce": produce, "consume": consume}
    events = ("OrderCreated", "PaymentProcessed", "OrderShipped")
    # The event is the last parameter of both actions, and a plain value of an enumeration is its index.
    labels = [f"{names[t.info.name]}({events[t.info.args[-1]]})" for t in s.transitions]
    edges = [f'({t.source},"{x}",{t.target})' for t, x in zip(s.transitions, labels)]
    ours, theirs, lps, tools = tmp_path / "ours.aut", tmp_path / "theirs.aut", tmp_path / "x.lps", Tools()
    ours.write_text("\n".join([f"des (0,{len(edges)},{len(s.states)})", *edges, ""]))
    tools.linearise(SEED / f"event_processing_{name}.mcrl2", lps)
    tools.explore(lps, theirs)
    assert tools.compare(ours, theirs, "strong").equivalent
