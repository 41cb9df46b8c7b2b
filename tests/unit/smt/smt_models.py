"""Random models with claims, and what the explicit search says of them. Used by the tests of this folder."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "ir")]

from build import eq, function, lt, not_, old, op, or_, ret, var
from randoms import BOOL, INT, SEQ, SET, Random_, X

from sagacity.engine import search
from sagacity.engine.ireval import IrSystem
from sagacity.engine.options import SearchOptions
from sagacity.result import CheckResult, Outcome


def random_model(seed: int):
    """A random model with claims that some models satisfy and others do not."""
    x, y, q, s = var("x", X), var("y", X), var("q", SEQ), var("s", SET)
    claims = [function("x_below_3", ret(lt(x, 3))), function("y_not_2", ret(not_(eq(y, 2)))),
              function("q_short", ret(lt(op("len", INT, q), 3))),
              function("s_without_x", ret(not_(op("in", BOOL, x, s))))]
    moves = [function("x_not_down", ret(not_(lt(x, old("x", X))))),
             function("q_moves", ret(or_(eq(q, old("q", SEQ)), lt(op("len", INT, old("q", SEQ)), 2))))]
    reach = [function("y_is_3", ret(eq(y, 3)))]
    m = Random_(seed).model()
    return dataclasses.replace(m, functions=(*m.functions, *claims, *moves, *reach),
                               invariants=tuple(f.name for f in claims),
                               step_invariants=tuple(f.name for f in moves), possibles=tuple(f.name for f in reach))


def explicit(model, **options) -> tuple[IrSystem, CheckResult]:
    """The reference system and the explicit search's result, violations or not."""
    system = IrSystem(model)
    return system, search.check(system, SearchOptions(keep_going=True, vacuity=False, **options))


def lengths(result: CheckResult) -> dict[str, int]:
    """Property: steps of its trace; of an action that fails in several ways, the shortest."""
    found: dict[str, int] = {}
    for p in result.properties:
        if p.trace is not None:
            found[p.name] = min(len(p.trace.steps), found.get(p.name, len(p.trace.steps)))
    return found


def outcomes(result: CheckResult) -> dict[str, Outcome]:
    """Property: outcome, of those that are declared."""
    return {p.name: p.verdict.outcome for p in result.properties if p.kind.value not in ("assertion", "evaluation")}
