"""How is a counterexample kept in a file?  Our JSON trace format, version 1.

    {"format": "sagacity-trace", "version": 1,
     "model": {"path": ..., "class": ..., "constants": {NAME: text as after -c}},
     "property": {"name": ..., "kind": ..., "verdict": ..., "message": ...},
     "steps": [{"action": "init", "args": {}, "choices": [], "notes": [], "state": {...}},
               {"action": "place", "args": {"o": "order0"}, "choices": [{"local": ..., "value": ...}],
                "notes": [{"text": ..., "sender": ..., "receiver": ...}], "state": {...} or null if the step fails}]}

Values are written as by ir.values.to_json. `replay` accepts a file only if every part of it is right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Diagnostic, UsageError
from ..ir import values as V
from ..ir.nodes import Model
from ..result import Kind, NoteText, Outcome, PropertyResult, TraceStep
from .replay import RecordedStep, Recording

FORMAT, VERSION = "sagacity-trace", 1


@dataclass(frozen=True)
class Origin:
    """Which model a trace belongs to: what `sagacity check` was given. Constants are texts, as after ``-c``."""

    path: str
    cls: str
    constants: tuple[tuple[str, str], ...] = ()


def record(model: Model, p: PropertyResult) -> Recording:
    """The trace of a result as a recording that any system over the model can replay."""
    start, *steps = [_recorded(model, s) for s in (p.trace.start, *p.trace.steps)]
    return Recording(p.name, p.kind, p.verdict.outcome, start, tuple(steps), p.message if p.code else "", p.trace.loop)


def _recorded(model: Model, step: TraceStep) -> RecordedStep:
    action = next((a for a in model.actions if a.name == step.action), None)
    params = action.params if action else ()
    args = {p.name: V.to_json(p.type, v) for p, v in zip(params, step.args)}
    choices = tuple((c.local, V.to_json(c.type, c.value)) for c in step.choices)
    state = None if step.state is None else {v.name: V.to_json(v.type, x) for v, x in zip(model.vars, step.state)}
    return RecordedStep(step.action, args, choices, step.notes, state)


def dump(origin: Origin, recording: Recording) -> dict[str, Any]:
    """The recording as a JSON document."""
    return {
        "format": FORMAT, "version": VERSION,
        "model": {"path": origin.path, "class": origin.cls, "constants": dict(origin.constants)},
        "property": {"name": recording.property, "kind": recording.kind.value,
                     "verdict": recording.outcome.value, "message": recording.message},
        "loop": recording.loop,
        "steps": [step_json(s) for s in (recording.start, *recording.steps)],
    }


def step_json(step: RecordedStep) -> dict[str, Any]:
    """One step of the document."""
    return {
        "action": step.action, "args": step.args,
        "choices": [{"local": local, "value": value} for local, value in step.choices],
        "notes": [{"text": n.text, "sender": n.sender, "receiver": n.receiver} for n in step.notes],
        "state": step.state,
    }


def write(path: Path, origin: Origin, recording: Recording) -> None:
    """Save the recording. Raises UsageError where the file cannot be written."""
    try:
        path.write_text(json.dumps(dump(origin, recording), indent=1) + "\n", encoding="utf-8")
    except OSError as e:
        raise _broken(path, f"cannot be written: {e.strerror}") from None


def read(path: Path) -> tuple[Origin, Recording]:
    """The contents of a trace file. Raises UsageError for a file that is missing, no JSON or of another shape."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise _broken(path, f"cannot be read: {e.strerror}") from None
    except ValueError as e:
        raise _broken(path, f"is not JSON: {e}") from None
    return load(document, path)


def load(document: Any, path: Path = Path("<trace>")) -> tuple[Origin, Recording]:
    """The parts of a JSON document. Raises UsageError, naming `path`, for a document of another shape."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _broken(path, f'is not a trace: it does not say "format": "{FORMAT}"')
    if document.get("version") != VERSION:
        raise _broken(path, f"has version {document.get('version')!r}; this program reads version {VERSION}")
    try:
        return _origin(document["model"]), _recording(document["property"], document["steps"], document.get("loop"))
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise _broken(path, f"is damaged: {type(e).__name__}: {e}") from None


def _origin(j: dict[str, Any]) -> Origin:
    constants = tuple((_text(k), _text(v)) for k, v in j["constants"].items())
    return Origin(_text(j["path"]), _text(j["class"]), constants)


def _recording(p: dict[str, Any], steps: list, loop: Any) -> Recording:
    if not isinstance(steps, list) or not steps:
        raise ValueError("there are no steps")
    if not (loop is None or isinstance(loop, int) and 0 <= loop < len(steps)):
        raise ValueError(f"{loop!r} is not the number of a state")
    start, *others = [_step(s) for s in steps]
    outcome, message = Outcome(p["verdict"]), _text(p["message"])
    return Recording(_text(p["name"]), Kind(p["kind"]), outcome, start, tuple(others), message, loop)


def _step(j: dict[str, Any]) -> RecordedStep:
    choices = tuple((_text(c["local"]), c["value"]) for c in j["choices"])
    notes = tuple(NoteText(_text(n["text"]), _text(n["sender"]), _text(n["receiver"])) for n in j["notes"])
    for part in (j["args"], j["state"]):
        if part is not None and not isinstance(part, dict):
            raise ValueError(f"{part!r} is not an object")
    return RecordedStep(_text(j["action"]), dict(j["args"]), choices, notes, j["state"])


def _text(j: Any) -> str:
    if not isinstance(j, str):
        raise ValueError(f"{j!r} is not a text")
    return j


def _broken(path: Path, what: str) -> UsageError:
    return UsageError(Diagnostic(code="SAG130", message=f"{path} {what}"))
