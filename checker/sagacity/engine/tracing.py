"""How is a path of steps told?  From the steps of a system to a trace of plain values."""

from __future__ import annotations

from typing import Sequence

from ..result import NoteText, Pick, Trace, TraceStep
from ..source import Loc
from .protocol import INIT, Fault, Step, System

#: The name of the step into an initial state.
INIT_NAME = "init"

#: What the first state of a path is called that need not be reachable.
ANYWHERE = "some state"


def trace_of(system: System, path: Sequence[Step | Fault], *, rooted: bool = True) -> Trace:
    """The trace of a path; only its last element may be a Fault. It begins with an initial step, or, if not `rooted`, with
    one that only says in which state the path begins."""
    steps, state = [], None
    if not rooted:
        state = path[0].target
        steps.append(TraceStep(ANYWHERE, (), (), (), system.model.loc, system.plain(state)))
    for step in path[len(steps):]:
        steps.append(_told(system, state, step))
        if isinstance(step, Step):
            state = step.target
    return Trace(steps[0], tuple(steps[1:]))


def _told(system: System, state, step: Step | Fault) -> TraceStep:
    info = system.describe(state, step)
    target = system.plain(step.target) if isinstance(step, Step) else None
    picks = tuple(Pick(*choice) for choice in info.choices)
    notes = tuple(NoteText(*note) for note in info.notes)
    name = INIT_NAME if step.action == INIT else system.model.actions[step.action].name
    return TraceStep(name, tuple(info.args), picks, notes, _where(system, step), target)


def _where(system: System, step: Step | Fault) -> Loc:
    """The action's declaration, or for a failing step the statement that failed."""
    if isinstance(step, Fault) and step.fault.loc is not None:
        return step.fault.loc
    return system.model.loc if step.action == INIT else system.model.actions[step.action].loc
