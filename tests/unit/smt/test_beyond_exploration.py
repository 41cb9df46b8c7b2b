"""Invariants proved by induction for configurations that are too large to explore.

That the native engine is BOUNDED there, at 10^8 states: SAGACITY_LONG=1 (about ten minutes, 8 GiB).
"""

import os

import pytest

from sagacity import constants
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import engine
from sagacity.result import Outcome
from sagacity.smt import induction

SAGA = ("saga_choreography", {"ORDERS": "6", "STOCK": "3", "COPIES": "2"}, ("no_overselling", "stock_conserved"))
LOG = ("kafka_log", {"KEYS": "4", "EVENTS": "3"}, ("key_order", "topic.offsets_dense", "topic.append_only"))


def _system(name, texts):
    cls = load(name).cls
    return Interpreter(compile_model(cls, constants.parse(cls, texts)))


@pytest.mark.parametrize("name, texts, properties", [SAGA, LOG], ids=["saga", "log"])
def test_proved_by_induction(name, texts, properties):
    result = induction.prove(_system(name, texts), SearchOptions(properties=properties)).result
    assert {p.name: p.verdict.outcome for p in result.properties} == dict.fromkeys(properties, Outcome.HOLDS)


@pytest.mark.skipif("SAGACITY_LONG" not in os.environ, reason="ten minutes: SAGACITY_LONG=1")
@pytest.mark.parametrize("name, texts, properties", [SAGA, LOG], ids=["saga", "log"])
def test_too_large_to_explore(name, texts, properties):
    options = SearchOptions(properties=properties, max_states=10**8, vacuity=False, deadlock=False)
    result = engine.check(_system(name, texts), options)
    assert result.stats.states == 10**8 and not result.complete
    assert {p.name: p.verdict.outcome for p in result.properties} == dict.fromkeys(properties, Outcome.BOUNDED)
