"""Our own engines as oracles: one complete search each, every violation noted."""

from __future__ import annotations

from ..engine.options import SearchOptions
from ..engine.protocol import System
from ..engine.search import check
from ..errors import UnsupportedError
from ..native import engine as native
from ..result import CheckResult, Kind, Outcome, PropertyResult
from .graphs import Graph, explore
from .report import NO_ERROR, Claim, Report, not_run

#: Kinds whose counterexample every oracle that searches breadth-first makes equally long.
_SHORTEST = (Kind.INVARIANT, Kind.STEP_INVARIANT, Kind.DEADLOCK, Kind.POSSIBLE)
_FAULTS = (Kind.ASSERTION, Kind.EVALUATION)
#: A complete search.
_WHOLE = SearchOptions(keep_going=True, vacuity=False)


class EngineOracle:
    """An engine, given as the system that it explores."""

    def __init__(self, name: str, system: System):
        self.name, self.system = name, system

    def report(self) -> Report:
        """One search to the end."""
        return reported(self.name, check(self.system, _WHOLE))

    def graph(self) -> Graph:
        """The graph, explored once more."""
        return explore(self.system)


class NativeOracle:
    """The native engine over a model, given as the reference that it asks where it is not sure."""

    name = "native"

    def __init__(self, system: System):
        self.system = system

    def report(self) -> Report:
        """One search to the end."""
        try:
            return reported(self.name, native.check(self.system, _WHOLE))
        except UnsupportedError as e:
            return not_run(self.name, e)

    def graph(self) -> Graph | None:
        """C keeps no graph that tells two equal steps apart."""
        return None


def reported(name: str, result: CheckResult) -> Report:
    """A result of a complete search as a report."""
    claims = {p.name: _claim(p) for p in result.properties if p.kind not in _FAULTS}
    errors = [p for p in result.properties if p.kind in _FAULTS]
    claims[NO_ERROR] = _no_error(errors, result)
    claims |= {n: Claim(None, why=f"{name} does not check temporal properties") for n in result.unchecked}
    s = result.stats
    return Report(name, s.states, s.transitions, s.depth, claims, s.seconds)


def _claim(p: PropertyResult) -> Claim:
    states = p.trace.states if p.trace is not None else ()
    return Claim(p.verdict.outcome, len(states) if states and p.kind in _SHORTEST else None,
                 state=states[-1] if states else None)


def _no_error(errors: list[PropertyResult], result: CheckResult) -> Claim:
    if not errors:
        return Claim(Outcome.BOUNDED if result.bound else Outcome.HOLDS)
    first = min(errors, key=lambda p: len(p.trace.states) if p.trace else 0)
    states = first.trace.states if first.trace else ()
    return Claim(Outcome.VIOLATED, len(states) or None, state=states[-1] if states else None)
