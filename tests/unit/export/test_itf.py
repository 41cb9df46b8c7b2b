"""ITF, as the package itf-py reads it."""

import json

import itf_py
import pytest

from sagacity.export.itf import ACTION, itf, value
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.result import Trace, TraceStep
from sagacity.source import NOWHERE

ORDER = T.Ids("order", 2)
NUM = T.Int(0, 9)


def decoded(t, v):
    text = json.dumps({"#meta": {}, "vars": ["x"], "states": [{"#meta": {"index": 0}, "x": value(t, v)}]})
    return itf_py.trace_from_json(json.loads(text)).states[0].values["x"]


@pytest.mark.parametrize("t, v, expected", [
    (NUM, 7, 7), (T.BOOL, True, True), (ORDER, 1, "order1"), (T.Enum("E", ("A", "B")), 1, "B"),
    (T.Tuple((NUM, T.BOOL)), (1, False), (1, False)), (T.Seq(NUM, 3), (3, 1, 3), [3, 1, 3]),
    (T.Set(NUM), (1, 2), {1, 2}), (T.Map(ORDER, NUM), (4, 5), {"order0": 4, "order1": 5}),
    (T.Bag(NUM, 3), (1, 1, 2), {1: 2, 2: 1})])
def test_values(t, v, expected):
    found = decoded(t, v)
    assert found == expected or list(found) == expected


def test_records_and_options():
    t = T.Record("Message", (("order", ORDER), ("copy", T.Option(NUM))))
    some, none = decoded(t, (0, (3,))), decoded(t, (1, ()))
    assert (some.order, some.copy) == ("order0", {3})
    assert (none.order, none.copy) == ("order1", set())


def test_trace_with_a_cycle():
    action = N.Action(name="up", params=(N.Param(name="o", type=ORDER, loc=NOWHERE),), body=(), loc=NOWHERE)
    model = N.Model(name="M", vars=(N.VarDecl(name="x", type=NUM, loc=NOWHERE),), actions=(action,), loc=NOWHERE)

    def step(name, args, x):
        return TraceStep(name, args, (), (), NOWHERE, (x,))

    document = itf(model, Trace(step("init", (), 0), (step("up", (1,), 1), step("up", (0,), 0)), loop=0), "why")
    read = itf_py.trace_from_json(json.loads(json.dumps(document)))
    assert read.loop == 0 and read.vars == ["x", ACTION]
    assert [s.values["x"] for s in read.states] == [0, 1, 0]
    assert [s.values[ACTION] for s in read.states] == ["init", "up", "up"]
    assert document["states"][1]["#meta"]["args"] == {"o": "order1"}
