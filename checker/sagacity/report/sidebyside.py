"""How does a broken refinement look from both sides?  Each step beside what the abstract model makes of it."""

from __future__ import annotations

from textwrap import wrap
from typing import Iterator

from ..changes import changes, whole
from ..ir.nodes import Model
from ..result import Seen, Trace
from .story import StoryStep, story

#: The narrowest column, in characters.
NARROWEST = 30


def side_by_side(model: Model, trace: Trace, seen: Seen, width: int) -> Iterator[str]:
    """Two columns in `width` characters: the steps of `model`, and those of the abstract model."""
    left = [[model.name], *map(_own, story(model, trace).steps)]
    right = [[f"seen as {seen.model.name}"], *_theirs(seen)]
    column = max(NARROWEST, min(max(len(line) for part in left for line in part), (width - 3) // 2))
    for number, (mine, other) in enumerate(zip(left, right)):
        mine, other = _folded(mine, column), _folded(other, max(NARROWEST, width - column - 9))
        for k in range(max(len(mine), len(other))):
            head = f"{number - 1:>5}  " if k == 0 and number else " " * 7
            a, b = (part[k] if k < len(part) else "" for part in (mine, other))
            yield f"{head}{a:<{column}}  {b}".rstrip()


def _own(step: StoryStep) -> list[str]:
    if step.state is None:
        return [step.title, "  fails"]
    told = [f"{n} = {v}" for n, v in step.state] if step.number == 0 else [f"{n}: {what}" for n, what in step.changes]
    return [step.title, *(f"  {line}" for line in told)]


def _theirs(seen: Seen) -> Iterator[list[str]]:
    before = None
    for state, step in zip(seen.states, seen.steps):
        title = step or f"NOT a step of {seen.model.name}" if before is not None else step or "NOT an initial state"
        told = ([f"{n} = {v}" for n, v in whole(seen.model, state)] if before is None
                else [f"{path}: {what}" for path, what in changes(seen.model, before, state)])
        yield [title, *(f"  {line}" for line in told)]
        before = state


def _folded(lines: list[str], width: int) -> list[str]:
    return [part for line in lines for part in wrap(line, width, subsequent_indent="    ") or [""]]
