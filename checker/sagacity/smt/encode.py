"""What is a model to the solver?  States as constants, and formulas for initial states, steps, errors and properties.

Everything is built once, over the constants of one state, of the next, and of the inputs that pick a step (the
action, its
parameters, its choices). `Unrolling` copies the formulas along a path by substitution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import z3

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values as plain
from ..ir.functional import ChoiceSite, Form, Forms
from . import values as V
from .bits import Num, between, conj, count, disj, equal, implies, less, literal, neg, total, width
from .terms import Frame, Terms


class Constants:
    """Makes the values whose leaves are constants of the solver, and remembers the constants."""

    def __init__(self, prefix: str):
        self.prefix = prefix
        self.made: list[z3.ExprRef] = []

    def value(self, t: T.Type, name: str) -> tuple[Any, Any]:
        """A value of a finite type about which nothing is known, and the condition that it is one."""
        match t:
            case T.Bool():
                return self._leaf(z3.Bool(f"{self.prefix}{name}")), True
            case T.Int(lo, hi):
                return self.number(lo, hi, name)
            case T.Enum(_, members):
                return self.number(0, len(members) - 1, name)
            case T.Ids(_, n):
                return self.number(0, n - 1, name)
            case T.Record(_, fields):
                return self._product([f for _, f in fields], name)
            case T.Tuple(items):
                return self._product(items, name)
            case T.Map(key, value):
                return self._product([value] * plain.size(key), name)
            case T.Option(item):
                present = self._leaf(z3.Bool(f"{self.prefix}{name}?"))
                value, ok = self.value(item, f"{name}!")
                return V.Opt(present, value), implies(present, ok)
            case T.Set(item, cap):
                domain = list(plain.domain(item))
                bits = {p: self._leaf(z3.Bool(f"{self.prefix}{name}.{i}")) for i, p in enumerate(domain)}
                free = cap is None or cap >= len(bits)
                return V.SetOf(bits), free or neg(less(literal(cap), count(bits.values())))
            case T.Bag(item, cap):
                made = [self.number(0, cap, f"{name}.{i}") for i in range(plain.size(item))]
                counts = dict(zip(plain.domain(item), (n for n, _ in made)))
                few = neg(less(literal(cap), total(list(counts.values()))))
                return V.BagOf(counts), conj(few, *(ok for _, ok in made))
            case T.Seq(item, cap):
                length, ok = self.number(0, cap, f"{name}#")
                items = [self.value(item, f"{name}.{i}") for i in range(cap)]
                return V.SeqOf(length, tuple(x for x, _ in items)), conj(ok, *(good for _, good in items))
        raise V.unsupported(f"a value of {T.show(t)}")

    def number(self, lo: int, hi: int, name: str) -> tuple[Num, Any]:
        """A number between two limits."""
        if lo == hi:
            return literal(lo), True
        bits = width(lo, hi)
        n = Num(lo, hi, self._leaf(z3.BitVec(f"{self.prefix}{name}", bits)))
        # The limits that `between` would find in the number itself are what has to be said here.
        wide = Num(-(1 << bits - 1), (1 << bits - 1) - 1, n.term)
        return n, between(lo, wide, hi)

    def _product(self, types, name: str):
        made = [self.value(t, f"{name}.{i}") for i, t in enumerate(types)]
        return V.Product(tuple(x for x, _ in made)), conj(*(ok for _, ok in made))

    def _leaf(self, constant):
        self.made.append(constant)
        return constant


@dataclass(frozen=True, eq=False)
class Site:
    """A choice as the solver makes it: element number `pick` of those that may be in the set. `there` says of each
    whether it is, and `when` whether the choice is made at all."""

    pick: Num
    there: tuple
    when: Any


@dataclass(frozen=True, eq=False)
class Alternative:
    """One action by its index (-1: the initialisation).

    ready: the inputs are values that it may be given; enabled: with them it completes or fails in `now`;
    error: it fails; step: it leads from `now` to `next`.
    """

    index: int
    params: dict[str, Any]
    sites: tuple[Site, ...]
    ready: Any
    enabled: Any
    error: Any
    step: Any


@dataclass(eq=False)
class Encoding:
    """The formulas of one model.

    now, next: the values of the variables; typed: that `now` is a state at all; init: `next` is an initial state;
    init_error, error: the initialisation, or a step from `now`, fails; step: from `now` to `next`.
    """

    model: ir.Model
    forms: Forms
    terms: Terms
    now: dict[str, Any]
    next: dict[str, Any]
    typed: Any
    now_leaves: list
    next_leaves: list
    input_leaves: list
    selector: Num
    alternatives: list[Alternative]
    start: Alternative
    frame: Frame = field(init=False)

    def __post_init__(self):
        self.frame = Frame(self.now)
        self._functions: dict[str, tuple[Any, Any]] = {}

    @property
    def init(self):
        """`next` is an initial state."""
        return self.start.step

    @property
    def init_error(self):
        """The initialisation fails."""
        return self.start.error

    @property
    def step(self):
        """A step leads from `now` to `next`."""
        return disj(*(conj(self.selected(a), a.step) for a in self.alternatives))

    @property
    def error(self):
        """A step from `now` fails."""
        return disj(*(conj(self.selected(a), a.error) for a in self.alternatives))

    def selected(self, a: Alternative):
        """The inputs pick this action."""
        return equal(self.selector, literal(a.index))

    def holds(self, name: str) -> Any:
        """The invariant, constraint or the like holds in `now` and can be evaluated."""
        error, value = self.function(name)
        return conj(neg(error), value)

    def function(self, name: str) -> tuple[Any, Any]:
        """Error condition and value of a function without parameters in `now`."""
        if name not in self._functions:
            form = self.forms.function(name)
            self._functions[name] = self.terms.cond(form.error, self.frame), self.terms.cond(form.value, self.frame)
        return self._functions[name]

    def stepwise(self, name: str) -> Any:
        """The step invariant holds of the step from `now` to `next`; a step that changes nothing satisfies it."""
        form = self.forms.function(name)
        frame = Frame(self.next, self.now)
        value = conj(neg(self.terms.cond(form.error, frame)), self.terms.cond(form.value, frame))
        return disj(self.unchanged, value)

    @property
    def unchanged(self):
        """`now` and `next` are the same state."""
        return conj(*(V.eq(self.now[n], self.next[n]) for n in self.now))

    def terminal(self):
        """Stopping in `now` is allowed."""
        return conj(*map(self.holds, self.model.terminals)) if self.model.terminals else False

    def is_state(self, values: tuple) -> Any:
        """`now` is the state with these plain values."""
        return conj(*(V.is_plain(self.now[v.name], x) for v, x in zip(self.model.vars, values)))


def encode(model: ir.Model) -> Encoding:
    """The encoding of a model. Raises UnsupportedError for what cannot be given to the solver."""
    forms = Forms(model)
    terms = Terms(model, lambda name: forms.raw(name).value)
    before, after, inputs = Constants("now:"), Constants("next:"), Constants("in:")
    now, typed = _state(model, before)
    following, _ = _state(model, after)
    selector, selectable = inputs.number(0, max(1, len(model.actions) - 1), "action")
    builder = _Builder(model, terms, inputs, now, following)
    alternatives = [builder.alternative(i, a.name, a.params, forms.action(a)) for i, a in enumerate(model.actions)]
    start = builder.alternative(-1, "init", (), forms.init())
    return Encoding(model, forms, terms, now, following, typed, before.made, after.made, inputs.made, selector,
                    alternatives, start)


def _state(model: ir.Model, constants: Constants) -> tuple[dict[str, Any], Any]:
    made = {v.name: constants.value(v.type, v.name) for v in model.vars}
    return {n: x for n, (x, _) in made.items()}, conj(*(ok for _, ok in made.values()))


class _Builder:
    def __init__(self, model: ir.Model, terms: Terms, inputs: Constants, now: dict, following: dict):
        self.model, self.terms, self.inputs, self.now, self.following = model, terms, inputs, now, following

    def alternative(self, index: int, name: str, params, form: Form) -> Alternative:
        """The inputs and formulas of one action, or of the initialisation."""
        frame, ready = Frame(self.now if index >= 0 else {}), []
        for p in params:
            frame.env[p.name], ok = self._param(p, name)
            ready.append(ok)
        chosen, sites = dict(frame.env), []
        for n, site in enumerate(form.choices):
            made, ok = self._site(site, frame, f"{name}:{n}")
            sites.append(made)
            ready.append(ok)
        ready = conj(*ready)
        error, guard = self.terms.cond(form.error, frame), self.terms.cond(form.guard, frame)
        return self._alternative(index, form, frame, chosen, tuple(sites), ready, error, guard)

    def _alternative(self, index, form, frame, params, sites, ready, error, guard) -> Alternative:
        updates = {n: self.terms.value(e, frame) for n, e in form.updates.items()}
        fits = conj(*(V.inside(v.type, updates[v.name]) for v in self.model.vars if v.name in updates))
        moved = conj(*(V.eq(self.following[v.name], updates.get(v.name, self.now[v.name])) for v in self.model.vars))
        step = conj(ready, neg(error), guard, fits, moved)
        failing = conj(ready, disj(error, conj(guard, neg(fits))))
        return Alternative(index, params, sites, ready, conj(ready, disj(error, guard)), failing, step)

    def _param(self, p: ir.Param, action: str) -> tuple[Any, Any]:
        value, ok = self.inputs.value(_hull(p), f"{action}:{p.name}")
        if len(p.values) < plain.size(_hull(p)):
            ok = conj(ok, disj(*(V.is_plain(value, v) for v in p.values)))
        return value, ok

    def _site(self, site: ChoiceSite, frame: Frame, name: str) -> tuple[Site, Any]:
        """A choice: where it is made, its value is an element of the set."""
        when, over = self.terms.cond(site.when, frame), self.terms.value(site.over, frame)
        keys = tuple(k for k, b in over.bits.items() if b is not False) if over is not None else ()
        if not keys:
            return Site(literal(0), (), when), neg(when)
        pick, ok = self.inputs.number(0, len(keys) - 1, name)
        picked = [equal(pick, literal(i)) for i in range(len(keys))]
        there = tuple(over.bits[k] for k in keys)
        value = V.of_plain(site.over.type.item, keys[-1])
        for k, here in reversed(list(zip(keys, picked))):
            value = V.ite(here, V.of_plain(site.over.type.item, k), value)
        frame.env[site.local] = value
        return Site(pick, there, when), implies(when, conj(ok, disj(*map(conj, picked, there))))


def _hull(p: ir.Param) -> T.Type:
    """A finite type with the values of a parameter."""
    if isinstance(p.type, T.Int):
        return T.Int(min(p.values), max(p.values))
    return p.type


def assignment(value, known) -> Iterator[tuple[z3.ExprRef, z3.ExprRef]]:
    """Which constant of a value made by `Constants` has which known value, so that the whole is `known`."""
    match value:
        case Num():
            if value.term is not None:
                yield value.term, z3.BitVecVal(known.lo, value.term.size())
        case V.Product(items):
            for x, y in zip(items, known.items):
                yield from assignment(x, y)
        case V.Opt(present, inner):
            yield present, z3.BoolVal(known.present)
            if known.present:
                yield from assignment(inner, known.value)
        case V.SetOf(bits):
            for k, b in bits.items():
                yield b, z3.BoolVal(known.bits.get(k, False))
        case V.BagOf(counts):
            for k, n in counts.items():
                yield from assignment(n, known.counts.get(k, V.ZERO))
        case V.SeqOf(length, items):
            yield from assignment(length, known.length)
            for x, y in zip(items, known.items):
                yield from assignment(x, y)
        case _:
            yield value, z3.BoolVal(known)
