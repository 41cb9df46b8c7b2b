"""What is the smallest constant with which the properties hold?  Values are tried in order, each with an engine that
can.

A value is decided by the explicit search where its state space is small enough, else by bounded search, whose
silence is
not a proof: the answer then says up to which depth. Nothing is assumed about what lies between two values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..engine.checking import confirmed
from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..engines import check_with
from ..result import CheckResult, Outcome
from .bounded import check as bounded_check

#: States up to which a value is decided by the explicit search.
MOST_STATES = 200_000


@dataclass(frozen=True)
class Trial:
    """One assignment of the constants and what checking it found; `result` is None where the model refuses the
    values."""

    values: tuple[tuple[str, Any], ...]
    result: CheckResult | None
    refusal: str = ""

    @property
    def safe(self) -> bool:
        """Was no violation found? Only with a complete result does that mean that there is none."""
        return self.result is not None and not self.result.failures


def trials(candidates: Iterable[tuple[tuple[str, Any], ...]], build: Callable[[tuple], System | str],
           options: SearchOptions, *, max_states: int = MOST_STATES) -> Iterator[Trial]:
    """Check one candidate after another, up to the first that is safe.

    `build` gives the reference system for the values, or why the model refuses them. `options.max_depth` limits the
    bounded search alone.
    """
    for values in candidates:
        system = build(values)
        if isinstance(system, str):
            yield Trial(values, None, system)
            continue
        trial = Trial(values, _decided(system, options, max_states))
        yield trial
        if trial.safe:
            return


def _decided(system: System, options: SearchOptions, max_states: int) -> CheckResult:
    explicit = dataclasses.replace(options, max_depth=None, max_states=max_states)
    result = check_with("auto", system, explicit)
    cut = result.bound is not None and result.bound.why in ("states", "seconds")
    if result.failures or not cut or all(p.verdict.outcome is Outcome.HOLDS for p in result.properties):
        return result
    return confirmed(bounded_check(system, options), system)
