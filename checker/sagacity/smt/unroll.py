"""What does the solver know about a path of the model?  Copies of the formulas, one for each position."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import z3

from ..engine.protocol import Fault, Step, System
from ..errors import Diagnostic, InternalError
from ..ir.values import domain
from . import values as V
from .encode import Alternative, Encoding


class TimeUp(Exception):
    """The solver gave no answer in time."""


class Unrolling:
    """A path of states 0, 1, 2, ... in one incremental solver. `deadline` is on the monotonic clock, in seconds."""

    def __init__(self, encoding: Encoding, deadline: float | None = None):
        self.encoding, self.deadline = encoding, deadline
        self.solver = z3.SolverFor("QF_FD")
        self._copies: dict[tuple[str, int], list] = {}

    def at(self, formula: Any, k: int) -> z3.BoolRef:
        """A formula over `now`, `next` and the inputs, said of position k and the step from it."""
        return z3.substitute(_formula(formula), *self._pairs("state", k, self.encoding.now_leaves),
                             *self._pairs("state", k + 1, self.encoding.next_leaves),
                             *self._pairs("input", k, self.encoding.input_leaves))

    def assume(self, formula: Any, k: int) -> None:
        """Assert a formula of position k."""
        self.solver.add(self.at(formula, k))

    def initial(self) -> None:
        """Assert that position 0 is an initial state. The inputs of the initialisation are those of position -1."""
        self.assume(self.encoding.init, -1)

    def differ(self, i: int, j: int) -> None:
        """Assert that positions i and j are different states."""
        same = z3.substitute(_formula(self.encoding.unchanged), *self._pairs("state", i, self.encoding.now_leaves),
                             *self._pairs("state", j, self.encoding.next_leaves))
        self.solver.add(z3.Not(same))

    def model(self, *claims: tuple[Any, int]) -> z3.ModelRef | None:
        """A path that also satisfies these (formula, position), or None. Raises TimeUp."""
        if self.deadline is not None:
            left = self.deadline - monotonic()
            if left <= 0:
                raise TimeUp
            self.solver.set("timeout", max(1, int(left * 1000)))
        self.solver.push()
        try:
            for formula, k in claims:
                self.assume(formula, k)
            answer = self.solver.check()
            if answer == z3.unknown:
                raise TimeUp
            return self.solver.model() if answer == z3.sat else None
        finally:
            self.solver.pop()

    def truth(self, model: z3.ModelRef, formula: Any, k: int) -> bool:
        """Is the formula true at a position of a path that was found?"""
        return z3.is_true(model.eval(self.at(formula, k), model_completion=True))

    def state(self, model: z3.ModelRef, k: int) -> tuple:
        """The plain state at a position of a path that was found."""
        shown = _Moved(model, self, k)
        return tuple(V.decode(v.type, self.encoding.now[v.name], shown) for v in self.encoding.model.vars)

    def action(self, model: z3.ModelRef, k: int) -> int:
        """The index of the action that leaves position k."""
        selected = [a.index for a in self.encoding.alternatives if self.truth(model, self.encoding.selected(a), k)]
        return selected[0]

    def _pairs(self, kind: str, k: int, leaves: Sequence) -> list:
        """Which constants stand for these at position k. Both kinds of state constants have the same copies."""
        made = self._copies.get((kind, k))
        if made is None:
            names = self.encoding.now_leaves if kind == "state" else self.encoding.input_leaves
            made = self._copies[kind, k] = [z3.Const(f"{kind}{k}:{c.decl().name()}", c.sort()) for c in names]
        return list(zip(leaves, made))


def _formula(condition: Any) -> z3.BoolRef:
    return z3.BoolVal(condition) if isinstance(condition, bool) else condition


class _Moved:
    """A model of the solver in which the constants of `now` are those of a position."""

    def __init__(self, model: z3.ModelRef, unrolling: Unrolling, k: int):
        self.model, self.unrolling, self.k = model, unrolling, k

    def eval(self, term, model_completion: bool):
        moved = z3.substitute(term, *self.unrolling._pairs("state", self.k, self.unrolling.encoding.now_leaves))
        return self.model.eval(moved, model_completion=model_completion)


def path_in(system: System, unrolling: Unrolling, model: z3.ModelRef, last: int, *, initial: bool,
            failing: bool = False) -> list[Step | Fault]:
    """The path of the reference system that a path of the solver up to position `last` describes, with the failing step
    after it. Raises InternalError if the system cannot do it: then solver and reference disagree."""
    states = [unrolling.state(model, k) for k in range(last + 1)]
    found = _offered(system, system.initial(), states[0], -1) if initial else Step(-1, 0, (), system.state(states[0]))
    path = [found]
    for k in range(last):
        path.append(_offered(system, system.successors(path[-1].target), states[k + 1], unrolling.action(model, k)))
    if failing:
        path.append(_failure(system.successors(path[-1].target), unrolling.action(model, last)))
    return path


def _offered(system: System, steps, plain: tuple, action: int) -> Step:
    for s in steps:
        if isinstance(s, Step) and s.action == action and system.plain(s.target) == plain:
            return s
    raise disagreement(f"a step of {_title(system, action)}")


def _failure(steps, action: int) -> Fault:
    for s in steps:
        if isinstance(s, Fault) and s.action == action:
            return s
    raise disagreement("a failing step")


def _title(system: System, action: int) -> str:
    return "the initialisation" if action < 0 else system.model.actions[action].name


def disagreement(what: str) -> InternalError:
    """The solver found what the reference interpreter cannot do."""
    return InternalError(Diagnostic(code="SAG991", message=f"the solver found {what} that the reference does not have"))


def instance(encoding: Encoding, system: System, state: tuple, step: Step | Fault) -> Any:
    """The condition, over `now`, that an action is enabled with the very binding and choices of `step` out of
    `state`."""
    a: Alternative = encoding.alternatives[step.action]
    params = encoding.model.actions[step.action].params
    here = [pair for v, x in zip(encoding.model.vars, state)
            for pair in _known(encoding.now[v.name], v.type, x)]
    pairs = []
    for p, value in zip(params, _binding(params, step.binding)):
        pairs += _known(a.params[p.name], p.type, value)
    choices = iter(step.choices)
    for site in a.sites:
        made = 0
        if _true(site.when, here + pairs):
            present = [i for i, there in enumerate(site.there) if _true(there, here + pairs)]
            position = next(choices, 0)
            made = present[position] if position < len(present) else 0
        if site.pick.term is not None:
            pairs.append((site.pick.term, z3.BitVecVal(made, site.pick.term.size())))
    return a.enabled if isinstance(a.enabled, bool) else z3.substitute(a.enabled, *pairs)


def _known(value, t, plain) -> list:
    from .encode import assignment
    return list(assignment(value, V.of_plain(t, plain)))


def _true(formula, pairs) -> bool:
    if isinstance(formula, bool):
        return formula
    return z3.is_true(z3.simplify(z3.substitute(formula, *pairs)))


def _binding(params, index: int) -> tuple:
    """The values of the binding with this number: the first parameter changes slowest."""
    values = []
    for p in reversed(params):
        known = p.values if p.values is not None else tuple(domain(p.type))
        index, i = divmod(index, len(known))
        values.append(known[i])
    return tuple(reversed(values))
