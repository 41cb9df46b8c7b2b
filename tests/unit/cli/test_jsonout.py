"""The JSON document obeys its published schema."""

import json

import jsonschema
import pytest

from sagacity.cli import jsonout
from sagacity.engine.tracefile import Origin
from sagacity.errors import Exit
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.result import (
    ERROR,
    HOLDS,
    VIOLATED,
    CheckResult,
    Conjunct,
    Kind,
    NoteText,
    Pick,
    PropertyResult,
    Stats,
    Trace,
    TraceStep,
    Vacuity,
    bounded,
)
from sagacity.source import NOWHERE, Loc

STATUS = T.Enum("Status", ("NEW", "DONE"))
MODEL = N.Model(name="M", vars=(N.VarDecl(name="s", type=STATUS, loc=NOWHERE),), loc=NOWHERE, actions=(
    N.Action(name="go", params=(N.Param(name="to", type=STATUS, loc=NOWHERE),), body=(), loc=NOWHERE),))
START = TraceStep("init", (), (), (), NOWHERE, (0,))
STEP = TraceStep("go", (1,), (Pick("x", STATUS, 1),), (NoteText("hello", "a", "b"),), Loc("m.py", 3), (1,))
LOC = Loc("m.py", 2)
PART = Conjunct(LOC, "x", (("o", "1"),))
FAILING = TraceStep("go", (1,), (), (), Loc("m.py", 3), None)


def result(*properties, **more):
    return CheckResult(MODEL, properties, Stats(1, 2, 3, 1, 0.5), Vacuity(("go",), ("p",), (("q", "why"),)), **more)


@pytest.mark.parametrize("found", [
    result(),
    result(PropertyResult("p", Kind.INVARIANT, HOLDS)),
    result(PropertyResult("p", Kind.INVARIANT, VIOLATED, Trace(START, (STEP,)), PART)),
    result(PropertyResult("go", Kind.EVALUATION, ERROR, Trace(START, (FAILING,)), None, "bad", "SAG901", LOC)),
    result(PropertyResult("p", Kind.POSSIBLE, bounded("seconds", 0.5)), bound=bounded("seconds", 0.5), complete=False),
    result(unchecked=("live",), disagreements=("states: 1 and 2",)),
])
def test_documents_are_valid(found):
    origin = Origin("m.py", "M", (("N", "3"),))
    document = json.loads(json.dumps(jsonout.document(found, origin, "sagacity check m.py")))
    jsonschema.Draft202012Validator.check_schema(jsonout.schema())
    jsonschema.validate(document, jsonout.schema())


def test_schema_refuses_what_it_does_not_describe():
    document = jsonout.document(result(), Origin("m.py", "M"), "")
    for changed in ({**document, "more": 1}, {k: v for k, v in document.items() if k != "stats"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(changed, jsonout.schema())


def test_every_exit_status_is_in_the_schema():
    statuses = {v for n, v in vars(Exit).items() if n.isupper() and isinstance(v, int)}
    assert set(jsonout.schema()["properties"]["exit_status"]["enum"]) == statuses
