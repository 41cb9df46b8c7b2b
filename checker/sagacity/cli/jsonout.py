"""Results for programs: the JSON document of `sagacity check --json`, described by schema/check-1.json."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import click

from ..engine import tracefile
from ..engine.tracefile import Origin
from ..ir import values as V
from ..ir.nodes import Model
from ..result import CheckResult, PropertyResult, Seen, Trace, Verdict
from ..source import Loc
from ..version import version

SCHEMA = "sagacity-check-1"


def print_document(result: CheckResult, origin: Origin, command: str) -> None:
    """Print the document on stdout."""
    click.echo(json.dumps(document(result, origin, command), indent=1))


def schema() -> dict[str, Any]:
    """The JSON schema of the document."""
    return json.loads(resources.files(__package__).joinpath("schema", "check-1.json").read_text(encoding="utf-8"))


def document(result: CheckResult, origin: Origin, command: str) -> dict[str, Any]:
    """The result as JSON values."""
    s, v = result.stats, result.vacuity
    return {
        "schema": SCHEMA, "sagacity": version(), "engine": result.engine,
        "model": {"name": result.model.name, "path": origin.path, "class": origin.cls,
                  "constants": dict(origin.constants)},
        "verdict": _verdict(result.verdict), "exit_status": result.exit_status, "complete": result.complete,
        "bound": None if result.bound is None else _verdict(result.bound),
        "stats": {"states": s.states, "transitions": s.transitions, "depth": s.depth, "initial": s.initial,
                  "generated": s.generated, "seconds": s.seconds},
        "properties": [_property(result.model, p) for p in result.properties],
        "vacuity": {"actions_never_taken": list(v.actions), "predicates_never_true": list(v.predicates),
                    "predicates_failing": dict(v.faulty),
                    "implications_never_tested": [{"invariant": n, "left": left} for n, left in v.antecedents]},
        "unchecked": list(result.unchecked), "second_opinion": result.second,
        "disagreements": list(result.disagreements), "reproduce": command,
    }


def _verdict(v: Verdict) -> dict[str, Any]:
    return {"outcome": v.outcome.value, "why": v.why, "k": v.k}


def _property(model: Model, p: PropertyResult) -> dict[str, Any]:
    part = p.conjunct
    conjunct = part and {"text": part.text, "loc": _loc(part.loc), "bindings": dict(part.bindings)}
    return {"name": p.name, "kind": p.kind.value, "verdict": _verdict(p.verdict), "exit_status": p.exit_status,
            "message": p.message, "code": p.code, "loc": _loc(p.loc), "conjunct": conjunct,
            "trace": None if p.trace is None else _trace(model, p, p.trace),
            "loop": p.trace and p.trace.loop, "fairness": _fairness(p),
            "abstract": None if p.abstract is None else _seen(p.abstract)}


def _seen(seen: Seen) -> dict[str, Any]:
    """The trace of a refinement as the abstract model sees it, step by step; no step is the one it cannot take."""
    return {"model": seen.model.name,
            "steps": [{"step": step or None, "state": {v.name: V.to_json(v.type, x) for v, x in zip(seen.model.vars, state)}}
                      for step, state in zip(seen.steps, seen.states)]}


def _fairness(p: PropertyResult) -> dict[str, Any] | None:
    c = p.cycle
    return c and {"kept": [{"action": name, "strong": strong, "how": how} for name, strong, how in c.honoured],
                  "weak_would_rule_out": list(c.starved), "strong_would_rule_out": list(c.passed_over)}


def _trace(model: Model, p: PropertyResult, trace: Trace) -> list[dict[str, Any]]:
    recording = tracefile.record(model, p)
    recorded = (recording.start, *recording.steps)
    return [{**tracefile.step_json(r), "loc": _loc(s.loc)} for r, s in zip(recorded, (trace.start, *trace.steps))]


def _loc(loc: Loc | None) -> dict[str, Any] | None:
    return loc and {"file": loc.file, "line": loc.line, "column": loc.col}
