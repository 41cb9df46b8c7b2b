"""Does one configuration show what its spec says?  It is built, checked, and compared with what is expected."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter
from typing import Any

from .. import constants, loader
from ..engine.interp import Interpreter
from ..engine.options import DEADLOCK, SearchOptions
from ..engine.protocol import System
from ..engines import check_with
from ..errors import Complaints, ConstantError, Diagnostic, Exit, ModelSourceError, SagacityError, UsageError, worst
from ..ir import nodes as ir
from ..lang import compile_model
from ..lang.lower import Claim
from ..lang.model import Formula, declarations, with_formulas
from ..result import STATUS, CheckResult, Outcome, PropertyResult
from ..source import Loc
from .specfile import Config, SpecFile


@dataclass(frozen=True, slots=True)
class Surprise:
    """One difference between what a configuration showed and what was expected. `rule` is its sort, for tools.

    `status` is the exit status it stands for; `found` is the property it is about, with its counterexample.
    """

    rule: str
    name: str
    message: str
    status: int
    loc: Loc
    found: PropertyResult | None = None
    details: str = ""


#: rule -> what it means, for reports.
RULES = {
    "violated": "A property that was expected to hold is violated.",
    "not-violated": "A property that was expected to be violated holds.",
    "other-length": "The shortest counterexample has another length than expected.",
    "other-count": "The number of states, transitions or levels is not the expected one.",
    "evaluation": "Evaluating the model failed where that was not expected.",
    "undecided": "A property was not decided: a limit or constraint cut the search, or the engine cannot check it.",
    "not-bounded": "The search was expected to be cut, and was complete.",
    "error": "The configuration cannot be run: its model, constants or expectations are not accepted.",
    "crash": "The process that ran the configuration ended without an answer.",
    "timeout": "The configuration took longer than allowed.",
    "interrupted": "The run was interrupted before this configuration was done.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one configuration. `result` is None where there was no check to compare."""

    spec: SpecFile
    config: Config
    result: CheckResult | None
    surprises: tuple[Surprise, ...]
    seconds: float

    @property
    def exit_status(self) -> int:
        """The status this configuration alone would give to the run: 0 if there is no surprise."""
        return worst(s.status for s in self.surprises)


def run(spec: SpecFile, config: Config, engine: str = "auto") -> Report:
    """Check one configuration and compare. Errors that are the user's become surprises; others are raised."""
    started = perf_counter()
    try:
        system = build(spec, config)
        _known_names(system.model, config)
        limits = {f"max_{what}": number for what, number in config.limits}
        result = check_with(engine, system, SearchOptions(keep_going=True, **limits))
        found = tuple(surprises(config, result))
    except SagacityError as e:
        if e.exit_status == Exit.INTERNAL:
            raise
        result, found = None, (_error(e, config),)
    return Report(spec, config, result, found, perf_counter() - started)


# ---- building ----------------------------------------------------------------------------------


def build(spec: SpecFile, config: Config) -> System:
    """The system of one configuration: the model with the spec's properties added. Raises SagacityError, located."""
    cls = with_properties(_model(spec), spec)
    values: dict[str, Any] = {}
    for setting in config.constants:
        try:
            values |= constants.parse(cls, {setting.name: setting.text})
        except ConstantError as e:
            raise ConstantError(*(dataclasses.replace(d, loc=setting.loc) for d in e.diagnostics)) from None
    claims = tuple(Claim(p.name, p.text, p.loc) for p in spec.properties if p.kind == "temporal")
    return Interpreter(compile_model(cls, values, claims))


def with_properties(cls: type, spec: SpecFile) -> type:
    """The model class with the invariants and possibles of the spec, as if they stood in its body.

    Raises ModelSourceError for a property, temporal or not, whose name cannot be had.
    """
    declared, complaints = declarations(cls), Complaints()
    for p in spec.properties:
        if declared.named(p.name):
            complaints.add("SAG706", f"{cls.__name__} itself declares {p.name}", p.loc, "give the property another name")
        elif not p.name.isidentifier():
            complaints.add("SAG706", f"a property cannot be called {p.name}", p.loc, "a name has no dots")
    complaints.raise_if_any()
    return with_formulas(cls, {p.name: Formula(p.kind, p.text, p.loc) for p in spec.properties if p.kind != "temporal"})


def _model(spec: SpecFile) -> type:
    text = spec.model
    if "/" in text or ".py" in text or (spec.path.parent / text).is_file():
        text = os.path.normpath(Path(spec.path.parent, text))
    try:
        return loader.load(text).cls
    except UsageError as e:
        raise ModelSourceError(*(dataclasses.replace(d, loc=spec.model_loc) for d in e.diagnostics)) from None


def _known_names(model: ir.Model, config: Config) -> None:
    """Raises ModelSourceError for an expectation about something that the model does not have."""
    temporal = (t.name for t in model.temporals)
    refined = (r.name for r in model.refinements)
    claims = (*model.invariants, *model.step_invariants, *model.possibles, *temporal, *refined, DEADLOCK)
    failing = (*(a.name for a in model.actions), "init", *(f.name for f in model.functions))
    complaints = Complaints()
    for e in config.expected:
        if e.name not in claims and not (e.name in failing and e.outcome is not Outcome.HOLDS):
            close = get_close_matches(e.name, claims, 1)
            hint = f"did you mean {close[0]}?" if close else f"properties: {', '.join(claims)}"
            complaints.add("SAG707", f"{model.name} has no property named {e.name}", e.loc, hint)
    complaints.raise_if_any()


def _error(e: SagacityError, config: Config) -> Surprise:
    first: Diagnostic = e.diagnostics[0]
    return Surprise("error", first.code, first.message, e.exit_status, first.loc or config.loc, details=str(e))


# ---- comparing ---------------------------------------------------------------------------------


def surprises(config: Config, result: CheckResult) -> Iterator[Surprise]:
    """Every difference between the result and what the configuration expects."""
    expected = {e.name: e for e in config.expected}
    reported = set()
    for p in result.properties:
        reported.add(p.name)
        yield from _verdict(config, expected.get(p.name), p)
    for name in result.unchecked:
        reported.add(name)
        yield Surprise("undecided", name, f"the engine {result.engine} does not check the temporal property {name}",
                       Exit.UNDECIDED, expected[name].loc if name in expected else config.loc)
    for e in config.expected:
        if e.name not in reported:      # an assertion or a fault that did not occur has no result of its own
            yield Surprise("not-violated", e.name, f"{e.name} was expected to fail and does not", Exit.ASSERTION, e.loc)
    if config.bounded and result.complete:
        yield Surprise("not-bounded", config.name, "the search was expected to be cut and was complete",
                       Exit.UNDECIDED, config.loc)
    yield from _counts(config, result)


def _verdict(config: Config, e, p: PropertyResult) -> Iterator[Surprise]:
    wanted, got = e.outcome if e else Outcome.HOLDS, p.verdict.outcome
    loc = e.loc if e else p.loc or config.loc
    if got is Outcome.BOUNDED and config.bounded and e is None:
        return
    if got is not wanted:
        rule = {Outcome.VIOLATED: "violated", Outcome.ERROR: "evaluation", Outcome.HOLDS: "not-violated"}.get(got)
        status = STATUS[p.kind] if got is Outcome.HOLDS else p.exit_status
        yield Surprise(rule or "undecided", p.name, f"{p.name} was expected {_WANTED[wanted]} and {_GOT[got]}", status, loc,
                       p)
    elif e and e.steps is not None and p.trace is not None and len(p.trace.steps) != e.steps:
        yield Surprise("other-length", p.name, f"{p.name} is violated in {len(p.trace.steps)} steps, not in {e.steps}",
                       p.exit_status, loc, p)


_WANTED = {Outcome.HOLDS: "to hold", Outcome.VIOLATED: "to be violated", Outcome.ERROR: "to fail"}
_GOT = {Outcome.HOLDS: "holds", Outcome.VIOLATED: "is violated", Outcome.ERROR: "cannot be evaluated",
        Outcome.BOUNDED: "is undecided", Outcome.SAMPLED: "was only sampled"}


def _counts(config: Config, result: CheckResult) -> Iterator[Surprise]:
    for f in config.figures:
        got = getattr(result.stats, f.what)
        if not result.complete and not config.bounded:
            yield Surprise("undecided", f.what, f"{f.what} was expected to be {f.number:,}, and the search was cut",
                           Exit.UNDECIDED, f.loc)
        elif got != f.number:
            yield Surprise("other-count", f.what, f"{f.what} was expected to be {f.number:,} and is {got:,}",
                           Exit.DISAGREEMENT, f.loc)
