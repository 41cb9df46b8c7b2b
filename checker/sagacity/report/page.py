"""A whole result as one HTML page that needs no network.  The template escapes every text it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..result import CheckResult, Outcome, PropertyResult
from ..source import excerpt
from ..version import version
from . import wording
from .mermaid import mermaid
from .sequence import sequence
from .story import Story, known, place, story
from .svg import style, svg


@dataclass(frozen=True, slots=True)
class Failure:
    """One violated property as the page shows it. `diagram` is SVG, empty where no step has a message;
    `seen` is what the model `abstract` does in each step, where a refinement is broken;
    `fairness` says why a lasso is a fair behaviour."""

    name: str
    complaint: str
    place: str
    message: str
    excerpt: str
    conjunct: str
    bindings: str
    story: Story | None
    diagram: str
    mermaid: str
    abstract: str = ""
    seen: tuple[str, ...] = ()
    fairness: tuple[str, ...] = ()


def page(result: CheckResult, command: str, constants: Mapping[str, str] = {}) -> str:
    """The page: verdict, properties and, for each violated one, the story, the diagram and what changed."""
    environment = Environment(loader=PackageLoader("sagacity.report", "."), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2").render(
        model=result.model.name, outcome=result.verdict.outcome.value, verdict=result.verdict.outcome.name,
        summary=wording.summary(result), counts=wording.counts(result.stats), remarks=wording.remarks(result),
        properties=[(p.name, wording.kind(p), wording.verdict(p), _tone(p)) for p in result.properties],
        failures=[_failure(result, p) for p in result.failures], command=command, constants=dict(constants),
        diagram_style=Markup(style()), version=version())


def _tone(p: PropertyResult) -> str:
    return p.verdict.outcome.value if p.verdict.outcome is not Outcome.ERROR else "violated"


def _failure(result: CheckResult, p: PropertyResult) -> Failure:
    messages = sequence(result.model, p.trace) if p.trace else None
    drawn = messages is not None and bool(messages.participants)
    part = p.conjunct
    return Failure(
        p.name, wording.complaint(p), place(p.loc) if known(p.loc) else "",
        f"{p.code}: {p.message}" if p.code else p.message, excerpt(p.loc) if p.code and known(p.loc) else "",
        part.text if part else "", ", ".join(f"{n} = {v}" for n, v in part.bindings) if part else "",
        story(result.model, p.trace) if p.trace else None,
        Markup(svg(messages, standalone=False)) if drawn else "", mermaid(messages) if drawn else "",
        p.abstract.model.name if p.abstract else "", p.abstract.steps if p.abstract else (),
        tuple(wording.fairness(p)))
