"""Which conditions say nothing, and which can never hold?  Conditions as a person would write them.

The functional form (ir.functional) compares subexpressions by identity, because equal ones may be as large as
exponential. Here the small ones are compared by structure, and a constant equals the number that it stands for:
the exported module assumes the values of its constants. Only conjunctions, disjunctions and what stands directly
in them are rewritten; every other node stays the same object, so that sharing is not lost.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T
from ..ir.simplify import and_, boolean, is_false, is_true, not_, or_
from ..ir.walk import children

#: Expressions of more nodes than this are compared by identity only.
MOST_NODES = 60


class Tidy:
    """Conditions of one unit, rewritten; results are remembered by the identity of the expression."""

    def __init__(self):
        self._done: dict[int, tuple[ir.Expr, ir.Expr]] = {}

    def __call__(self, e: ir.Expr) -> ir.Expr:
        """An equivalent condition, of an expression that is evaluated without a fault."""
        if id(e) not in self._done:
            self._done[id(e)] = (e, self._tidied(e))
        return self._done[id(e)][1]

    def _tidied(self, e: ir.Expr) -> ir.Expr:
        if not isinstance(e, ir.Op):
            return e
        match e.op:
            case "and" | "or":
                return self._junction(e)
            case "not":
                inner = self(e.args[0])
                return e if inner is e.args[0] else not_(inner)
            case "eq" | "le" if alike(*e.args):
                return boolean(True, e.loc)
            case "eq" if _never_empty(*e.args):
                return boolean(False, e.loc)
        return e

    def _junction(self, e: ir.Op) -> ir.Expr:
        args = [self(a) for a in e.args]
        if all(a is b for a, b in zip(args, e.args)) and not _redundant(args):
            return e
        joined = (and_ if e.op == "and" else or_)(*args)
        if is_true(joined) or is_false(joined) or not isinstance(joined, ir.Op) or joined.op != e.op:
            return joined
        kept: list[ir.Expr] = []
        for a in joined.args:
            if any(alike(a, k) for k in kept):
                continue
            if any(opposite(a, k) for k in kept):
                return boolean(e.op == "or", e.loc)
            kept.append(a)
        return (and_ if e.op == "and" else or_)(*kept)


def _redundant(args) -> bool:
    return any(alike(a, b) or opposite(a, b) for i, a in enumerate(args) for b in args[:i])


def alike(a: ir.Expr, b: ir.Expr) -> bool:
    """Certainly the same value, wherever both can be evaluated."""
    return a is b or small(a) and small(b) and _alike(a, b)


def opposite(a: ir.Expr, b: ir.Expr) -> bool:
    """Is certainly one of the two conditions the negation of the other?"""
    a, b = _normal(a), _normal(b)
    for x, y in ((a, b), (b, a)):
        if isinstance(x, ir.Op):
            if x.op == "not" and alike(x.args[0], y):
                return True
            if x.op == "le" and isinstance(y, ir.Op) and y.op == "lt" and alike(x.args[0], y.args[1]) \
                    and alike(x.args[1], y.args[0]):
                return True
    return False


def _normal(e: ir.Expr) -> ir.Expr:
    """A negated comparison of integers as the comparison that it is."""
    inner = e.args[0] if isinstance(e, ir.Op) and e.op == "not" else None
    if isinstance(inner, ir.Op) and inner.op in ("lt", "le") and isinstance(inner.args[0].type, T.Int):
        return replace(inner, op="le" if inner.op == "lt" else "lt", args=inner.args[::-1])
    return e


def _alike(a: ir.Expr, b: ir.Expr) -> bool:
    a, b = _normal(a), _normal(b)
    if isinstance(a, (ir.Lit, ir.Const)) and isinstance(b, (ir.Lit, ir.Const)):
        return a.value == b.value and type(a.value) is type(b.value)
    if type(a) is not type(b):
        return False
    if isinstance(a, ir.Op):
        return (a.op, a.name, len(a.args)) == (b.op, b.name, len(b.args)) and all(map(_alike, a.args, b.args))
    if isinstance(a, ir.Call):
        return a.function == b.function and all(map(_alike, a.args, b.args))
    return isinstance(a, (ir.Var, ir.Old, ir.Local)) and a.name == b.name


def _never_empty(a: ir.Expr, b: ir.Expr) -> bool:
    """Is the comparison that of the length of a non-empty literal with 0?"""
    return (isinstance(a, ir.Op) and a.op == "len" and isinstance(a.args[0], ir.Op) and bool(a.args[0].args)
            and a.args[0].op in ("seq", "set", "bag") and isinstance(b, ir.Lit) and b.value == 0)


def small(e: ir.Expr) -> bool:
    """Has it few nodes as a tree? Counted with repetitions: a small graph can be an exponential tree."""
    todo, count = [e], 0
    while todo and count <= MOST_NODES:
        count += 1
        todo += children(todo.pop())
    return count <= MOST_NODES
