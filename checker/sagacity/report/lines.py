"""A result as lines of text.  A line is a tuple of parts, each a text or (text, style); the terminal colours them,
a test's failure message joins them."""

from __future__ import annotations

from typing import Iterator

from ..ir.nodes import Model
from ..result import CheckResult, Outcome, PropertyResult, Trace
from ..source import excerpt
from . import wording
from .diagramtext import diagram
from .sequence import sequence
from .sidebyside import side_by_side
from .story import StoryStep, known, place, story

Line = tuple[str | tuple[str, str], ...]

_STYLE = {Outcome.HOLDS: "bold green", Outcome.VIOLATED: "bold red", Outcome.ERROR: "bold red",
          Outcome.BOUNDED: "bold yellow", Outcome.SAMPLED: "bold yellow"}


def plain(lines: Iterator[Line]) -> str:
    """The lines without their styles."""
    return "\n".join("".join(p if isinstance(p, str) else p[0] for p in line).rstrip() for line in lines)


def result_lines(result: CheckResult, command: str, *, full: bool = False, width: int = 80) -> Iterator[Line]:
    """The report of a check. `full` shows whole states instead of what changed; `width` is that of a diagram."""
    yield verdict_line(result)
    yield from _properties(result)
    yield ()
    yield (f"  {wording.counts(result.stats, result.engine)}",)
    for remark in wording.remarks(result):
        yield "  note: ", remark
    for p in result.failures:
        yield from failure_lines(result.model, p, full=full, width=width)
    yield ()
    yield "reproduce: ", command


def verdict_line(result: CheckResult) -> Line:
    """The verdict of the run."""
    outcome = result.verdict.outcome
    return (outcome.name, _STYLE[outcome]), f"  {result.model.name}: {wording.summary(result)}"


def _properties(result: CheckResult) -> Iterator[Line]:
    if result.properties:
        yield ()
    width = max((len(p.name) for p in result.properties), default=0)
    for p in result.properties:
        yield f"  {p.name:<{width}}  {wording.kind(p):<14}  ", (wording.verdict(p), _STYLE[p.verdict.outcome])


def failure_lines(model: Model, p: PropertyResult, *, full: bool = False, width: int = 80) -> Iterator[Line]:
    """One violated property with its counterexample."""
    yield ()
    yield (wording.complaint(p), "bold red"), f" ({place(p.loc)})" if known(p.loc) else ""
    if p.message:
        yield (f"  {p.code + ': ' if p.code else ''}{p.message}",)
    if p.code and known(p.loc) and (shown := excerpt(p.loc)):
        yield from ((line,) for line in shown.splitlines())
    if p.conjunct:
        bindings = ", ".join(f"{n} = {v}" for n, v in p.conjunct.bindings)
        yield f"  false here: {p.conjunct.text}", f"   for {bindings}" if bindings else ""
    if p.abstract:
        yield ()
        yield from ((line,) for line in side_by_side(model, p.trace, p.abstract, width))
    elif p.trace:
        yield ()
        yield from trace_lines(model, p.trace, full=full, width=width)
    for sentence in wording.fairness(p):
        yield (f"  {sentence}",)


def induction_lines(model: Model, counterexamples: dict[str, Trace], *, full: bool = False) -> Iterator[Line]:
    """Why properties are not inductive: paths that no one has shown to be reachable."""
    for name, trace in counterexamples.items():
        yield ()
        yield (f"counterexample to induction for {name}", "bold yellow"), " (these states may be unreachable)"
        yield ()
        yield from trace_lines(model, trace, full=full)


def trace_lines(model: Model, trace: Trace, *, full: bool = False, width: int = 80) -> Iterator[Line]:
    """The behaviour, step by step, with what each step changed; then its sequence diagram, where it has one."""
    told = story(model, trace)
    for step in told.steps:
        if told.loop is not None and step.number == told.loop + 1:
            yield ("       -- the cycle begins here --", "bold"),
        yield from _step(step, full)
    if told.loop is not None:
        yield (f"       -- {told.ending} --", "bold"),
    messages = sequence(model, trace)
    if messages.participants:
        yield ()
        yield from ((line,) for line in diagram(messages, width))


def _step(step: StoryStep, full: bool) -> Iterator[Line]:
    place = f"   {step.place}" if step.place else ""
    yield (f"  {step.number:>3}  ", (step.title, "bold"), f" choosing {step.picks}" if step.picks else "",
           (place, "dim"))
    if step.source:
        yield ("         | " + step.source, "dim"),
    for n in step.notes:
        ends = f" {n.sender or '?'} -> {n.receiver or '?'}:" if n.sender or n.receiver else ""
        yield (f"         note:{ends} {n.text}",)
    if step.state is None:
        yield ("         fails",)
    elif full or step.number == 0:
        yield from ((f"         {name} = {value}",) for name, value in step.state)
    else:
        yield from ((f"         {path}: {what}",) for path, what in step.changes)
        if not step.changes:
            yield ("         (nothing changes)",)
