"""Which configurations stand in the table beside the models?  ``configs from ../models/manifest.toml``.

The figures of the corpus are written once, in that table, where the tests of every engine and exporter read them
too; a spec takes its configurations from there and adds what a table cannot say.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import Complaints, Diagnostic, ModelSourceError
from ..result import Outcome
from ..source import Loc
from .specfile import Config, Expectation, Figure, Setting, SpecFile

FIGURES = ("states", "transitions", "depth")


def with_tables(spec: SpecFile) -> SpecFile:
    """The spec with the configurations of its tables; its own of the same name add to them. Raises ModelSourceError."""
    if not spec.tables:
        return spec
    rows = [c for place, loc in spec.tables for c in _rows(spec, place, loc)]
    found = {c.name: c for c in rows}
    complaints = Complaints()
    for own in spec.configs:
        found[own.name] = _joined(found[own.name], own, complaints) if own.name in found else own
    complaints.raise_if_any()
    return replace(spec, configs=tuple(found.values()))


def _rows(spec: SpecFile, place: str, loc: Loc) -> list[Config]:
    path = Path(os.path.normpath(spec.path.parent / place))
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as e:
        raise _wrong(f"{path} cannot be read: {e.strerror}", loc) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise _wrong(f"{path} is no TOML: {e}", loc) from None
    name = Path(spec.model.partition(":")[0]).stem
    models = [m for m in document.get("model", []) if m.get("name") == name]
    if not models:
        raise _wrong(f"{path} has no model named {name}", loc)
    try:
        return [_row(r, _place(text, str(path), name, r["name"])) for r in models[0]["config"]]
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise _wrong(f"{path} does not describe the configurations of {name}: {type(e).__name__} {e}", loc) from None


def _row(r: dict[str, Any], loc: Loc) -> Config:
    return Config(
        name=r["name"], loc=loc, title=r.get("why", ""), tags=frozenset(r.get("tags", ())),
        constants=tuple(Setting(n, v, loc) for n, v in r.get("constants", {}).items()),
        expected=tuple(Expectation(n, Outcome.VIOLATED, steps or None, loc) for n, steps in r["violated"].items()),
        figures=tuple(Figure(what, r[what], loc) for what in FIGURES), bounded=r["verdict"] == "BOUNDED")


def _joined(row: Config, own: Config, complaints: Complaints) -> Config:
    """The row with the expectations and tags of the spec. What the row says already may not be said again."""
    for kind, said, again in (("constant", {s.name for s in row.constants}, [(s.name, s.loc) for s in own.constants]),
                              ("figure", {f.what for f in row.figures}, [(f.what, f.loc) for f in own.figures]),
                              ("expectation of", {e.name for e in row.expected}, [(e.name, e.loc) for e in own.expected])):
        for name, loc in again:
            if name in said:
                complaints.add("SAG704", f"the {kind} {name} stands in the table", loc, "write each figure once",
                               notes=[("in the table:", row.loc)])
            elif kind == "constant":
                complaints.add("SAG704", f"the configuration {row.name} has its constants from the table", loc,
                               "give the configuration another name", notes=[("in the table:", row.loc)])
    return replace(row, tags=row.tags | own.tags, expected=row.expected + own.expected, limits=own.limits,
                   figures=row.figures + own.figures, bounded=row.bounded or own.bounded)


def _place(text: str, file: str, model: str, config: str) -> Loc:
    """The line on which the row has its name. TOML readers keep no places."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"""\s*name\s*=\s*["'](.*?)["']""", line):
            if inside and match[1] == config:
                return Loc(file, number, 1, number, len(line) + 1)
            inside = inside or match[1] == model
    return Loc(file, 1)


def _wrong(message: str, loc: Loc) -> ModelSourceError:
    return ModelSourceError(Diagnostic(code="SAG705", message=message, loc=loc))
