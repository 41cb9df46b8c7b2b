"""Does TLC say of an exported model what our own search says?  A comparison that names every difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.errors import UsageError
from sagacity.export.tla import NO_DEADLOCK, NO_ERROR, TYPE_OK, TlaExport, export_tla
from sagacity.external.java import find_jar, find_java
from sagacity.external.tlc import TlcResult, TlcVerdict, run_tlc
from sagacity.ir.nodes import Model
from sagacity.result import Kind, Outcome

FAILED = {TlcVerdict.INVARIANT, TlcVerdict.STEP, TlcVerdict.LIVENESS}


def tlc_missing() -> str | None:
    """Why TLC cannot be run here; None if it can."""
    try:
        find_java(), find_jar()
    except UsageError as e:
        return e.diagnostics[0].message
    return None


needs_tlc = pytest.mark.skipif(tlc_missing() is not None, reason=str(tlc_missing()))


def differences(model: Model, folder: Path) -> list[str]:
    """Everything on which TLC and our search differ: counts of the whole graph, then each property by itself."""
    exported = export_tla(model, temporal=False)
    exported.write(folder)
    ours = check(IrSystem(model), SearchOptions(keep_going=True))
    runs = Runs(exported, folder)
    found = []
    whole = runs.of((), ())
    theirs = (whole.states, whole.generated, whole.depth)
    expected = (ours.stats.states, ours.stats.transitions + ours.stats.initial, ours.stats.depth)
    if whole.verdict is not TlcVerdict.HOLDS and not (ours.stats.states == 0 and whole.verdict):
        found.append(f"TLC: {whole.verdict.value}: {whole.message}")
    elif theirs != expected and ours.stats.states:
        found.append(f"states, generated, depth: {expected}, TLC {theirs}")
    everything = runs.of((TYPE_OK, NO_ERROR, NO_DEADLOCK, *exported.invariants.values()),
                         tuple(exported.step_invariants.values()))
    fails = any(p.kind is not Kind.POSSIBLE and p.verdict.outcome in (Outcome.VIOLATED, Outcome.ERROR)
                for p in ours.properties)
    if (everything.verdict is TlcVerdict.HOLDS) == fails:
        found.append(f"all properties: {'some fail' if fails else 'hold'}, TLC {everything.verdict.value} "
                     f"{everything.name} {everything.message}")
    if fails or everything.verdict is not TlcVerdict.HOLDS:
        found += runs.of((TYPE_OK,), ()).verdict is not TlcVerdict.HOLDS and ["TypeOK"] or []
        found += _by_itself(exported, runs, ours)
    for p in ours.properties:
        if p.kind is Kind.POSSIBLE and p.verdict.outcome is not Outcome.BOUNDED:
            run = runs.of((exported.possibles[p.name],), ())
            found += _compared(p.name, p.verdict.outcome is not Outcome.HOLDS, p, run)
    return found


class Runs:
    """Runs of TLC on one module with different claims."""

    def __init__(self, exported: TlaExport, folder: Path):
        self.exported, self.folder, self.count = exported, folder, 0

    def of(self, invariants: tuple[str, ...], properties: tuple[str, ...]) -> TlcResult:
        """TLC with these claims only."""
        self.count += 1
        cfg = self.folder / f"run{self.count}.cfg"
        cfg.write_text(self.exported.config(invariants, properties))
        return run_tlc(self.folder / f"{self.exported.name}.tla", cfg, timeout=300)


def _by_itself(exported: TlaExport, runs: Runs, ours) -> list[str]:
    found = []
    errs = [p for p in ours.properties if p.kind in (Kind.EVALUATION, Kind.ASSERTION)]
    run = runs.of((NO_ERROR,), ())
    if (run.verdict is TlcVerdict.HOLDS) == bool(errs):
        found.append(f"NoError: {errs}, TLC {run.verdict.value}: {run.message}")
    for p in ours.properties:
        if p.kind is Kind.INVARIANT:
            run = runs.of((exported.invariants[p.name],), ())
        elif p.kind is Kind.STEP_INVARIANT:
            run = runs.of((), (exported.step_invariants[p.name],))
        elif p.kind is Kind.DEADLOCK:
            run = runs.of((NO_DEADLOCK,), ())
        else:
            continue
        found += _compared(p.name, p.verdict.outcome not in (Outcome.VIOLATED, Outcome.ERROR), p, run)
    return found


def _compared(name: str, holds: bool, p, run: TlcResult) -> list[str]:
    found = []
    if (run.verdict is TlcVerdict.HOLDS) != holds or run.verdict not in FAILED | {TlcVerdict.HOLDS}:
        found.append(f"{name}: {p.verdict}, TLC {run.verdict.value}: {run.message}")
    elif not holds and p.trace is not None and len(p.trace.states) != len(run.trace):
        found.append(f"{name}: a trace of {len(p.trace.states)} states, TLC's has {len(run.trace)}")
    return found
