"""What happens in a counterexample, step by step, for people?  A trace as texts that any renderer can lay out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..changes import changes, whole
from ..ir import values as V
from ..ir.nodes import Model
from ..result import NoteText, Trace, TraceStep
from ..source import NOWHERE, Loc

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step as texts. `changes` are (path, what happened); `state` is (variable, value), None if the step fails."""

    number: int
    title: str
    picks: str
    place: str
    source: str
    notes: tuple[NoteText, ...]
    changes: tuple[tuple[str, str], ...]
    state: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Story:
    """The steps, the first being the initial state. A lasso's cycle is the steps after number `loop`, repeated for
    ever; where no step comes after it, the last state itself lasts for ever."""

    steps: tuple[StoryStep, ...]
    loop: int | None = None

    @property
    def stutters(self) -> bool:
        """Does the behaviour end in a state that lasts for ever?"""
        return self.loop == self.steps[-1].number

    @property
    def ending(self) -> str:
        """How a lasso goes on after its last step; empty for a finite behaviour."""
        if self.loop is None:
            return ""
        if self.stutters:
            return "from here on nothing happens any more, for ever"
        first, last = self.loop + 1, self.steps[-1].number
        which = f"step {first} repeats" if first == last else f"steps {first} to {last} repeat"
        return f"back in the state after step {self.loop}: {which} for ever"


def story(model: Model, trace: Trace) -> Story:
    """The trace for people."""
    told, before = [], None
    for number, step in enumerate((trace.start, *trace.steps)):
        told.append(_step(model, number, step, before))
        before = step.state
    return Story(tuple(told), trace.loop)


def _step(model: Model, number: int, step: TraceStep, before: tuple | None) -> StoryStep:
    state = None if step.state is None else tuple(whole(model, step.state))
    changed = () if before is None or step.state is None else tuple(changes(model, before, step.state))
    picks = ", ".join(f"{c.local} = {V.show(c.type, c.value)}" for c in step.choices)
    loc = below_decorators(step.loc)
    shown = number > 0 and known(loc)
    return StoryStep(number, title(model, number, step), picks, place(loc) if shown else "",
                     loc.text().strip() if shown else "", step.notes, changed, state)


def title(model: Model, number: int, step: TraceStep) -> str:
    """The action with its arguments: ``place(o=order0)``."""
    if number == 0:
        return "initial state" if step.state is not None and step.action == "init" else step.action
    action = next(a for a in model.actions if a.name == step.action)
    args = ", ".join(f"{p.name}={V.show(p.type, v)}" for p, v in zip(action.params, step.args))
    return f"{step.action}({args})" if args else step.action


def place(loc: Loc) -> str:
    """file:line; a file of this package is shown from the package's name on."""
    file = Path(loc.file)
    return f"{file.relative_to(_PACKAGE.parent) if file.is_relative_to(_PACKAGE) else loc.file}:{loc.line}"


def below_decorators(loc: Loc) -> Loc:
    """The line of the ``def`` where `loc` is that of a decorated method's first decorator."""
    if loc.text().lstrip().startswith("@"):
        for line in range(loc.line + 1, loc.line + 20):
            if (below := Loc(loc.file, line)).text().lstrip().startswith("def "):
                return below
    return loc


def known(loc: Loc | None) -> bool:
    """Does the location point into a file?"""
    return loc is not None and loc.line > 0 and loc != NOWHERE
