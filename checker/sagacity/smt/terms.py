"""What does an expression of the IR mean to the solver?  Evaluation over values that may be unknown.

What is known is computed at once, so an expression over known values evaluates to a known value. Quantifiers and
folds are unrolled over what may be in their collection. Evaluation never fails: where the language faults, the value
has no
meaning, and functional forms do not look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import walk
from . import bits as B
from . import values as V
from .bits import conj, disj, neg
from .operators import OPERATORS

#: Operators that put a value that has no meaning inside one that has.
_COMPLETE = frozenset({"record", "tuple", "map", "seq", "none"})
_PARTIAL = frozenset({"replace", "with"})


class Frame:
    """What an expression may look at: variables now, variables before the step, locals."""

    __slots__ = ("env", "memo", "old", "vars")

    def __init__(self, vars: dict[str, Any], old: dict[str, Any] | None = None, env: dict[str, Any] | None = None):
        self.vars, self.old, self.env = vars, old or {}, env or {}
        self.memo: dict = {}

    def within(self, **env) -> Frame:
        """The same state, with other locals."""
        other = Frame(self.vars, self.old, {**self.env, **env})
        other.memo = self.memo
        return other


class Terms:
    """Evaluates the expressions of one model. `raw(name)` gives the expression that is the value of a pure function."""

    def __init__(self, model: ir.Model, raw: Callable[[str], ir.Expr]):
        self.model, self.raw = model, raw
        self._free: dict[int, tuple[ir.Expr, tuple[str, ...]]] = {}

    def value(self, e: ir.Expr, frame: Frame) -> Any:
        """The value of an expression. Shared subexpressions are evaluated once for the same values of their locals."""
        env = frame.env
        key = (id(e), *(id(env.get(n)) for n in self.free(e)))
        done = frame.memo.get(key)
        if done is None:
            kept = [env.get(n) for n in self.free(e)]   # so that the identities in the key stay theirs
            done = frame.memo[key] = (self._value(e, frame), kept, e)
        return done[0]

    def cond(self, e: ir.Expr, frame: Frame) -> Any:
        """The value of a boolean expression; false where it has none."""
        v = self.value(e, frame)
        return False if v is None else v

    def free(self, e: ir.Expr) -> tuple[str, ...]:
        """The locals that an expression takes from outside."""
        if id(e) not in self._free:
            names = {n for part in walk.children(e) for n in self.free(part)} - set(walk.binders(e))
            names |= {n for part in _outside(e) for n in self.free(part)}
            if isinstance(e, ir.Local):
                names = {e.name}
            self._free[id(e)] = e, tuple(sorted(names))
        return self._free[id(e)][1]

    def _value(self, e: ir.Expr, f: Frame) -> Any:
        match e:
            case ir.Lit(value=v) | ir.Const(value=v):
                return V.of_plain(e.type, v)
            case ir.Var(name=name):
                return f.vars[name]
            case ir.Old(name=name):
                return f.old[name]
            case ir.Local(name=name):
                return f.env.get(name)
            case ir.Op():
                return self._op(e, f)
            case ir.Bind():
                return self._bind(e, f)
            case ir.Call():
                params = self.model.function(e.function).params
                inner = Frame(f.vars, f.old, {p.name: self.value(a, f) for p, a in zip(params, e.args)})
                inner.memo = f.memo
                return self.value(self.raw(e.function), inner)
            case ir.Let():
                return self.value(e.body, f.within(**{e.local: self.value(e.value, f)}))
            case ir.Fold():
                return self._fold(e, f)
        raise V.unsupported(type(e).__name__)

    def _op(self, e: ir.Op, f: Frame) -> Any:
        match e.op:
            case "and" | "or":
                return self._all(e.args, f) if e.op == "and" else neg(self._all(e.args, f, neg))
            case "implies":
                left = self.cond(e.args[0], f)
                return True if left is False else B.implies(left, self.cond(e.args[1], f))
            case "ite":
                c = self.cond(e.args[0], f)
                if isinstance(c, bool):
                    return self.value(e.args[1 if c else 2], f)
                return V.ite(c, self.value(e.args[1], f), self.value(e.args[2], f))
        args = [self.value(a, f) for a in e.args]
        if any(a is None for a in (args[:1] if e.op in _PARTIAL else args)) and e.op not in _COMPLETE:
            return False if isinstance(e.type, T.Bool) else None
        return OPERATORS[e.op](e, *args)

    def _all(self, parts, f: Frame, view=lambda c: c) -> Any:
        found = []
        for part in parts:
            c = view(self.cond(part, f))
            if c is False:
                return False
            found.append(c)
        return conj(*found)

    def _elements(self, e: ir.Bind | ir.Fold, f: Frame) -> list[tuple[Any, Any]]:
        over = self.value(e.over, f)
        return V.elements(e.over.type, over)

    def _bind(self, e: ir.Bind, f: Frame) -> Any:
        found = []
        for there, x in self._elements(e, f):
            inner = f.within(**{e.local: x})
            if e.where is not None and there is not False:
                there = conj(there, self.cond(e.where, inner))
            if there is not False:
                found.append((there, inner))
        match e.kind:
            case "all":
                return conj(*(B.implies(there, self.cond(e.body, inner)) for there, inner in found))
            case "any":
                return disj(*(conj(there, self.cond(e.body, inner)) for there, inner in found))
            case "map":
                return V.Product(tuple(self.value(e.body, inner) for _, inner in found))
        bodies = [(there, self.value(e.body, inner)) for there, inner in found]
        if e.kind == "set":
            made = V.SetOf({})
            for there, x in bodies:
                made = V.with_element(made, x, there)
            return made
        over = self.value(e.over, f)
        if e.where is None and isinstance(over, V.SeqOf):
            return V.SeqOf(over.length, tuple(x for _, x in bodies))
        seq = V.SeqOf(V.ZERO, ())
        for there, x in bodies:
            seq = V.appended(seq, x, there)
        return seq

    def _fold(self, e: ir.Fold, f: Frame) -> Any:
        acc = self.value(e.init, f)
        for there, x in self._elements(e, f):
            if there is not False:
                acc = V.ite(there, self.value(e.body, f.within(**{e.acc: acc, e.local: x})), acc)
        return acc


def _outside(e: ir.Expr) -> tuple[ir.Expr, ...]:
    """The parts of a binder that its variable does not reach."""
    match e:
        case ir.Bind():
            return (e.over,)
        case ir.Let():
            return (e.value,)
        case ir.Fold():
            return (e.init, e.over)
    return ()
