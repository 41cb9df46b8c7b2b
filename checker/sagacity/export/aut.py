"""A state space in the Aldebaran format, which the tools of mCRL2 and CADP read.

The format has one initial state. Where a model has another number of them, state 0 is a fresh one with a step
``init(k)`` to each, as in the mCRL2 export (design section 4).
"""

from __future__ import annotations

from typing import Iterator

from ..engine.statespace import StateSpace
from .labels import label


def aut(space: StateSpace) -> str:
    """The text of the .aut file: ``des (initial, transitions, states)``, then a line for each transition."""
    shift = 0 if len(space.initial) == 1 else 1
    lines = list(_lines(space, shift))
    start = space.initial[0] if not shift else 0
    return "\n".join([f"des ({start},{len(lines)},{len(space.states) + shift})", *lines]) + "\n"


def _lines(space: StateSpace, shift: int) -> Iterator[str]:
    for k, n in enumerate(space.initial if shift else ()):
        yield f'(0,"init({k})",{n + shift})'
    for t in space.transitions:
        yield f'({t.source + shift},"{label(space.model, t.info)}",{t.target + shift})'
