"""How are IR expressions evaluated?  Each becomes a Python closure over a `Frame` of plain values."""

from __future__ import annotations

from typing import Any, Callable

from ..errors import Diagnostic, InternalError
from ..ir import nodes as ir
from .irops import distinct, operator


class Frame:
    """What an expression may look at: variables now, variables before the step, locals."""

    __slots__ = ("vars", "old", "env")

    def __init__(self, vars: list | tuple, old: tuple | None = None, env: dict[str, Any] | None = None):
        self.vars = vars
        self.old = old
        self.env = {} if env is None else env


Closure = Callable[[Frame], Any]


class Expressions:
    """Compiles expressions of one model. `call(name)` gives the function of (frame, arguments) behind a Call."""

    def __init__(self, model: ir.Model, call: Callable[[str], Callable[[Frame, tuple], Any]]):
        self.slot = {v.name: i for i, v in enumerate(model.vars)}
        self.call = call
        self._done: dict[int, tuple[ir.Expr, Closure]] = {}

    def compile(self, e: ir.Expr) -> Closure:
        """The closure of `e`; shared subexpressions are compiled once."""
        known = self._done.get(id(e))
        if known is None:
            known = self._done[id(e)] = (e, self._compile(e))   # holds `e`, so that its id stays its own
        return known[1]

    def _compile(self, e: ir.Expr) -> Closure:
        match e:
            case ir.Lit(value=v) | ir.Const(value=v):
                return lambda f: v
            case ir.Var(name=name):
                i = self.slot[name]
                return lambda f: f.vars[i]
            case ir.Old(name=name):
                i = self.slot[name]
                return lambda f: f.old[i]
            case ir.Local():
                return _local(e)
            case ir.Op():
                return self._op(e)
            case ir.Bind():
                return self._bind(e)
            case ir.Call():
                args, name = tuple(map(self.compile, e.args)), e.function
                return lambda f: self.call(name)(f, tuple(a(f) for a in args))
            case ir.Let():
                return self._let(e)
            case ir.Fold():
                return self._fold(e)
        raise InternalError(Diagnostic(code="SAG990", message=f"no evaluation of {type(e).__name__}", loc=e.loc))

    def _op(self, e: ir.Op) -> Closure:
        args = tuple(map(self.compile, e.args))
        match e.op:
            case "and":
                return lambda f: all(a(f) for a in args)
            case "or":
                return lambda f: any(a(f) for a in args)
            case "implies":
                return lambda f: not args[0](f) or args[1](f)
            case "ite":
                cond, then, orelse = args
                return lambda f: then(f) if cond(f) else orelse(f)
        compute = operator(e)
        match args:
            case (a,):
                return lambda f: compute(a(f))
            case (a, b):
                return lambda f: compute(a(f), b(f))
        return lambda f: compute(*[a(f) for a in args])

    def _bind(self, e: ir.Bind) -> Closure:
        over, body, local = self.compile(e.over), self.compile(e.body), e.local
        where = self.compile(e.where) if e.where is not None else None
        decisive = {"all": False, "any": True}.get(e.kind)

        def found(f) -> list:
            values = []
            for x in over(f):
                f.env[local] = x
                if where is None or where(f):
                    values.append(body(f))
                    if decisive is not None and bool(values[-1]) is decisive:
                        break
            return values

        scoped = _scoped(found, local)
        return {"all": lambda f: all(scoped(f)), "any": lambda f: any(scoped(f)),
                "set": lambda f: distinct(scoped(f))}.get(e.kind, lambda f: tuple(scoped(f)))

    def _let(self, e: ir.Let) -> Closure:
        value, body, local = self.compile(e.value), self.compile(e.body), e.local

        def bound(f):
            f.env[local] = value(f)
            return body(f)
        return _scoped(bound, local)

    def _fold(self, e: ir.Fold) -> Closure:
        init, over, body = self.compile(e.init), self.compile(e.over), self.compile(e.body)
        acc, local = e.acc, e.local

        def folded(f):
            result = init(f)
            for x in over(f):
                f.env[acc], f.env[local] = result, x
                result = body(f)
            return result
        return _scoped(folded, acc, local)


def _scoped(closure: Closure, *names: str) -> Closure:
    """The closure, after which the names that it binds mean what they meant before: a functional form holds the bodies of
    functions, whose names may be those of the action."""
    def scoped(f):
        before = [(n, f.env[n]) for n in names if n in f.env]
        result = closure(f)
        f.env.update(before)
        return result
    return scoped


def _local(e: ir.Local) -> Closure:
    name = e.name

    def read(f):
        try:
            return f.env[name]
        except KeyError:
            message = f"the local {name!r} is read before it is assigned"
            raise InternalError(Diagnostic(code="SAG990", message=message, loc=e.loc)) from None
    return read
