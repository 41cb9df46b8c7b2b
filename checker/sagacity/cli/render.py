"""Results for people: verdict, properties, counts, and each counterexample as a story."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..changes import changes, whole
from ..ir import values as V
from ..ir.nodes import Model
from ..result import CheckResult, Kind, Outcome, PropertyResult, Stats, Trace, TraceStep, Verdict
from ..source import NOWHERE, Loc, excerpt

_STYLE = {Outcome.HOLDS: "bold green", Outcome.VIOLATED: "bold red", Outcome.ERROR: "bold red",
          Outcome.BOUNDED: "bold yellow", Outcome.SAMPLED: "bold yellow"}

_PACKAGE = Path(__file__).resolve().parent.parent

_KIND = {Kind.STEP_INVARIANT: "step invariant"}


class Renderer:
    """Prints results over one model; `full` shows whole states instead of what changed."""

    def __init__(self, model: Model, *, full: bool = False, console: Console | None = None):
        self.model, self.full = model, full
        self.console = console or Console(soft_wrap=True, highlight=False)

    def line(self, *parts: str | tuple[str, str]) -> None:
        """One line; a part is a text or (text, style). Nothing in a part is read as markup."""
        self.console.print(Text.assemble(*parts))

    # ---- the whole result ----------------------------------------------------------------------

    def result(self, result: CheckResult, command: str, *, quiet: bool = False) -> None:
        """The report of a check; quiet: the verdict line alone."""
        self._verdict(result)
        if quiet:
            return
        self._properties(result)
        self._stats(result.stats)
        self._remarks(result)
        for p in result.failures:
            self._failure(p)
        self.line("")
        self.line("reproduce: ", command)

    def _verdict(self, result: CheckResult) -> None:
        verdict = result.verdict
        style = _STYLE[verdict.outcome]
        self.line((verdict.outcome.name, style), f"  {result.model.name}: {self._summary(result)}")

    def _summary(self, result: CheckResult) -> str:
        if result.disagreements:
            return "two evaluations of the model disagree"
        if result.failures:
            return "; ".join(_complaint(p) for p in result.failures)
        if result.bound:
            return f"undecided: {_cut(result.bound)}; no violation in the part explored"
        count = len(result.properties)
        what = "the property holds" if count == 1 else f"all {count} properties hold" if count else "no error"
        return f"{what} in all {result.stats.states:,} states" if result.complete else what

    def _properties(self, result: CheckResult) -> None:
        if not result.properties:
            return
        self.line("")
        width = max(len(p.name) for p in result.properties)
        for p in result.properties:
            kind = _KIND.get(p.kind, p.kind.value)
            self.line(f"  {p.name:<{width}}  {kind:<14}  ", (_verdict_text(p), _STYLE[p.verdict.outcome]))

    def _stats(self, s: Stats) -> None:
        self.line("")
        self.line(f"  {s.states:,} states, {s.transitions:,} transitions, depth {s.depth}, {s.initial:,} initial; "
                  f"{s.seconds:.2f} s, {s.rate:,.0f} transitions/s")

    def _remarks(self, result: CheckResult) -> None:
        remarks = [f"disagreement: {d}" for d in result.disagreements]
        if result.second:
            remarks.append(f"second opinion: {result.second}")
        if result.bound:
            remarks.append(f"not every reachable state was explored: {_cut(result.bound)}")
        if result.complete or not result.failures:   # of a search that a violation ended, it would say nothing
            remarks += _vacuous(result)
        remarks += [f"{name} is temporal and was not checked by this engine" for name in result.unchecked]
        for remark in remarks:
            self.line("  note: ", remark)

    # ---- one counterexample --------------------------------------------------------------------

    def _failure(self, p: PropertyResult) -> None:
        self.line("")
        where = f" ({_place(p.loc)})" if _known(p.loc) else ""
        self.line((_complaint(p), "bold red"), where)
        if p.message:
            self.line(f"  {p.code + ': ' if p.code else ''}{p.message}")
        if p.code and _known(p.loc) and (shown := excerpt(p.loc)):
            self.line(shown)
        if p.conjunct:
            bindings = ", ".join(f"{n} = {v}" for n, v in p.conjunct.bindings)
            self.line(f"  false here: {p.conjunct.text}", f"   for {bindings}" if bindings else "")
        if p.trace:
            self.line("")
            self.trace(p.trace)

    def trace(self, trace: Trace) -> None:
        """The behaviour, step by step, with what each step changed."""
        before = None
        for number, step in enumerate((trace.start, *trace.steps)):
            self._step(number, step)
            self._state(before, step.state)
            before = step.state

    def _step(self, number: int, step: TraceStep) -> None:
        title = "initial state" if number == 0 and step.state is not None else step.action
        if number:
            action = next(a for a in self.model.actions if a.name == step.action)
            args = ", ".join(f"{p.name}={V.show(p.type, v)}" for p, v in zip(action.params, step.args))
            title += f"({args})" if args else ""
        picks = ", ".join(f"{c.local} = {V.show(c.type, c.value)}" for c in step.choices)
        loc = _below_decorators(step.loc)
        place = f"   {_place(loc)}" if number and _known(loc) else ""
        self.line(f"  {number:>3}  ", (title, "bold"), f" choosing {picks}" if picks else "", (place, "dim"))
        if number and _known(loc) and (text := loc.text().strip()):
            self.line(("         | " + text, "dim"))
        for n in step.notes:
            ends = f" {n.sender or '?'} -> {n.receiver or '?'}:" if n.sender or n.receiver else ""
            self.line(f"         note:{ends} {n.text}")

    def _state(self, before: tuple | None, state: tuple | None) -> None:
        if state is None:
            self.line("         fails")
            return
        if self.full or before is None:
            for name, value in whole(self.model, state):
                self.line(f"         {name} = {value}")
            return
        told = list(changes(self.model, before, state))
        for path, what in told:
            self.line(f"         {path}: {what}")
        if not told:
            self.line("         (nothing changes)")


def _vacuous(result: CheckResult) -> list[str]:
    vacuity, where = result.vacuity, "" if result.complete else " in the part explored"
    return [*(f"action {name} was never taken{where}" for name in vacuity.actions),
            *(f"predicate {name} was never true{where}" for name in vacuity.predicates),
            *(f"in invariant {name}, `{left}` was never true{where}, so what it implies was never tested"
              for name, left in vacuity.antecedents),
            *(f"predicate {name} could not be evaluated: {why}" for name, why in vacuity.faulty)]


def _complaint(p: PropertyResult) -> str:
    match p.verdict.outcome, p.kind:
        case Outcome.ERROR, _:
            return f"evaluating {p.name} fails"
        case _, Kind.DEADLOCK:
            return "deadlock"
        case _, Kind.ASSERTION:
            return f"assertion fails in {p.name}"
        case _, Kind.POSSIBLE:
            return f"{p.name} is never reached"
    return f"{_KIND.get(p.kind, p.kind.value)} {p.name} is violated"


def _verdict_text(p: PropertyResult) -> str:
    if p.kind is Kind.POSSIBLE and p.verdict.outcome is Outcome.HOLDS:
        return "HOLDS (reached)"
    if p.verdict.outcome is Outcome.BOUNDED:
        return f"BOUNDED ({_cut(p.verdict)})"
    return str(p.verdict)


def _cut(v: Verdict) -> str:
    texts = {"depth": f"depth limit {v.k}", "states": f"state limit {v.k}", "seconds": f"time limit {v.k} s",
             "constraint": "a constraint cut the search"}
    return texts.get(v.why, v.why)


def _place(loc: Loc) -> str:
    """file:line; a file of this package is shown from the package's name on."""
    file = Path(loc.file)
    return f"{file.relative_to(_PACKAGE.parent) if file.is_relative_to(_PACKAGE) else loc.file}:{loc.line}"


def _below_decorators(loc: Loc) -> Loc:
    """The line of the ``def`` where `loc` is that of a decorated method's first decorator."""
    if loc.text().lstrip().startswith("@"):
        for line in range(loc.line + 1, loc.line + 20):
            if (below := Loc(loc.file, line)).text().lstrip().startswith("def "):
                return below
    return loc


def _known(loc: Loc | None) -> bool:
    return loc is not None and loc.line > 0 and loc != NOWHERE
