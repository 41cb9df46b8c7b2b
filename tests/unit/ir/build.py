"""Tiny builders for hand-made IR. Every node gets a line of its own, so that locations differ."""

from __future__ import annotations

from itertools import count

from sagacity.ir import nodes as ir
from sagacity.ir import types as T
from sagacity.source import Loc

_lines = count(1)


def loc() -> Loc:
    return Loc("hand.py", next(_lines))


def lit(value, t=None):
    return ir.Lit(value=value, type=t or (T.BOOL if isinstance(value, bool) else T.INT), loc=loc())


def e(x):
    """Python ints and bools as literals."""
    return x if isinstance(x, ir.Expr) else lit(x)


def var(name, t):
    return ir.Var(name=name, type=t, loc=loc())


def old(name, t):
    return ir.Old(name=name, type=t, loc=loc())


def local(name, t=T.INT):
    return ir.Local(name=name, type=t, loc=loc())


def op(name, t, *args, field=""):
    return ir.Op(op=name, args=tuple(map(e, args)), type=t, name=field, loc=loc())


def add(a, b):
    return op("add", T.INT, a, b)


def eq(a, b):
    return op("eq", T.BOOL, a, b)


def lt(a, b):
    return op("lt", T.BOOL, a, b)


def and_(*args):
    return op("and", T.BOOL, *args)


def or_(*args):
    return op("or", T.BOOL, *args)


def not_(a):
    return op("not", T.BOOL, a)


def ite(c, a, b):
    return op("ite", e(a).type, c, a, b)


def seq(*items, t=T.INT):
    return op("seq", T.Seq(t), *items)


def set_(*items, t=T.INT):
    return op("set", T.Set(t), *items)


def domain(t):
    return op("domain", T.Set(t))


def index(m, k):
    return op("index", m.type.value if isinstance(m.type, T.Map) else m.type.item, m, k)


def with_(m, k, v):
    return op("with", m.type, m, k, v)


def bind(kind, name, over, body, t=T.BOOL, where=None):
    return ir.Bind(kind=kind, local=name, over=over, body=e(body), where=where, type=t, loc=loc())


def call(f, *args, t=T.BOOL):
    return ir.Call(function=f, args=tuple(map(e, args)), type=t, loc=loc())


def setv(name, value):
    return ir.SetVar(name=name, value=e(value), loc=loc())


def setl(name, value):
    return ir.SetLocal(name=name, value=e(value), loc=loc())


def if_(cond, then, orelse=()):
    return ir.If(cond=e(cond), then=tuple(then), orelse=tuple(orelse), loc=loc())


def for_(name, over, *body):
    return ir.For(local=name, over=over, body=body, loc=loc())


def require(cond):
    return ir.Require(cond=e(cond), loc=loc())


def assert_(cond, *message):
    return ir.Assert(cond=e(cond), message=message, loc=loc())


def choose(name, over):
    return ir.Choose(local=name, over=over, loc=loc())


def note(*text, sender=(), receiver=()):
    return ir.Note(text=text, sender=sender, receiver=receiver, loc=loc())


def block(label, *body):
    return ir.Block(label=label, body=body, loc=loc())


def leave(label):
    return ir.Leave(label=label, loc=loc())


def ret(value=None):
    return ir.Return(value=None if value is None else e(value), loc=loc())


def break_():
    return ir.Break(loc=loc())


def continue_():
    return ir.Continue(loc=loc())


def param(name, t, values=None):
    return ir.Param(name=name, type=t, values=values, loc=loc())


def action(name, *body, params=(), locals_=()):
    return ir.Action(name=name, params=tuple(params), body=body, locals=tuple(locals_), loc=loc())


def function(name, *body, params=(), result=T.BOOL, locals_=()):
    return ir.Function(name=name, params=tuple(params), body=body, result=result, locals=tuple(locals_), loc=loc())


def model(vars=(), init=(), actions=(), functions=(), **rest):
    """`vars` are pairs of name and type."""
    decls = tuple(ir.VarDecl(name=n, type=t, loc=loc()) for n, t in vars)
    return ir.Model(name="Hand", vars=decls, init=tuple(init), actions=tuple(actions), functions=tuple(functions),
                    loc=loc(), **rest)


def outcomes(system, state=None, initial=False):
    """Steps and faults as comparable tuples; of a fault only whether it is one of range is known to every evaluation."""
    from sagacity.engine.protocol import Step
    found = system.initial() if initial else system.successors(state)
    return [tuple(x) if isinstance(x, Step) else (*x[:3], "range" if x.fault.kind == "range" else "fault")
            for x in found]


def reachable(system, limit=2000):
    """All reachable states, at most `limit`."""
    from sagacity.engine.protocol import Step
    todo = [x.target for x in system.initial() if isinstance(x, Step)]
    seen = dict.fromkeys(todo)
    while todo and len(seen) < limit:
        for x in system.successors(todo.pop()):
            if isinstance(x, Step) and x.target not in seen:
                seen[x.target] = None
                todo.append(x.target)
    return list(seen)
