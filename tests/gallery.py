"""The gallery of the corpus: docs/gallery.md and a sequence diagram for each model, from models/manifest.toml and the models.

    python tests/gallery.py        writes them anew

tests/test_gallery.py notices when they are no longer what the models say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from sagacity import constants
from sagacity.engine.checking import checked
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.ir.nodes import Model
from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.report.lines import failure_lines, plain
from sagacity.report.sequence import sequence
from sagacity.report.svg import svg
from sagacity.result import Kind, PropertyResult

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = tomllib.loads((ROOT / "models" / "manifest.toml").read_text(encoding="utf-8"))["model"]

_TOP = """# Gallery

Every model that comes with Sagacity, what it shows, and the shortest story that breaks it when a safeguard is taken away. This page is made by
`python tests/gallery.py` from the models and from `models/manifest.toml`, which lists all configurations with what confirmed their figures.

| model | what it shows | states | transitions | what holds | what a missing safeguard breaks | steps |
|---|---|---:|---:|---|---|---:|
"""


def pages(names: tuple[str, ...] = ()) -> dict[str, str]:
    """Path from the root -> text of every file of the gallery; of only the sections of `names`, if there are any."""
    shown = [m for m in MANIFEST if not names or m["name"] in names]
    table, sections, files = [], [], {}
    for entry in shown:
        name, row, (model, told) = entry["name"], _buggy(entry), _shortest(entry)
        table.append(_line(entry, model, row, told))
        picture = sequence(model, told.trace)
        if picture.participants:
            files[f"docs/gallery/{name}.svg"] = svg(picture)
        sections.append("\n".join(_section(entry, model, row, told, f"docs/gallery/{name}.svg" in files)))
    return {"docs/gallery.md": _TOP + "\n".join(table) + "\n\n" + "\n".join(sections), **files}


def _buggy(entry: dict) -> dict:
    """The first configuration in which something fails."""
    return next(row for row in entry["config"] if row["violated"])


def _shortest(entry: dict) -> tuple[Model, PropertyResult]:
    """The model of that configuration, and the failing property with the shortest story; temporal ones come last."""
    cls = load(str(ROOT / "models" / f"{entry['name']}.py")).cls
    system = Interpreter(compile_model(cls, constants.parse(cls, _buggy(entry).get("constants", {}))))
    result = checked(system, SearchOptions(keep_going=True, vacuity=False))
    told = [p for p in result.failures if p.trace]
    return system.model, min(told, key=lambda p: (p.kind is Kind.TEMPORAL, len(p.trace.steps)))


def _line(entry: dict, model: Model, row: dict, told: PropertyResult) -> str:
    name, first = entry["name"], entry["config"][0]
    claims = [(len(model.invariants) + len(model.step_invariants), "invariant"), (len(model.temporals), "temporal")]
    holds = ", ".join(f"{n} {kind}" for n, kind in claims if n)
    about = _paragraphs(model.doc)[0].partition(". ")[0].rstrip(".")
    return (f"| [`{name}`](#{name}) | {about} | {first['states']:,} | {first['transitions']:,} | {holds} | "
            f"`{_options(row) or 'as it is'}`: `{told.name}` | {len(told.trace.steps)} |")


def _section(entry: dict, model: Model, row: dict, told: PropertyResult, drawn: bool) -> Iterator[str]:
    name = entry["name"]
    yield f"## {name}\n"
    yield f"{_paragraphs(model.doc)[0]} Source: {entry['source']}. Code: [models/{name}.py](../models/{name}.py).\n"
    yield "| configuration | states | transitions | verdict | why |\n|---|---:|---:|---|---|"
    for r in entry["config"]:
        bugs = ", ".join(f"`{p}` in {n} step{'s' * (n != 1)}" if n else f"`{p}`" for p, n in r["violated"].items())
        yield (f"| `{_options(r) or 'default'}` | {r['states']:,} | {r['transitions']:,} | "
               f"{'violates ' + bugs if bugs else 'holds'} | {r['why']} |")
    yield f"\nWith `{_options(row)}`:\n\n```text"
    yield plain(failure_lines(model, told, width=120)).strip().replace(f"{ROOT}/", "")
    yield "```\n"
    if drawn:
        yield f"![the messages of that story](gallery/{name}.svg)\n"


def _options(row: dict) -> str:
    return " ".join(f"-c {k}={v}" for k, v in row.get("constants", {}).items())


def _paragraphs(doc: str) -> list[str]:
    return [" ".join(p.split()) for p in doc.strip().split("\n\n")]


if __name__ == "__main__":
    for path, text in pages().items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
