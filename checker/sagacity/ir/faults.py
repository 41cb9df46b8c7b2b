"""When does an expression fault?  Its error condition, as an expression that itself never does.

The condition follows the order of evaluation: strict left to right, lazy where the language is.
"""

from __future__ import annotations

from typing import Callable

from ..errors import Diagnostic, InternalError
from . import types as T
from .nodes import OPS, Bind, Call, Expr, Fold, Let, Lit, Local, Op
from .simplify import and_, boolean, is_false, ite, not_, or_
from .types import BOOL, INT
from .walk import Names, subexpressions

#: How far an `all` or `any` has come: going on, decided, failed.
GOING, DECIDED, FAILED = range(3)


def may_fault(e: Expr) -> bool:
    """Does `e` contain an operator that could fault? (Calls that are kept in functional forms cannot.)"""
    return any(isinstance(x, Op) and OPS[x.op][1] is not None for x in subexpressions(e))


def integer(value: int, like: Expr) -> Lit:
    """An integer literal standing where `like` stands."""
    return Lit(value=value, type=INT, loc=like.loc)


class Faults:
    """Error conditions. `of_call(call)` gives that of a function's body for the arguments of a call."""

    def __init__(self, of_call: Callable[[Call], Expr], names: Names):
        self.of_call = of_call
        self.names = names

    def error(self, e: Expr) -> Expr:
        """True exactly where evaluating `e` ends in a fault."""
        match e:
            case Op():
                return self._op(e)
            case Bind():
                return or_(self.error(e.over), self._bind(e))
            case Call():
                return or_(*map(self.error, e.args), self.of_call(e))
            case Let():
                inner = self.error(e.body)
                if not is_false(inner):
                    inner = Let(local=e.local, value=e.value, body=inner, type=BOOL, loc=e.loc)
                return or_(self.error(e.value), inner)
            case Fold() if not is_false(self.error(e.body)):
                raise InternalError(Diagnostic(code="SAG990", message="a fold whose body may fault", loc=e.loc))
            case Fold():
                return or_(self.error(e.init), self.error(e.over))
        return boolean(False, e.loc)

    def _op(self, e: Op) -> Expr:
        match e.op:
            case "and" | "or":
                result = boolean(False, e.loc)
                for a in reversed(e.args):
                    reached = and_(a, result) if e.op == "and" else and_(not_(a), result)
                    result = or_(self.error(a), reached)
                return result
            case "implies":
                a, b = e.args
                return or_(self.error(a), and_(a, self.error(b)))
            case "ite":
                cond, then, orelse = e.args
                return or_(self.error(cond), ite(cond, self.error(then), self.error(orelse)))
        own = OWN[e.op](e) if OPS[e.op][1] else boolean(False, e.loc)
        return or_(*map(self.error, e.args), own) if e.args else own

    def _bind(self, e: Bind) -> Expr:
        bad = self.error(e.body)
        if e.where is not None:
            bad = or_(self.error(e.where), and_(e.where, bad))
        if is_false(bad):
            return bad
        if e.kind in ("all", "any"):
            return self._quantifier(e, bad)
        return Bind(kind="any", local=e.local, over=e.over, body=bad, type=BOOL, loc=e.loc)

    def _quantifier(self, e: Bind, bad: Expr) -> Expr:
        """A fold, since an element counts only if no earlier one decides."""
        acc = Local(name=self.names.fresh("progress"), type=T.Int(GOING, FAILED), loc=e.loc)
        decisive = e.body if e.kind == "any" else not_(e.body)
        if e.where is not None:
            decisive = and_(e.where, decisive)
        step = ite(bad, integer(FAILED, e), ite(decisive, integer(DECIDED, e), acc))
        going = equal(acc, integer(GOING, e))
        fold = Fold(acc=acc.name, init=integer(GOING, e), local=e.local, over=e.over,
                    body=ite(going, step, acc), type=acc.type, loc=e.loc)
        return equal(fold, integer(FAILED, e))


def _op(op: str, t: T.Type, *args: Expr, name: str = "") -> Op:
    return Op(op=op, args=args, name=name, type=t, loc=args[0].loc)


def equal(a: Expr, b: Expr) -> Expr:
    """a == b."""
    return _op("eq", BOOL, a, b)


def within(e: Expr, t: T.Type) -> Expr:
    """Is the value of `e` one of the finite type `t`?"""
    match t:
        case T.Bool() | T.Enum() | T.Ids():
            return boolean(True, e.loc)
        case T.Int(lo, hi):
            return and_(_op("le", BOOL, integer(lo, e), e), _op("le", BOOL, e, integer(hi, e)))
        case T.Tuple(items):
            return and_(boolean(True, e.loc), *(
                within(_op("item", u, e, name=str(i)), u) for i, u in enumerate(items)))
        case T.Record(_, fields):
            return and_(boolean(True, e.loc), *(within(_op("field", u, e, name=n), u) for n, u in fields))
        case T.Option(item):
            inner = within(_op("unwrap", item, e), item)
            return inner if inner == boolean(True, e.loc) else or_(_op("isnone", BOOL, e), inner)
    return _op("in", BOOL, e, Op(op="domain", args=(), type=T.Set(t), loc=e.loc))


def _position(e: Op) -> Expr:
    c, k = e.args[:2]
    if isinstance(c.type, T.Map):
        return not_(within(k, c.type.key))
    return or_(_op("lt", BOOL, k, integer(0, k)), _op("le", BOOL, _op("len", INT, c), k))


def _absent(e: Op) -> Expr:
    return not_(_op("in", BOOL, e.args[1], e.args[0]))


def _full(e: Op) -> Expr:
    if e.type.cap is None:
        return boolean(False, e.loc)
    return _op("le", BOOL, integer(e.type.cap, e), _op("len", INT, e.args[0]))


def _empty(e: Op) -> Expr:
    return equal(_op("len", INT, e.args[0]), integer(0, e))


def _negative(e: Expr) -> Expr:
    return _op("lt", BOOL, e, integer(0, e))


#: op -> the condition on its arguments under which it faults by itself.
OWN: dict[str, Callable[[Op], Expr]] = {
    "floordiv": lambda e: equal(e.args[1], integer(0, e)), "mod": lambda e: equal(e.args[1], integer(0, e)),
    "unwrap": lambda e: _op("isnone", BOOL, e.args[0]),
    "index": _position, "with": _position, "removeat": _position,
    "append": _full, "insert": _full, "insertbag": _full, "insertset": lambda e: and_(_absent(e), _full(e)),
    "slice": lambda e: or_(_negative(e.args[1]), _negative(e.args[2])),
    "removefirst": _absent, "removeset": _absent, "removebag": _absent, "min": _empty, "max": _empty,
}
