"""Does an update keep a variable inside its type, whatever the state?  Then no check needs to be exported."""

from __future__ import annotations

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.limits import Limits


def stays(e: ir.Expr, t: T.Type, limits: Limits) -> bool:
    """Is the value of `e`, which is evaluated without a fault, certainly one of `t`? Conservative."""
    if isinstance(e, (ir.Lit, ir.Const)):
        return values.belongs(t, e.value)
    if T.fits(limits.known(e), t):
        return True
    return isinstance(e, ir.Op) and _op(e, t, limits)


def _op(e: ir.Op, t: T.Type, limits: Limits) -> bool:
    def all_stay(*pairs) -> bool:
        return all(stays(a, u, limits) for a, u in pairs)

    args = e.args
    match e.op, t:
        case "ite", _:
            return all_stay((args[1], t), (args[2], t))
        case "with", T.Map(_, item) | T.Seq(item):
            return all_stay((args[0], t), (args[2], item))
        case "replace", T.Record(_, fields):
            return all_stay((args[0], t), (args[1], dict(fields)[e.name]))
        case "record", T.Record(_, fields):
            return all_stay(*zip(args, (f for _, f in fields)))
        case "tuple", T.Tuple(items):
            return all_stay(*zip(args, items))
        case "none", _:
            return True
        case "some", T.Option(item):
            return all_stay((args[0], item))
        case "map", T.Map(_, item):
            return all_stay(*((a, item) for a in args))
        case ("seq" | "set" | "bag"), T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            return (cap is None or len(args) <= cap) and all_stay(*((a, item) for a in args))
        case ("append" | "insert" | "insertset" | "insertbag"), T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            # The operator's own capacity is part of the error condition.
            fits = cap is None or (e.type.cap is not None and e.type.cap <= cap)
            return fits and all_stay((args[0], t), (args[-1], item))
        case ("removeat" | "removefirst" | "removeset" | "removebag" | "discard" | "slice" | "difference"), _:
            return all_stay((args[0], t))
    return False
