"""A trace for other tools: the Informal Trace Format of Apalache (ADR-015), which `itf-py` and the ITF viewer read.

Integers are {"#bigint": "n"}, enum members and ids strings, sets {"#set": [...]}, maps {"#map": [[k, v], ...]}, tuples
{"#tup": [...]}, records objects, sequences lists. An option is a set of at most one element, because
`itf-py` 0.5 does not read variants that hold anything but records; a bag is a map from its elements to their numbers.
What each step did stands in the "#meta" of the state it leads to; a step that fails leads to none and is described in the
"#meta" of the trace.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..ir import types as T
from ..ir import values as V
from ..ir.nodes import Model
from ..result import Trace, TraceStep

#: The variable that names the step into each state; models cannot have it, because their names do not contain a colon.
ACTION = "mbt::actionTaken"


def itf(model: Model, trace: Trace, description: str = "") -> dict[str, Any]:
    """The trace as a JSON document. `description` says what it is evidence of."""
    steps = (trace.start, *trace.steps)
    meta = {"format": "ITF", "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "source": model.name, "description": description,
            "varTypes": {v.name: T.show(v.type) for v in model.vars}}
    if trace.last.state is None:
        meta["failingStep"] = _step(model, trace.last)
    states = [_state(model, i, s) for i, s in enumerate(steps) if s.state is not None]
    document = {"#meta": meta, "params": [], "vars": [*(v.name for v in model.vars), ACTION], "states": states}
    if trace.loop is not None:
        document["loop"] = trace.loop
    return document


def _state(model: Model, index: int, step: TraceStep) -> dict[str, Any]:
    values = {v.name: value(v.type, x) for v, x in zip(model.vars, step.state)}
    return {"#meta": {"index": index, **_step(model, step)}, **values, ACTION: step.action}


def _step(model: Model, step: TraceStep) -> dict[str, Any]:
    action = next((a for a in model.actions if a.name == step.action), None)
    params = action.params if action else ()
    return {"action": step.action, "args": {p.name: V.show(p.type, x) for p, x in zip(params, step.args)},
            "choices": {c.local: V.show(c.type, c.value) for c in step.choices},
            "notes": [f"{n.sender} -> {n.receiver}: {n.text}" if n.sender or n.receiver else n.text
                      for n in step.notes]}


def value(t: T.Type, v: Any) -> Any:
    """A plain value in the format."""
    match t:
        case T.Int():
            return {"#bigint": str(v)}
        case T.Enum() | T.Ids():
            return V.show(t, v)
        case T.Record(_, fields):
            return {n: value(f, x) for (n, f), x in zip(fields, v)}
        case T.Tuple(items):
            return {"#tup": [value(i, x) for i, x in zip(items, v)]}
        case T.Option(item):
            return {"#set": [value(item, x) for x in v]}
        case T.Map(key, item):
            return {"#map": [[value(key, k), value(item, x)] for k, x in zip(V.domain(key), v)]}
        case T.Set(item):
            return {"#set": [value(item, x) for x in v]}
        case T.Bag(item):
            return {"#map": [[value(item, x), value(T.INT, n)] for x, n in Counter(v).items()]}
        case T.Seq(item):
            return [value(item, x) for x in v]
    return v
