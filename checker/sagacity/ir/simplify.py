"""Which expressions can be written shorter?  Constructors that simplify constants on the fly.

Dropping an operand may drop its faults. That is intended: the functional form states the
faults of an execution separately, and evaluates nothing where there is one.
"""

from __future__ import annotations

from dataclasses import replace

from . import types as T
from .limits import Limits
from .nodes import Bind, Const, Expr, Fold, Lit, Local, Old, Op, Var
from .types import BOOL

NO_LIMITS = Limits({}, {})


def boolean(value: bool, loc) -> Lit:
    """The literal True or False."""
    return Lit(value=value, type=BOOL, loc=loc)


def is_true(e: Expr) -> bool:
    """Is `e` the literal True?"""
    return isinstance(e, Lit) and e.value is True


def is_false(e: Expr) -> bool:
    """Is `e` the literal False?"""
    return isinstance(e, Lit) and e.value is False


def same(a: Expr, b: Expr) -> bool:
    """Certainly the same value: the same object, or equal leaves (deep comparison could take exponential time)."""
    return a is b or (isinstance(a, (Lit, Const, Var, Old, Local)) and type(a) is type(b) and a == b)


def and_(*args: Expr) -> Expr:
    """Lazy conjunction, flattened."""
    return _junction("and", args)


def or_(*args: Expr) -> Expr:
    """Lazy disjunction, flattened."""
    return _junction("or", args)


def _junction(op: str, args: tuple[Expr, ...]) -> Expr:
    decisive, neutral = (is_false, is_true) if op == "and" else (is_true, is_false)
    kept: list[Expr] = []
    for a in (part for arg in args for part in (arg.args if isinstance(arg, Op) and arg.op == op else (arg,))):
        a = _given(a, kept, op)
        if neutral(a) or any(same(a, k) for k in kept):
            continue
        if decisive(a) or any(_opposite(a, k) for k in kept):
            return boolean(op == "or", a.loc)
        kept.append(a)
    if not kept:
        return boolean(op == "and", args[0].loc)
    return kept[0] if len(kept) == 1 else Op(op=op, args=tuple(kept), type=BOOL, loc=kept[0].loc)


def _given(a: Expr, kept: list[Expr], op: str) -> Expr:
    """`a` where `kept` is undecided: x or (not x and y) is x or y, and its dual."""
    dual = "or" if op == "and" else "and"
    if not isinstance(a, Op) or a.op != dual:
        return a
    parts = tuple(p for p in a.args if not any(_opposite(p, k) for k in kept))
    if len(parts) == len(a.args):
        return a
    return _junction(dual, parts) if parts else boolean(dual == "and", a.loc)


def _opposite(a: Expr, b: Expr) -> bool:
    return any(isinstance(x, Op) and x.op == "not" and same(x.args[0], y) for x, y in ((a, b), (b, a)))


def not_(a: Expr) -> Expr:
    """Negation."""
    if isinstance(a, Lit):
        return boolean(not a.value, a.loc)
    if isinstance(a, Op) and a.op == "not":
        return a.args[0]
    return Op(op="not", args=(a,), type=BOOL, loc=a.loc)


def ite(cond: Expr, then: Expr, orelse: Expr) -> Expr:
    """Conditional."""
    if is_true(cond) or same(then, orelse):
        return then
    if is_false(cond):
        return orelse
    if is_true(then) or is_false(orelse):
        return or_(cond, orelse) if is_true(then) else and_(cond, then)
    if is_false(then) or is_true(orelse):
        return and_(not_(cond), orelse) if is_false(then) else or_(not_(cond), then)
    if isinstance(cond, Op) and cond.op == "not":
        cond, then, orelse = cond.args[0], orelse, then
    t = T.join(then.type, orelse.type) or then.type
    return Op(op="ite", args=(cond, then, orelse), type=t, loc=cond.loc)


def make(e: Expr, limits: Limits = NO_LIMITS) -> Expr:
    """`e`, whose children are simplified already, in its simplest form."""
    if isinstance(e, Bind):
        return _quantifier(e)
    if not isinstance(e, Op):
        return e
    match e.op:
        case "and" | "or":
            return _junction(e.op, e.args) if e.args else boolean(e.op == "and", e.loc)
        case "not":
            return not_(*e.args)
        case "implies":
            a, b = e.args
            return or_(not_(a), b) if any(isinstance(x, Lit) for x in e.args) else e
        case "ite":
            return ite(*e.args)
        case "le" | "lt" | "eq":
            return _comparison(e, limits)
        case "item" | "field":
            return _projection(e)
    return e


def _quantifier(e: Bind) -> Expr:
    if (e.kind == "any" and is_false(e.body)) or (e.kind == "all" and is_true(e.body)):
        return e.body
    if e.kind == "any" and e.where is not None and is_false(e.where):
        return e.where
    return replace(e, where=None) if e.where is not None and is_true(e.where) else e


def _never(fold: Fold, value: int) -> bool:
    """Can the fold, whose result is one of a few literals, not be `value`?"""
    todo = [fold.init, fold.body]
    while todo:
        match todo.pop():
            case Lit(value=v) if v != value:
                pass
            case Local(name=name) if name == fold.acc:
                pass
            case Op(op="ite", args=(_, then, orelse)):
                todo += [then, orelse]
            case _:
                return False
    return True


def _comparison(e: Op, limits: Limits) -> Expr:
    a, b = e.args
    if e.op == "eq" and isinstance(a, Fold) and isinstance(b, Lit) and _never(a, b.value):
        return boolean(False, e.loc)
    if same(a, b):
        return boolean(e.op != "lt", e.loc)
    if all(isinstance(x, (Lit, Const)) for x in e.args):
        return boolean(a.value == b.value if e.op == "eq" else a.value < b.value or
                       (e.op == "le" and a.value == b.value), e.loc)
    if not isinstance(a.type, T.Int) or not isinstance(b.type, T.Int):
        return e
    x, y = limits.range(a), limits.range(b)
    if x is None or y is None:
        return e
    if x[1] < y[0] or (e.op == "le" and x[1] == y[0]):
        return boolean(e.op != "eq", e.loc)
    if x[0] > y[1] or (e.op == "lt" and x[0] == y[1]):
        return boolean(False, e.loc)
    return e


def _projection(e: Op) -> Expr:
    inner = e.args[0]
    if isinstance(inner, Op) and inner.op in ("tuple", "record"):
        return inner.args[int(e.name) if e.op == "item" else inner.type.index(e.name)]
    return e
