"""What does an action do, said without statements?  Guard, error condition and simultaneous update.

The form that TLA+, mCRL2 and z3 need: choices are made (each only where its `when` holds), and
then, all over the state before the step, exactly one of these is true:

    error    an evaluation error or a failing assert is reached in program order
    guard    the execution completes, and every variable of `updates` gets its new value at once
    neither  a `require` fails first

A conditional translation into guarded assignments by symbolic execution with merging at joins;
compare strongest postconditions (Dijkstra, A Discipline of Programming, 1976). Declared ranges are
not part of the error condition: the target checks them on the updated values.

Expressions are fault-free wherever they are needed: `error` and `guard` always (through lazy
operators), `over` where `when` holds, updates where `guard` holds. They share subexpressions as
objects; printed as trees they may be much larger, so exporters should name what is shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from . import effects, walk
from . import types as T
from .faults import Faults
from .limits import Limits
from .loops import LoopExecution
from .nodes import Action, Call, Choose, Expr, For, Function, Model, Param, SetLocal, Stmt
from .simplify import boolean, is_false, same
from .symbolic import FALL, RESULT, RETURN, Translation


@dataclass(frozen=True, kw_only=True)
class ChoiceSite:
    """One Choose: where `when` holds, `local` is any element of the set `over`; an empty one disables."""

    local: str
    over: Expr
    when: Expr


@dataclass(frozen=True, kw_only=True)
class Form:
    """An action or the initialisation; variables without an update keep their value."""

    choices: tuple[ChoiceSite, ...]
    guard: Expr
    error: Expr
    updates: dict[str, Expr] = field(default_factory=dict)


class FunctionForm(NamedTuple):
    """A pure function over its parameters: `value` holds where `error` does not."""

    error: Expr
    value: Expr


def form(model: Model, action: Action) -> Form:
    """The form of one action. Raises UnsupportedError for a choice in a loop of unknown length."""
    return Forms(model).action(action)


def init_form(model: Model) -> Form:
    """The form of the initialisation; it assigns every variable and reads none."""
    return Forms(model).init()


def function_form(model: Model, function: Function) -> FunctionForm:
    """The form of a function, evaluated in a state of the system."""
    return Forms(model).function(function.name)


class Forms:
    """All forms of one model; shares the forms of functions between their callers."""

    def __init__(self, model: Model):
        self.model = model
        self.names = walk.Names(_all_names(model))
        self._raw: dict[str, FunctionForm] = {}
        self._reads: dict[str, frozenset[str]] = {}

    def action(self, action: Action) -> Form:
        """The form of an action."""
        limits = Limits({v.name: v.type for v in self.model.vars}, {p.name: _values_type(p) for p in action.params})
        return self._form(action.body, action.locals, action.params, limits)

    def init(self) -> Form:
        """The form of the initialisation."""
        return self._form(self.model.init, self.model.init_locals, (), Limits({}, {}), initial=True)

    def function(self, name: str) -> FunctionForm:
        """The form of a function in a state, whose variables are inside their ranges."""
        return self._function(name, Limits({v.name: v.type for v in self.model.vars}, {}))

    def raw(self, name: str) -> FunctionForm:
        """The form of a function as it is called from the middle of a body, where ranges may not hold."""
        if name not in self._raw:
            self._raw[name] = self._function(name, Limits({}, {}))
        return self._raw[name]

    def can_stay(self, call: Call, assigned) -> bool:
        """May the call remain one? Not if it may fault, or sees variables that were assigned before it."""
        name = call.function
        if name not in self._reads:
            self._reads[name] = effects.reads(self.model, self.model.function(name))
        return is_false(self.raw(name).error) and not any(walk.VAR + v in assigned for v in self._reads[name])

    def inline(self, call: Call, part: Expr) -> Expr:
        """`part` of the function's form, for the arguments of the call."""
        params = self.model.function(call.function).params
        return walk.Substitution(self.names).apply(part, {p.name: a for p, a in zip(params, call.args)})

    def _translation(self, limits: Limits) -> Translation:
        faults = Faults(lambda call: self.inline(call, self.raw(call.function).error), self.names)
        return Translation(self, faults, limits, self.names)

    def _form(self, body: tuple[Stmt, ...], locals_, params, limits: Limits, initial: bool = False) -> Form:
        execution = LoopExecution(self._translation(limits), self.model, body, dict(locals_), params, initial)
        outcome = execution.run(body, {})
        end = execution.joined(outcome, FALL, RETURN)
        updates = {}
        for v in self.model.vars:
            new = end.env.get(walk.VAR + v.name) if end else None
            if new is not None and (initial or not same(new, execution.original(walk.VAR + v.name))):
                updates[v.name] = new
        sites = tuple(ChoiceSite(local=s.local, over=s.over, when=s.when) for s in outcome.sites)
        guard = end.cond if end else boolean(False, outcome.error.loc)
        return Form(choices=sites, guard=guard, error=outcome.error, updates=updates)

    def _function(self, name: str, limits: Limits) -> FunctionForm:
        f = self.model.function(name)
        execution = LoopExecution(self._translation(limits), self.model, f.body, dict(f.locals), f.params,
                                  result=f.result)
        outcome = execution.run(f.body, {})
        end = outcome.exits.get(RETURN)
        value = end.env[RESULT] if end else execution.default(f.result, f.loc)
        return FunctionForm(outcome.error, value)


def _values_type(p: Param) -> T.Type:
    if isinstance(p.type, T.Int) and p.values:
        return T.Int(min(p.values), max(p.values))
    return p.type


def _all_names(model: Model) -> set[str]:
    """Every name of a local anywhere, so that invented names are new."""
    names = {v.name for v in model.vars} | {c.name for c in model.consts} | {f.name for f in model.functions}
    bodies = [model.init]
    for unit in (*model.actions, *model.functions):
        names.update(p.name for p in unit.params)
        bodies.append(unit.body)
    for body in bodies:
        names.update(s.local for s in walk.statements(body) if isinstance(s, (For, Choose)))
        names.update(s.name for s in walk.statements(body) if isinstance(s, SetLocal))
        for e in walk.all_expressions(body):
            names.update(walk.binders(e))
    return names
