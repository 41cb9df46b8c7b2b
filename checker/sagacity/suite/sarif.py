"""The surprises of a suite as SARIF 2.1.0 (OASIS), for code scanning: each with its place and its counterexample.

A counterexample is a code flow: one location for each step, that of the action, with the state it leads to.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..ir.nodes import Model
from ..report.story import story
from ..result import Trace
from ..source import Loc
from ..version import version
from .run import RULES, Report, Surprise

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def document(reports: Sequence[Report]) -> dict[str, Any]:
    """The log: one run, one result for each surprise."""
    found = [(r, s) for r in reports for s in r.surprises]
    used = list(dict.fromkeys(s.rule for _, s in found))
    return {
        "$schema": SCHEMA, "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "Sagacity", "version": version(),
                                "rules": [{"id": rule, "shortDescription": {"text": RULES[rule]}} for rule in used]}},
            "originalUriBaseIds": {"ROOT": {"uri": Path.cwd().as_uri() + "/"}},
            "columnKind": "unicodeCodePoints",
            "results": [_result(r, s, used.index(s.rule)) for r, s in found],
        }],
    }


def _result(r: Report, s: Surprise, rule: int) -> dict[str, Any]:
    where = f"{r.spec.name}, configuration {r.config.name}: "
    out: dict[str, Any] = {"ruleId": s.rule, "ruleIndex": rule, "level": "error",
                           "message": {"text": where + s.message}, "locations": [_location(s.loc)],
                           "partialFingerprints": {"surprise/v1": f"{r.spec.name}/{r.config.name}/{s.rule}/{s.name}"}}
    p = s.found
    if p is not None and p.loc is not None and p.loc.line > 0:
        out["relatedLocations"] = [_location(p.loc, f"{p.name} is declared here")]
    if r.result is not None and p is not None and p.trace is not None:
        out["codeFlows"] = [{"threadFlows": [{"locations": _flow(r.result.model, p.trace)}]}]
    return out


def _flow(model: Model, trace: Trace) -> list[dict[str, Any]]:
    found = []
    for told, step in zip(story(model, trace).steps, (trace.start, *trace.steps)):
        texts = [f"{path}: {what}" for path, what in told.changes]
        if told.state is None:
            texts = ["fails"]
        elif not told.number:
            texts = [f"{name} = {value}" for name, value in told.state]
        message = f"{told.title}: {'; '.join(texts) or 'nothing changes'}"
        found.append({"location": _location(step.loc, message)})
    return found


def _location(loc: Loc, message: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {"message": {"text": message}} if message else {}
    if loc.line < 1:
        return out or {"message": {"text": loc.file}}
    region = {"startLine": loc.line, "startColumn": max(loc.col, 1)}
    if loc.end_line >= loc.line and loc.end_col > 0:
        region |= {"endLine": loc.end_line, "endColumn": loc.end_col}
    return {"physicalLocation": {"artifactLocation": _artifact(loc.file), "region": region}, **out}


def _artifact(file: str) -> dict[str, str]:
    """The file relative to the working directory where it lies below it, else by its whole path."""
    path = Path(os.path.abspath(file))
    if path.is_relative_to(Path.cwd()):
        return {"uri": quote(path.relative_to(Path.cwd()).as_posix()), "uriBaseId": "ROOT"}
    return {"uri": path.as_uri()}
