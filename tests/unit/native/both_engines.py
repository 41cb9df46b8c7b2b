"""Do the native engine and the reference give the same result?  Used by every test of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sagacity.engine import search
from sagacity.engine.checking import ensure_replayed
from sagacity.engine.options import SearchOptions
from sagacity.engine.protocol import System
from sagacity.errors import InternalError
from sagacity.native import engine
from sagacity.result import CheckResult, Outcome

TESTS = Path(__file__).resolve().parents[2]

#: The models of the corpus and of the benchmark.
FILES = [*sorted((TESTS.parent / "models").glob("*.py")), *sorted((TESTS / "bench" / "models").glob("*.py"))]


@dataclass(frozen=True)
class Both:
    """The two results."""

    slow: CheckResult
    fast: CheckResult


def assert_agreement(system: System, limit: int | None = 3000, **options) -> Both:
    """Check in both engines and compare counts (if complete), verdicts, lengths of traces and vacuity."""
    chosen = SearchOptions(max_states=limit, **options)
    slow, fast = search.check(system, chosen), engine.check(system, chosen)
    assert fast.complete == slow.complete
    assert str(fast.bound) == str(slow.bound)
    if slow.complete:
        assert _counts(fast) == _counts(slow)
        assert _sorted(fast.vacuity.predicates) == _sorted(slow.vacuity.predicates)
        assert (fast.vacuity.actions, _sorted(fast.vacuity.antecedents), _sorted(fast.vacuity.faulty)) == \
            (slow.vacuity.actions, _sorted(slow.vacuity.antecedents), _sorted(slow.vacuity.faulty))
    assert list(map(_told, fast.properties)) == list(map(_told, slow.properties))
    for p, q in zip(fast.properties, slow.properties):
        if p.trace is not None and _replays(system, slow, q):
            assert _replays(system, fast, p)
    return Both(slow, fast)


def _replays(system, result, p) -> bool:
    try:
        ensure_replayed(system, result, p)
    except InternalError:
        return False
    return True


def _sorted(names):
    return sorted(names)


def _counts(r: CheckResult):
    return r.stats.states, r.stats.transitions, r.stats.depth, r.stats.initial


def _told(p):
    bounded = p.verdict.outcome is Outcome.BOUNDED
    return (p.kind, p.name, p.verdict.outcome, "" if bounded else p.message, p.code,
            None if p.trace is None else len(p.trace.steps))
