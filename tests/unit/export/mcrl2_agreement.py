"""Do the mCRL2 tools say of an exported model what our own search says?  A comparison that names every difference."""

from __future__ import annotations

import pytest

from sagacity.agreement.engines import EngineOracle
from sagacity.agreement.mcrl2 import Mcrl2Oracle
from sagacity.agreement.report import compared
from sagacity.engine.ireval import IrSystem
from sagacity.engine.protocol import Fault
from sagacity.external.mcrl2 import available
from sagacity.ir.nodes import Model

needs_mcrl2 = pytest.mark.skipif(available() is not None, reason=str(available()))


def mcrl2_differences(model: Model, timeout: float | None = 600, formulas: bool = True) -> list[str]:
    """Counts, verdicts, the number of states without a step, and bisimilarity, of the whole state space."""
    oracle = Mcrl2Oracle(IrSystem(model), timeout=timeout, formulas=formulas)
    theirs = oracle.report()
    found = list(compared([EngineOracle("ireval", IrSystem(model)).report(), theirs]).differences)
    found += [t for t in (theirs.absent, theirs.late and theirs.failed) if t]
    if not found and oracle.deadlocks != (ours := dead_states(model)):
        found.append(f"states without a step: {ours}, mCRL2 {oracle.deadlocks}")
    return found


def dead_states(model: Model) -> int:
    """Reachable states that no step leaves, terminal or not."""
    system = IrSystem(model)
    queue = list(dict.fromkeys(s.target for s in system.initial() if not isinstance(s, Fault)))
    seen, dead = set(queue), 0
    for state in queue:
        targets = [s.target for s in system.successors(state) if not isinstance(s, Fault)]
        dead += not targets
        for target in targets:
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return dead
