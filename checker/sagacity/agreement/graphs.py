"""Where do two state spaces part?  The first state, in breadth-first order, out of which the steps differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..changes import changes, whole
from ..engine.protocol import Fault, System
from ..errors import ModelFault
from ..ir.nodes import Model


@dataclass
class Graph:
    """Initial states, and for each expanded state how often each (action, target) is a step out of it.

    States are plain. Targets outside a constraint are left out.
    """

    initial: set[tuple] = field(default_factory=set)
    steps: dict[tuple, Counter] = field(default_factory=dict)


def explore(system: System) -> Graph:
    """The reachable graph, in breadth-first order."""
    names = [a.name for a in system.model.actions]
    found = Graph()
    queue = []
    for step in system.initial():
        if not isinstance(step, Fault) and _inside(system, step.target):
            state = system.plain(step.target)
            if state not in found.initial:
                found.initial.add(state)
                queue.append((state, step.target))
    for state, opaque in queue:
        if state in found.steps:
            continue
        out = found.steps[state] = Counter()
        for step in system.successors(opaque):
            if not isinstance(step, Fault) and _inside(system, step.target):
                target = system.plain(step.target)
                out[names[step.action], target] += 1
                if target not in found.steps:
                    queue.append((target, step.target))
    return found


def _inside(system: System, state) -> bool:
    try:
        return all(system.evaluate(name, state) for name in system.model.constraints)
    except ModelFault:
        return True


def difference(model: Model, a: str, ours: Graph, b: str, theirs: Graph) -> str:
    """A sentence on the first state or transition that only one of the two has; empty if the graphs are equal.

    `a` and `b` are the names of the oracles; `ours` gives the order in which states are looked at.
    """
    for name, other, x, y in ((a, b, ours, theirs), (b, a, theirs, ours)):
        for state in sorted(x.initial - y.initial):
            return f"{name} starts in a state in which {other} does not:\n{_shown(model, state)}"
    for state, out in ours.steps.items():
        if state not in theirs.steps and out:
            return f"{b} has no step out of a state that {a} expands:\n{_shown(model, state)}"
        back = theirs.steps.get(state, Counter())
        for name, other, x, y in ((a, b, out, back), (b, a, back, out)):
            for action, target in sorted(x - y):
                return _told(model, name, other, state, action, target, x[action, target], y[action, target], y)
    return ""


def _told(model, name: str, other: str, state: tuple, action: str, target: tuple, times: int, elsewhere: int,
          y: Counter) -> str:
    changed = "\n".join(f"    {path}: {what}" for path, what in changes(model, state, target)) or "    nothing changes"
    if elsewhere:
        instead = f"{other} has it {elsewhere} times, {name} {times} times"
    elif others := sorted({act for act, t in y if t == target}):
        instead = f"{other} makes this step by {', '.join(others)} only"
    else:
        instead = f"{other} has no such step" + ("" if any(act == action for act, _ in y) else f", and no {action} at all")
    return f"in the state\n{_shown(model, state)}\n  {name} has a step of {action}; {instead}:\n{changed}"


def _shown(model: Model, state: tuple) -> str:
    return "\n".join(f"    {name} = {value}" for name, value in whole(model, state))
