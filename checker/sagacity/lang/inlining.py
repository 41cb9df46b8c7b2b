"""Calls of effectful helpers: their bodies become part of the action that calls them."""

from __future__ import annotations

import ast

from ..ir import nodes as ir
from ..ir import types as T
from .calls import arguments
from .expressions import Expressions
from .scope import Abandon, ComponentRef, Frame
from .sourcefile import find


class Inlining(Expressions):
    """The part of lang.statements that inlines; `block` and `set_local` come from there."""

    def inline(self, call, wants_value: bool) -> tuple[list[ir.Stmt], str | None] | None:
        """The body of an effectful helper as a block, and the local that holds its value; None if the call is no such thing."""
        if not isinstance(call.func, ast.Attribute):
            return None
        c = self.resolve(call.func.value) if _maybe_component(call.func.value) else None
        if not isinstance(c, ComponentRef) or call.func.attr not in c.instance.decls.helpers:
            return None
        inst, name = c.instance, call.func.attr
        if c.missing:
            raise self.fail(
                "SAG411",
                "this component is a family: it needs its index first",
                call.func,
                f"write self.chan[i].{name}(...)",
            )
        if not self.flat.effects(inst, name):
            return None
        self.effect(call, f"calling {name}, which changes the state,")
        fn = inst.decls.helpers[name]
        if fn in self.flat.refused or (inst.prefix, name) in self.flat.inlining:
            raise Abandon  # complained about already
        node = find(fn)
        label = self.scope.fresh(name)
        frame = Frame(
            instance=inst,
            indices=c.indices,
            fn=fn,
            filename=fn.__code__.co_filename,
            self_name=node.args.args[0].arg,
            prefix=f"{name}_",
            effects=True,
            result=f"{label}_value",
            label=label,
            called=self.loc(call),
        )
        out = self.bind_arguments(frame, fn, node, call)
        inner = type(self)(self.flat, self.scope, frame)
        self.flat.inlining.append((inst.prefix, name))
        body = inner.block(node.body)
        self.flat.inlining.pop()
        out.append(ir.Block(label=label, body=body, loc=self.loc(call)))
        if wants_value and not always_returns(node.body):
            raise self.fail(
                "SAG331", f"{name} may end without returning a value", call, "every path needs return value"
            )
        return out, frame.result

    def bind_arguments(self, frame: Frame, fn, node, call) -> list[ir.Stmt]:
        """Assign the arguments of an inlined call to fresh locals."""
        params = [a.arg for a in node.args.args[1:]]
        given = arguments(self, call, params, len(node.args.defaults))
        out: list[ir.Stmt] = []
        for p in params:
            e = self.value(given[p]) if p in given else self.default(fn, node, params, p, call)
            local = self.scope.fresh(f"{frame.prefix}{p}")
            self.scope.assign(local, e.type, self.loc(call))
            out.append(self.set_local(local, e, call))
            frame.names[p] = local
            frame.fixed.add(p)
        return out

    def default(self, fn, node, params, p, call) -> ir.Expr:
        """The default value of a helper's parameter."""
        from .elaborate import const_type

        value = fn.__defaults__[params.index(p) - (len(params) - len(fn.__defaults__))]
        if value is None:
            return self.op("none", T.Option(T.BOTTOM), call)
        try:
            t, v = const_type(value, self.frame.instance.codec)
        except TypeError as e:
            raise self.fail("SAG312", str(e), call) from None
        return self.lit(t, v, call)


def _maybe_component(node) -> bool:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return isinstance(node, ast.Name)


def always_returns(body) -> bool:
    """Does every path through a helper's body return a value?"""
    for s in body:
        match s:
            case ast.Return(value):
                return value is not None
            case ast.If(_, then, orelse) if orelse and always_returns(then) and always_returns(orelse):
                return True
            case ast.Match(_, cases) if isinstance(cases[-1].pattern, ast.MatchAs) and all(
                always_returns(c.body) for c in cases
            ):
                return True
    return False
