"""Comprehensions and quantifiers: everything that binds a name inside an expression."""

from __future__ import annotations

import ast
from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T
from .scope import Abandon, Lowering
from .sourcefile import loaded


class Comprehensions(Lowering):
    """The part of lang.expressions that binds names; `value`, `boolean` and `collection` come from there."""

    def on_GeneratorExp(self, node, hint):
        raise self.fail(
            "SAG317",
            "a generator stands only inside all, any, sum, min, max, set, list or sorted",
            node,
            "write a list or set comprehension",
        )

    def on_ListComp(self, node, hint):
        return self.comprehension(node, "seq", node.elt, hint)

    def on_SetComp(self, node, hint):
        return self.comprehension(node, "set", node.elt, hint)

    def comprehension(self, node, kind, elt, hint=None) -> ir.Expr:
        """A sequence or set comprehension; several `for` make nested ones, joined."""
        make = T.Seq if kind == "seq" else T.Set
        item = hint.item if isinstance(hint, T.COLLECTIONS) else None

        def build(generators):
            def body():
                return self.value(elt, item) if len(generators) == 1 else build(generators[1:])

            last = len(generators) == 1
            e = self.binder(node, kind if last else "seq", generators[0], body, lambda t: (make if last else T.Seq)(t))
            return e if last else self.op("flatseq" if kind == "seq" else "flatset", e.type.item, node, e)

        return build(node.generators)

    def quantifier(self, node: ast.GeneratorExp, kind: str) -> ir.Expr:
        """all(... for ...) or any(... for ...)."""

        def build(generators):
            body = (lambda: self.boolean(node.elt)) if len(generators) == 1 else (lambda: build(generators[1:]))
            return self.binder(node, kind, generators[0], body, lambda t: T.BOOL)

        return build(node.generators)

    def binder(self, node, kind, generator: ast.comprehension, body, type_of) -> ir.Bind:
        """One `for target in over if where` around a body."""
        over = self.collection(generator.iter)
        saved = dict(self.frame.names), set(self.frame.fixed)
        local = self.scope.fresh(generator.target.id if isinstance(generator.target, ast.Name) else "it")
        self.scope.assign(local, over.type.item, self.loc(generator.target))
        self.bind_target(generator.target, local)
        tests = [self.boolean(t) for t in generator.ifs]
        inner = body()
        self.frame.names, self.frame.fixed = saved
        where = None if not tests else tests[0] if len(tests) == 1 else self.op("and", T.BOOL, generator.ifs[0], *tests)
        t = type_of(inner.type)
        if isinstance(t, T.Seq) and isinstance(over.type, (T.Seq, T.Bag)):
            t = replace(t, cap=over.type.cap)
        return ir.Bind(kind=kind, local=local, over=over, body=inner, where=where, type=t, loc=self.loc(node))

    def bind_target(self, target, local: str) -> None:
        """Make the names of a loop target denote the bound local, or its parts."""
        self.bind_part(target, self.local(local, target), local)

    def bind_part(self, target, e: ir.Expr, local: str | None) -> None:
        f = self.frame
        if isinstance(target, ast.Name):
            f.names[target.id] = local or e
            f.fixed.add(target.id)
            f.narrowed.discard(target.id)
            f.poisoned.discard(target.id)
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            raise self.fail("SAG318", "a loop target is a name or a tuple of names", target)
        if e.type == T.BOTTOM:
            raise Abandon
        if not isinstance(e.type, T.Tuple) or len(e.type.items) != len(target.elts):
            raise self.fail("SAG424", f"{T.show(e.type)} cannot be unpacked into {len(target.elts)} names", target)
        for i, (part, t) in enumerate(zip(target.elts, e.type.items)):
            self.bind_part(part, self.op("item", t, part, e, name=str(i)), None)

    def on_DictComp(self, node, hint):
        if (
            len(node.generators) != 1
            or node.generators[0].ifs
            or ast.dump(node.key) != ast.dump(loaded(node.generators[0].target))
        ):
            raise self.fail(
                "SAG419",
                "a map is total: {k: value for k in Domain}",
                node,
                "the key is the loop variable, over a whole type, without if",
            )
        over = self.collection(node.generators[0].iter)
        if not (isinstance(over, ir.Op) and over.op == "domain"):
            raise self.fail(
                "SAG419",
                "a map is total: its keys run over a whole type",
                node.generators[0].iter,
                "write {k: value for k in self.Domain}",
            )
        body = lambda: self.value(node.value, hint.value if isinstance(hint, T.Map) else None)
        return self.binder(node, "map", node.generators[0], body, lambda t: T.Map(over.type.item, t))
