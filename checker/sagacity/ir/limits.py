"""What is certain about the value of an expression?  A sound, deliberately simple interval analysis.

The type that an expression carries is what the user declared; in the middle of a body a
variable may be outside it, since ranges are checked at the end. `known` trusts only what
cannot be: the state before the step, parameters, elements of whole domains, literals.
"""

from __future__ import annotations

from . import types as T
from .nodes import Const, Expr, Lit, Local, Op, Var


class Limits:
    """Types with trustworthy ranges: of variables before the step, and of the locals in scope."""

    def __init__(self, variables: dict[str, T.Type], locals_: dict[str, T.Type]):
        self.variables = variables
        self.locals = locals_

    def known(self, e: Expr) -> T.Type:
        """A type that certainly has the value of `e`."""
        match e:
            case Lit() | Const():
                return T.Int(e.value, e.value) if isinstance(e.type, T.Int) else e.type
            case Var():
                return self.variables.get(e.name, T.erase(e.type))
            case Local():
                return self.locals.get(e.name, T.erase(e.type))
            case Op():
                return self._known_op(e)
        return T.erase(e.type)

    def range(self, e: Expr) -> tuple[int, int] | None:
        """Smallest and largest value of an integer expression, where both are certain."""
        match self.known(e):
            case T.Int(lo, hi) if lo is not None:
                return lo, hi
        return None

    def _known_op(self, e: Op) -> T.Type:
        args = [self.known(a) for a in e.args]
        match e.op, args:
            case ("domain", _):
                return e.type
            case ("field", [T.Record() as r]):
                return r.fields[r.index(e.name)][1]
            case ("item", [T.Tuple(items)]):
                return items[int(e.name)]
            case ("tuple", _):
                return T.Tuple(tuple(args))
            case ("some", [item]):
                return T.Option(item)
            case ("unwrap", [T.Option(item)]):
                return item
            case ("keys", [T.Map(key, _)]):
                return T.Set(key)
            case ("values", [T.Map(_, value)]) | ("index", [T.Map(_, value), _]):
                return T.Seq(value) if e.op == "values" else value
            case ("items", [T.Map(key, value)]):
                return T.Seq(T.Tuple((key, value)))
            case ("index", [T.Seq(item), _]) | ("min" | "max", [T.Set(item) | T.Seq(item) | T.Bag(item)]):
                return item
            case ("ite", [_, a, b]):
                return T.join(a, b) or T.erase(e.type)
            case ("len", [T.Set(_, cap) | T.Seq(_, cap) | T.Bag(_, cap)]) if cap is not None:
                return T.Int(0, cap)
            case (("add" | "sub" | "neg"), [*ints]) if all(isinstance(t, T.Int) and t.lo is not None for t in ints):
                return _arithmetic(e.op, ints)
        return T.erase(e.type)


def _arithmetic(op: str, args: list[T.Int]) -> T.Int:
    if op == "neg":
        return T.Int(-args[0].hi, -args[0].lo)
    a, b = args
    return T.Int(a.lo + b.lo, a.hi + b.hi) if op == "add" else T.Int(a.lo - b.hi, a.hi - b.lo)
