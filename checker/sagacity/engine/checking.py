"""May this result be shown?  A check whose counterexamples have been replayed and explained.

Search reports what it found; here every trace is first replayed in the reference system, and a second
evaluation of the model may have to agree.
"""

from __future__ import annotations

import dataclasses
from typing import Callable, Protocol

from ..errors import Diagnostic, InternalError
from ..result import CheckResult, PropertyResult
from . import tracefile
from .explain import explained
from .options import SearchOptions
from .protocol import System
from .replay import Refusal, replay
from .search import Progress, check


class Explore(Protocol):
    """A search: `engine.search.check`, or one that explores the same model in another way."""

    def __call__(self, system: System, options: SearchOptions, *,
                 progress: Callable[[Progress], None] | None = None) -> CheckResult: ...


def checked(system: System, options: SearchOptions = SearchOptions(), *, explore: Explore = check,
            second: System | None = None, progress: Callable[[Progress], None] | None = None) -> CheckResult:
    """Check `system`, the reference, by `explore`; replay each trace in `system`; name the failing conjuncts.

    With a `second` system over the same model, differences between the two become `disagreements`.
    Raises InternalError if a trace cannot be replayed.
    """
    result = confirmed(explore(system, options, progress=progress), system)
    if second is not None:
        other = check(second, options, engine="second", progress=progress)
        result = _compared(result, other)
    return result


def confirmed(result: CheckResult, reference: System) -> CheckResult:
    """The result of any engine, each trace replayed in the `reference` system and each failing conjunct named.

    Raises InternalError if a trace cannot be replayed.
    """
    for p in result.properties:
        if p.trace is not None:
            ensure_replayed(reference, result, p)
    return explained(result)


def ensure_replayed(system: System, result: CheckResult, p: PropertyResult) -> None:
    """Raise InternalError unless the trace of `p` is a behaviour of `system`."""
    found = replay(system, tracefile.record(result.model, p))
    if isinstance(found, Refusal):
        raise InternalError(Diagnostic(code="SAG990", message=f"the trace for {p.name} cannot be replayed: {found}"))


def _compared(result: CheckResult, other: CheckResult) -> CheckResult:
    if any(r.bound and r.bound.why in ("seconds", "interrupted") for r in (result, other)):
        return dataclasses.replace(result, second="not compared: the clock or an interrupt cut one of the two searches")
    found = differences(result, other)
    what = "the verdicts and the counts" if result.complete else "the verdicts (the search was cut: no counts)"
    return dataclasses.replace(result, disagreements=found, second="differs" if found else f"agrees on {what}")


def differences(a: CheckResult, b: CheckResult) -> tuple[str, ...]:
    """A sentence for each way in which two results over one model differ. Counts compare on complete searches only."""
    found = []
    if a.complete != b.complete:
        found.append(f"complete: {a.complete} and {b.complete}")
    elif a.complete:
        for name in ("states", "transitions", "depth", "initial"):
            x, y = getattr(a.stats, name), getattr(b.stats, name)
            if x != y:
                found.append(f"{name}: {x} and {y}")
        if a.vacuity != b.vacuity:
            found.append(f"what never happened: {a.vacuity} and {b.vacuity}")
    verdicts = [{(p.kind, p.name): p.verdict.outcome.name for p in r.properties} for r in (a, b)]
    for kind, name in dict.fromkeys((*verdicts[0], *verdicts[1])):
        x, y = (v.get((kind, name), "not reported") for v in verdicts)
        if x != y:
            found.append(f"{name}: {x} and {y}")
    return tuple(found)
