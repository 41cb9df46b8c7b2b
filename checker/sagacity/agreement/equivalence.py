"""Do two models behave alike, seen from outside?  Their state spaces compared by ltscompare.

Labels are in the user's notation. They travel to the tool as l0, l1, ..., so that nothing depends on how it reads them, and the trace
that it returns is replayed in both state spaces before anybody sees it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..engine.protocol import StepInfo
from ..engine.statespace import StateSpace
from ..errors import Diagnostic, InternalError
from ..external.mcrl2 import Tools
from ..ir import values
from ..ir.nodes import Model

_TAU = "tau"


@dataclass(frozen=True)
class Equivalence:
    """`equivalent`, or a shortest `trace` of visible labels that only one of them has (`only`: 0 or 1), if there is one."""

    equivalent: bool
    trace: tuple[str, ...] = ()
    only: int | None = None


@dataclass(frozen=True)
class View:
    """What can be seen of a state space: labelled edges, None for a hidden step. `initial` are state numbers."""

    initial: tuple[int, ...]
    states: int
    edges: tuple[tuple[int, str | None, int], ...]


def label(model: Model, info: StepInfo) -> str:
    """The action's name with the values of its parameters and then of its choices."""
    action = next(a for a in model.actions if a.name == info.name)
    shown = [values.show(p.type, v) for p, v in zip(action.params, info.args)]
    shown += [values.show(t, v) for _, t, v in info.choices]
    return f"{info.name}({', '.join(shown)})" if shown else info.name


def view(space: StateSpace, hidden: frozenset[str] = frozenset(), only: frozenset[str] | None = None) -> View:
    """The space with the actions `hidden` by name; with `only`, all others are hidden too."""
    def seen(name: str) -> bool:
        return name not in hidden and (only is None or name in only)

    edges = tuple((t.source, label(space.model, t.info) if seen(t.info.name) else None, t.target)
                  for t in space.transitions)
    return View(space.initial, len(space.states), edges)


def equivalent(first: View, second: View, equivalence: str, tools: Tools) -> Equivalence:
    """Compare two views up to an equivalence of `external.mcrl2`. Raises ToolError."""
    numbers: dict[str, int] = {}
    for _, text, _ in (*first.edges, *second.edges):
        if text is not None:
            numbers.setdefault(text, len(numbers))
    with tempfile.TemporaryDirectory(prefix="sagacity-compare-") as folder:
        paths = [Path(folder) / "first.aut", Path(folder) / "second.aut"]
        for path, v in zip(paths, (first, second)):
            path.write_text(_aut(v, numbers), encoding="ascii")
        found = tools.compare(*paths, equivalence)
    if found.equivalent or not found.trace:
        return Equivalence(found.equivalent)
    texts = list(numbers)
    trace = tuple(texts[int(name[1:])] for name in found.trace if name != _TAU)
    able = [has_trace(v, trace) for v in (first, second)]
    if able[0] == able[1]:
        raise InternalError(Diagnostic(code="SAG992", message="the trace of ltscompare does not tell the models apart"))
    return Equivalence(False, trace, able.index(True))


def has_trace(v: View, trace: tuple[str, ...]) -> bool:
    """Can the visible labels be seen in this order, hidden steps in between?"""
    hidden, visible = {}, {}
    for source, text, target in v.edges:
        (hidden if text is None else visible).setdefault(source, []).append((text, target))
    here = _closure(set(v.initial), hidden)
    for wanted in trace:
        here = _closure({t for s in here for text, t in visible.get(s, ()) if text == wanted}, hidden)
    return bool(here)


def _closure(states: set[int], hidden: dict) -> set[int]:
    todo = list(states)
    while todo:
        for _, t in hidden.get(todo.pop(), ()):
            if t not in states:
                states.add(t)
                todo.append(t)
    return states


def _aut(v: View, numbers: dict[str, int]) -> str:
    """As .aut; where there is not one initial state, hidden steps lead from a fresh one to each."""
    shift = int(len(v.initial) != 1)
    edges = [(0, None, n) for n in v.initial] if shift else []
    edges = [(s, t, d + shift) for s, t, d in edges] + [(s + shift, t, d + shift) for s, t, d in v.edges]
    lines = [f'({s},"{_TAU if t is None else f"l{numbers[t]}"}",{d})' for s, t, d in edges]
    start = 0 if shift else v.initial[0]
    return "\n".join([f"des ({start},{len(lines)},{v.states + shift})", *lines]) + "\n"
