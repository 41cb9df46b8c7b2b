"""Fitting a typed expression to the type that its place asks for."""

from __future__ import annotations

from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T

_LITERALS = {"seq": T.Seq, "set": T.Set, "bag": T.Bag}


def coerce(e: ir.Expr, target: T.Type) -> ir.Expr | None:
    """`e` as a value of `target`, ranges and capacities aside; None where that is impossible.

    A value is wrapped where an option is wanted; literals are rebuilt so that their parts fit.
    """
    if T.erase(e.type) == T.erase(target):
        return e
    if (
        isinstance(e, ir.Lit)
        and isinstance(target, T.Set | T.Seq | T.Bag)
        and isinstance(e.type, type(target))
        and e.value == ()
    ):
        return replace(e, type=target)
    if isinstance(e, ir.Op):
        if (rebuilt := _rebuild(e, target)) is not None:
            return rebuilt
    if isinstance(target, T.Option):
        if isinstance(e.type, T.Option):
            return replace(e, type=target) if e.type.item == T.BOTTOM else None
        inner = coerce(e, target.item)
        return inner and ir.Op(op="some", args=(inner,), type=target, loc=e.loc)
    if isinstance(e, ir.Bind) and e.kind in ("seq", "set") and isinstance(e.type, type(target)):
        body = coerce(e.body, target.item)
        return body and replace(e, body=body, type=type(target)(body.type))
    if isinstance(e, ir.Bind) and e.kind == "map" and isinstance(target, T.Map) and e.type.key == target.key:
        body = coerce(e.body, target.value)
        return body and replace(e, body=body, type=T.Map(target.key, body.type))
    if not _has_bottom(e.type):
        return None
    joined = T.join(e.type, target)  # an empty collection, or None, inside a local: only its type was unknown
    return replace(e, type=joined) if joined is not None and T.erase(joined) == T.erase(target) else None


def _has_bottom(t: T.Type) -> bool:
    match t:
        case T.Bottom():
            return True
        case T.Option(i) | T.Set(i) | T.Seq(i) | T.Bag(i) | T.Map(_, i):
            return _has_bottom(i)
        case T.Tuple(items):
            return any(map(_has_bottom, items))
        case T.Record(_, fields):
            return any(_has_bottom(f) for _, f in fields)
    return False


def _rebuild(e: ir.Op, target: T.Type) -> ir.Expr | None:
    if e.op == "none" and isinstance(target, T.Option):
        return replace(e, type=target)
    if e.op in _LITERALS and isinstance(target, _LITERALS[e.op]):
        return _with_parts(e, e.args, [target.item] * len(e.args), type(target)(target.item))
    if e.op == "map" and isinstance(target, T.Map) and e.type.key == target.key:
        return _with_parts(e, e.args, [target.value] * len(e.args), target)
    if e.op == "tuple" and isinstance(target, T.Tuple) and len(target.items) == len(e.args):
        return _with_parts(e, e.args, target.items, target)
    if e.op == "ite":
        then, orelse = coerce(e.args[1], target), coerce(e.args[2], target)
        if then is not None and orelse is not None:
            return replace(e, args=(e.args[0], then, orelse), type=target)
    return None


def _with_parts(e: ir.Op, parts, types, t: T.Type) -> ir.Expr | None:
    new = [coerce(p, i) for p, i in zip(parts, types)]
    return None if any(n is None for n in new) else replace(e, args=tuple(new), type=t)


def strict(e: ir.Expr) -> ir.Expr:
    """The value of an option where a value is needed: None there is a fault."""
    if isinstance(e.type, T.Option):
        return ir.Op(op="unwrap", args=(e,), type=e.type.item, loc=e.loc)
    return e


def unify(a: ir.Expr, b: ir.Expr) -> tuple[ir.Expr, ir.Expr, T.Type] | None:
    """Both expressions at the joined type; None where the types have none."""
    t = T.join(a.type, b.type)
    if t is None:
        return None
    x, y = coerce(a, t), coerce(b, t)
    return None if x is None or y is None else (x, y, t)
