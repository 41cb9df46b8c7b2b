"""Which atoms of a property are true here, and which fairness does a step discharge?  Read off states and their steps.

A step s→t is an A(b) step iff A(b) can produce t from s, whatever action the explorer took. So steps are judged by
what all the steps out of a state lead to: its *row*.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Iterable, Iterator, NamedTuple, Sequence

from ..ir import formula as F
from ..ir import nodes as ir
from ..ir.values import show
from ..logic.graph import Obligation
from .ireval import IrSystem, parameter_values
from .irexpr import Expressions, Frame
from .protocol import Step

#: An action and a binding, both by index.
Instance = tuple[int, int]


class Duty(NamedTuple):
    """A fairness obligation, and the actions of which it is."""

    obligation: Obligation
    instances: frozenset[Instance]


def duties(model: ir.Model) -> list[Duty]:
    """What the model's behaviours must be fair to, in the order of its declarations."""
    return [duty for fair in model.fairness for duty in _duties(model, fair)]


def instance_name(model: ir.Model, instance: Instance, left_out: Sequence[str] = ()) -> str:
    """An action with its arguments: ``place(o=order0)``."""
    action = model.actions[instance[0]]
    args = next(v for b, v in enumerate(product(*map(parameter_values, action.params))) if b == instance[1])
    shown = ", ".join(f"{p.name}={show(p.type, v)}" for p, v in zip(action.params, args) if p.name not in left_out)
    return f"{action.name}({shown})" if shown else action.name


def producers(row: Iterable[Step], state: Any) -> dict[Any, set[Instance]]:
    """For each other state that a row leads to, what can produce it."""
    found: dict[Any, set[Instance]] = {}
    for step in row:
        if step[3] != state:
            found.setdefault(step[3], set()).add((step[0], step[1]))
    return found


class Atoms:
    """Evaluates ground atoms, over plain states. Faults are raised as ModelFault."""

    def __init__(self, model: ir.Model):
        self.model = model
        system = IrSystem(model)
        self._compile = Expressions(model, system.function).compile
        self._bindings = system.bindings
        self._action = {a.name: k for k, a in enumerate(model.actions)}
        self._matching: dict[tuple, frozenset[Instance]] = {}

    def domain(self, q: F.Quantified, env: F.Env) -> list:
        """The values of a quantified name."""
        return sorted(set(self._compile(q.over)(Frame((), None, dict(env)))))

    def holds(self, atom: F.State, state: tuple) -> bool:
        """Is a state atom true?"""
        return bool(self._compile(atom.expr)(Frame(state, None, dict(atom.env))))

    def enabled(self, atom: F.Enabled, state: tuple, row: Iterable[Step]) -> bool:
        """Can the action be taken in a state with this row? A step that changes nothing counts."""
        wanted = self._instances(atom.action, Frame(state, None, dict(atom.env)))
        return any((step[0], step[1]) in wanted for step in row)

    def instances(self, atom: F.Enabled) -> frozenset[Instance]:
        """What an atom whose arguments do not read the state speaks of."""
        return self._instances(atom.action, Frame((), None, dict(atom.env)))

    def of_step(self, atom: F.Taken | F.Breaks, old: tuple, new: tuple, made_by: set[Instance]) -> bool:
        """Is a step atom true of the step between two states, which the actions `made_by` can make?"""
        env = dict(atom.env)
        if not any(self._changes(e, old, new, env) for e in atom.watched):
            return False
        if atom.action is None:
            return not self._compile(atom.expr)(Frame(new, old, env))
        made = not made_by.isdisjoint(self._instances(atom.action, Frame(old, None, env)))
        return made == isinstance(atom, F.Taken)

    def _changes(self, e: ir.Expr, old: tuple, new: tuple, env: dict) -> bool:
        value = self._compile(e)
        return value(Frame(old, None, env)) != value(Frame(new, None, env))

    def _instances(self, call: F.ActionCall, frame: Frame) -> frozenset[Instance]:
        """The bindings of an action that agree with the arguments of a call."""
        args = tuple(None if e is None else (self._compile(e)(frame),) for e in call.args)
        key = call.action, args
        if key not in self._matching:
            a = self._action[call.action]
            self._matching[key] = frozenset(
                (a, b) for b, values in enumerate(self._bindings[a])
                if all(arg is None or arg[0] == v for arg, v in zip(args, values)))
        return self._matching[key]


def _duties(model: ir.Model, fair: ir.Fairness) -> Iterator[Duty]:
    """One duty for each combination of the values that the fairness is split by."""
    actions = {a.name: (k, a) for k, a in enumerate(model.actions)}
    groups: dict[tuple, list[Instance]] = {}
    for name in fair.actions:
        k, action = actions[name]
        by = tuple(p.name for p in action.params) if fair.by is None else fair.by
        for b, values in enumerate(product(*map(parameter_values, action.params))):
            given = dict(zip((p.name for p in action.params), values))
            groups.setdefault(tuple(given[n] for n in by), []).append((k, b))
    for instances in groups.values():
        yield Duty(Obligation(_duty_name(model, fair, instances), fair.strong), frozenset(instances))


def _duty_name(model: ir.Model, fair: ir.Fairness, instances: list[Instance]) -> str:
    first = {k: (k, b) for k, b in reversed(instances)}
    named = []
    for instance in sorted(first.values()):
        params = {p.name for p in model.actions[instance[0]].params}
        named.append(instance_name(model, instance, params - set(params if fair.by is None else fair.by)))
    return " or ".join(named)
