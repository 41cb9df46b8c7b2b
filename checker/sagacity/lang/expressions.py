"""Python expressions to typed IR expressions."""

from __future__ import annotations

import ast
from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T
from . import calls
from .comprehensions import Comprehensions
from .convert import coerce, strict, unify
from .elaborate import const_type
from .rewrite import negative_literal
from .scope import Abandon, ComponentRef, TypeRef

_ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.FloorDiv: "floordiv", ast.Mod: "mod"}
_SETS = {ast.BitOr: "union", ast.BitAnd: "intersection", ast.Sub: "difference"}
#: operator -> what to write instead
_INSTEAD = {
    ast.Div: "write // for floor division",
    ast.Pow: "write x * x",
    ast.LShift: "write x * 2",
    ast.RShift: "write x // 2",
}
_SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.Pow: "**",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.MatMult: "@",
}


class Expressions(Comprehensions):
    """Lowers expressions of one frame. `value` gives an expression, `resolve` also types and components."""

    def value(self, node: ast.expr, hint: T.Type | None = None) -> ir.Expr:
        """The typed expression of a node; `hint` is the type that its place asks for, if known."""
        x = self.resolve(node, hint)
        if isinstance(x, TypeRef):
            return self.domain(x.type, node)
        if isinstance(x, ComponentRef):
            raise self.fail("SAG402", "a component is not a value", node, "use its variables or methods")
        return x

    def typed(self, node: ast.expr, t: T.Type, what: str) -> ir.Expr:
        """The expression at type `t` exactly (ranges aside)."""
        e = self.value(node, t)
        fitted = coerce(e, t)
        if fitted is None:
            hint = None
            if isinstance(e.type, T.Option) and T.join(e.type.item, t):
                hint = "it may be None: bind it to a local and write require(x is not None) or test it with if"
            raise self.fail("SAG403", f"{what} must be {T.show(t)}, not {T.show(e.type)}", node, hint)
        return fitted

    def boolean(self, node: ast.expr) -> ir.Expr:
        """A condition: bool, nothing else."""
        e = self.value(node, T.BOOL)
        if e.type != T.BOOL:
            hint = {
                T.Option: "write x is not None",
                T.Set: "write len(s) > 0",
                T.Seq: "write len(q) > 0",
                T.Bag: "write len(b) > 0",
                T.Int: "write n != 0",
            }.get(type(e.type))
            raise self.fail("SAG404", f"a condition must be bool, not {T.show(e.type)}", node, hint)
        return e

    def integer(self, node: ast.expr) -> ir.Expr:
        e = strict(self.value(node, T.INT))
        if not isinstance(e.type, T.Int):
            raise self.fail("SAG403", f"an integer is needed here, not {T.show(e.type)}", node)
        return e

    def collection(self, node: ast.expr, what: str = "a collection", maps_too: bool = False) -> ir.Expr:
        """A set, sequence or bag; a tuple literal counts as a sequence."""
        if isinstance(node, ast.Tuple):
            return self.seq_literal(node, None)
        e = strict(self.value(node))
        if isinstance(e.type, T.Map) and not maps_too:
            raise self.fail("SAG405", f"{what} is needed here, not a map", node, "write .keys(), .values() or .items()")
        if not isinstance(e.type, T.COLLECTIONS + ((T.Map,) if maps_too else ())):
            raise self.fail(
                "SAG405",
                f"{what} is needed here, not {T.show(e.type)}",
                node,
                "write range(n) for the integers from 0 to n - 1" if isinstance(e.type, T.Int) else None,
            )
        return e

    def domain(self, t: T.Type, node) -> ir.Expr:
        from ..ir import values as plain

        try:
            n = plain.size(t)
        except ValueError as e:
            raise self.fail("SAG406", str(e), node) from None
        if n > 100_000:
            raise self.fail("SAG407", f"{T.show(t)} has {n} values, too many to enumerate (at most 100000)", node)
        return self.op("domain", T.Set(t), node)

    # ---- names, attributes, indexing

    def resolve(self, node: ast.expr, hint=None):
        """Like `value`, but a name may also denote a type or a component."""
        method = getattr(self, "on_" + type(node).__name__, None)
        if method is None:
            raise self.fail("SAG311", f"{type(node).__name__} cannot be compiled", node)
        return method(node, hint)

    def on_Name(self, node, hint):
        f = self.frame
        if node.id in f.poisoned:
            raise Abandon
        if node.id in f.unset:
            raise self.fail(
                "SAG340", f"{node.id} may have no value here", node, "assign it on every path, or before the branch"
            )
        if node.id in f.names:
            e = f.names[node.id]
            if isinstance(e, str):
                e = self.local(e, node)
            if node.id in f.narrowed and isinstance(e.type, T.Option):
                return self.op("unwrap", e.type.item, node, e)
            return e
        if node.id == f.self_name:
            return ComponentRef(f.instance, f.indices)
        if node.id == f.old_name:
            return ComponentRef(f.instance, f.indices, old=True)
        value = self.global_name(node)
        if isinstance(value, TypeRef):
            return value
        try:
            t, v = const_type(value, f.instance.codec)
        except TypeError:
            named = f.instance.decls.named(node.id)
            raise self.fail(
                "SAG312",
                f"{node.id} is not something that a model may use",
                node,
                f"write self.{node.id}" if named else "state belongs in var(...), functions in methods of the model",
            ) from None
        return self.lit(t, v, node)

    def on_Attribute(self, node, hint):
        x = self.resolve(node.value)
        if isinstance(x, TypeRef):
            if isinstance(x.type, T.Enum) and node.attr in x.type.members:
                return self.lit(x.type, x.type.members.index(node.attr), node)
            raise self.fail(
                "SAG408",
                f"{T.show(x.type)} has no member {node.attr}",
                node,
                f"its members are {', '.join(x.type.members)}" if isinstance(x.type, T.Enum) else None,
            )
        if isinstance(x, ComponentRef):
            return self.member(x, node)
        e = strict(x)
        if isinstance(e.type, T.Record):
            if node.attr not in dict(e.type.fields):
                raise self.fail(
                    "SAG409",
                    f"the record {e.type.name} has no field {node.attr}",
                    node,
                    f"its fields are {', '.join(n for n, _ in e.type.fields)}",
                )
            return self.op("field", dict(e.type.fields)[node.attr], node, e, name=node.attr)
        raise self.fail("SAG410", f"{T.show(e.type)} has no attribute {node.attr}", node)

    def member(self, c: ComponentRef, node: ast.Attribute):
        """What an attribute of a component denotes."""
        if c.missing:
            raise self.fail(
                "SAG411", "this component is a family: it needs its index first", node, "write self.chan[i].name"
            )
        inst, name = c.instance, node.attr
        if name in inst.vars:
            return self.variable(c, name, node)
        if name in inst.components:
            child = inst.components[name]
            return ComponentRef(child, c.indices, c.old, len(child.indices) - len(inst.indices))
        if name in inst.types:
            return TypeRef(inst.types[name])
        if name in inst.env:
            t, v = const_type(inst.env[name], inst.codec)
            if name not in inst.decls.consts:
                return self.lit(t, v, node)
            return ir.Const(name=inst.prefix + name, type=t, value=v, loc=self.loc(node))
        if name in inst.decls.methods or name in inst.decls.helpers:
            raise self.fail("SAG412", f"the method {name} is not called", node, f"write self.{name}(...)")
        from difflib import get_close_matches

        close = get_close_matches(name, inst.decls.names(), 1)
        raise self.fail(
            "SAG413",
            f"{inst.cls.__name__} has no {name}",
            node,
            f"did you mean {close[0]}?" if close else "declare it with var(...)",
        )

    def variable(self, c: ComponentRef, name: str, node) -> ir.Expr:
        """A state variable of a component, indexed where it belongs to a family."""
        inst = c.instance
        kind = ir.Old if c.old else ir.Var
        stored = kind(name=inst.prefix + name, type=inst.stored(inst.vars[name]), loc=self.loc(node))
        return self.op("index", inst.vars[name], node, stored, self.family_key(c, node)) if inst.indices else stored

    def family_key(self, c: ComponentRef, node) -> ir.Expr:
        """The key under which a family's variables are stored."""
        if len(c.indices) == 1:
            return c.indices[0]
        return self.op("tuple", T.Tuple(c.instance.indices), node, *c.indices)

    def on_Subscript(self, node, hint):
        x = self.resolve(node.value)
        if isinstance(x, ComponentRef):
            return self.family_element(x, node)
        if isinstance(x, TypeRef):
            raise self.fail(
                "SAG414", "a type cannot be indexed in a method", node, "use choose, a loop, or a parameter"
            )
        e = strict(x)
        if isinstance(node.slice, ast.Slice):
            return self.slice(e, node)
        match e.type:
            case T.Map(key, value):
                return self.op("index", value, node, e, self.key(node.slice, key))
            case T.Seq(item):
                return self.op("index", item, node, e, self.position(e, node.slice))
            case T.Tuple(items):
                return self.tuple_item(e, items, node)
        hint = (
            "sets and bags have no positions: use a loop, choose, or sorted(...)"
            if isinstance(e.type, (T.Set, T.Bag))
            else None
        )
        raise self.fail("SAG415", f"{T.show(e.type)} cannot be indexed", node, hint)

    def key(self, node, t: T.Type) -> ir.Expr:
        """A map's key; an option is unwrapped unless the keys are options."""
        e = self.value(node, t)
        e = e if isinstance(t, T.Option) else strict(e)
        fitted = coerce(e, t)
        if fitted is None:
            raise self.fail("SAG403", f"the key must be {T.show(t)}, not {T.show(e.type)}", node)
        return fitted

    def position(self, seq: ir.Expr, node) -> ir.Expr:
        """A position in a sequence; the literal -k counts from the end."""
        back = negative_literal(node)
        if back:
            return self.op(
                "sub", T.INT, node, self.op("len", T.INT, node, seq), self.lit(T.Int(back, back), back, node)
            )
        return self.integer(node)

    def tuple_item(self, e, items, node) -> ir.Expr:
        at = -k if (k := negative_literal(node.slice)) else getattr(node.slice, "value", None)
        if isinstance(at, bool) or not isinstance(at, int) or not -len(items) <= at < len(items):
            raise self.fail(
                "SAG416", f"a tuple of {len(items)} is indexed by a literal from 0 to {len(items) - 1}", node
            )
        at %= len(items)
        return self.op("item", items[at], node, e, name=str(at))

    def slice(self, e, node) -> ir.Expr:
        if not isinstance(e.type, T.Seq):
            raise self.fail("SAG415", f"{T.show(e.type)} cannot be sliced", node)
        s = node.slice
        if s.step is not None:
            raise self.fail("SAG313", "slices with a step cannot be compiled", node, "use a comprehension over range")
        size = self.op("len", T.INT, node, e)
        start = self.bound(e, s.lower) if s.lower else self.lit(T.Int(0, 0), 0, node)
        stop = self.bound(e, s.upper) if s.upper else size
        return self.op("slice", T.Seq(e.type.item), node, e, start, stop)

    def bound(self, seq, node) -> ir.Expr:
        if not negative_literal(node):
            return self.integer(node)
        zero = self.lit(T.Int(0, 0), 0, node)
        both = self.op("seq", T.Seq(T.INT), node, zero, self.position(seq, node))
        return self.op("max", T.INT, node, both)

    def family_element(self, c: ComponentRef, node) -> ComponentRef:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if c.missing != len(parts):
            raise self.fail(
                "SAG417",
                f"this needs {c.missing} indices, not {len(parts)}"
                if c.missing
                else "this is not a family of components",
                node,
            )
        types = c.instance.indices[len(c.indices) :]
        keys = tuple(self.typed(p, t, "the index") for p, t in zip(parts, types))
        return ComponentRef(c.instance, c.indices + keys, c.old)

    # ---- literals

    def on_Constant(self, node, hint):
        v = node.value
        if isinstance(v, bool):
            return self.lit(T.BOOL, v, node)
        if isinstance(v, int):
            return self.lit(T.Int(v, v), v, node)
        if v is None:
            return self.op("none", T.Option(T.BOTTOM), node)
        if isinstance(v, str):
            raise self.fail(
                "SAG314", "text is no value of a model", node, "use an Enum; text belongs in note and assert"
            )
        raise self.fail("SAG314", f"{v!r} is no value of a model", node, "use integers; count in the smallest unit")

    def on_JoinedStr(self, node, hint):
        raise self.fail("SAG314", "text is no value of a model", node, "f-strings belong in note and assert")

    def elements(self, nodes, hint) -> tuple[list[ir.Expr], T.Type]:
        """The elements of a literal at their joined type."""
        item = hint.item if isinstance(hint, T.COLLECTIONS) else None
        found = [self.value(n, item) for n in nodes]
        t: T.Type = T.BOTTOM
        for n, e in zip(nodes, found):
            joined = T.join(t, e.type)
            if joined is None:
                raise self.fail("SAG418", f"this collection mixes {T.show(t)} and {T.show(e.type)}", n)
            t = joined
        if item is not None and all(coerce(e, item) is not None for e in found):
            t = item
        return [coerce(e, t) for e in found], t

    def seq_literal(self, node, hint):
        found, t = self.elements(node.elts, hint)
        return self.op("seq", T.Seq(t, len(found)), node, *found)

    def on_List(self, node, hint):
        return self.seq_literal(node, hint)

    def on_Set(self, node, hint):
        found, t = self.elements(node.elts, hint)
        return self.op("set", T.Set(t), node, *found)

    def on_Tuple(self, node, hint):
        items = (
            hint.items if isinstance(hint, T.Tuple) and len(hint.items) == len(node.elts) else [None] * len(node.elts)
        )
        found = [self.value(n, t) for n, t in zip(node.elts, items)]
        e = self.op("tuple", T.Tuple(tuple(f.type for f in found)), node, *found)
        return coerce(e, hint) or e if isinstance(hint, T.Tuple) else e

    def on_Dict(self, node, hint):
        if None in node.keys or not node.keys:
            raise self.fail("SAG419", "a map literal lists every key", node, "write {k: value for k in Domain}")
        keys = [self.value(k, hint.key if isinstance(hint, T.Map) else None) for k in node.keys]
        key: T.Type | None = T.BOTTOM
        for k in keys:
            key = key and T.join(key, k.type)
        from ..ir import values as plain

        if (
            key is None
            or not all(isinstance(k, ir.Lit) for k in keys)
            or sorted(k.value for k in keys) != list(plain.domain(key))
        ):
            raise self.fail(
                "SAG419", "a map literal lists every key of its type once", node, "write {k: value for k in Domain}"
            )
        found, t = self.elements(node.values, T.Seq(hint.value) if isinstance(hint, T.Map) else None)
        ordered = [v for _, v in sorted(zip((k.value for k in keys), found), key=lambda kv: kv[0])]
        return self.op("map", T.Map(key, t), node, *ordered)

    # ---- operators

    def on_BoolOp(self, node, hint):
        return self.op("and" if isinstance(node.op, ast.And) else "or", T.BOOL, node, *map(self.boolean, node.values))

    def on_UnaryOp(self, node, hint):
        if isinstance(node.op, ast.Not):
            return self.op("not", T.BOOL, node, self.boolean(node.operand))
        if isinstance(node.op, ast.USub):
            if (k := negative_literal(node)) is not None:
                return self.lit(T.Int(-k, -k), -k, node)
            return self.op("neg", T.INT, node, self.integer(node.operand))
        sign = "~" if isinstance(node.op, ast.Invert) else "a unary +"
        raise self.fail(
            "SAG315",
            f"{sign} cannot be used in a model",
            node,
            "write not x for conditions" if sign == "~" else "leave it out",
        )

    def on_BinOp(self, node, hint):
        left, right = strict(self.value(node.left, hint)), strict(self.value(node.right, hint))
        kind, sign = type(node.op), _SIGNS.get(type(node.op), "?")
        if isinstance(left.type, T.Int) and isinstance(right.type, T.Int) and kind in _ARITHMETIC:
            return self.op(_ARITHMETIC[kind], _interval(kind, left.type, right.type), node, left, right)
        both = unify(left, right)
        if both and isinstance(both[2], T.Set) and (kind in _SETS or kind is ast.BitXor):
            x, y, t = both[0], both[1], T.Set(both[2].item)
            if kind is ast.BitXor:
                return self.op(
                    "union", t, node, self.op("difference", t, node, x, y), self.op("difference", t, node, y, x)
                )
            return self.op(_SETS[kind], t, node, x, y)
        if both and isinstance(both[2], T.Seq) and kind is ast.Add:
            cap = left.type.cap + right.type.cap if left.type.cap is not None and right.type.cap is not None else None
            return self.op("concat", T.Seq(both[2].item, cap), node, both[0], both[1])
        if both and isinstance(both[2], T.Bag) and kind is ast.Add:
            return self.op("sumbag", T.Bag(both[2].item), node, both[0], both[1])
        raise self.fail(
            "SAG420", f"{sign} does not apply to {T.show(left.type)} and {T.show(right.type)}", node, _INSTEAD.get(kind)
        )

    def on_Compare(self, node, hint):
        parts, left = [], node.left
        for op, right in zip(node.ops, node.comparators):
            parts.append(self.compare(op, left, right, node))
            left = right
        return parts[0] if len(parts) == 1 else self.op("and", T.BOOL, node, *parts)

    def compare(self, op, left, right, node) -> ir.Expr:
        if isinstance(op, (ast.In, ast.NotIn)):
            e = self.membership(left, right, node)
            return self.op("not", T.BOOL, node, e) if isinstance(op, ast.NotIn) else e
        none = next((x for x in (left, right) if isinstance(x, ast.Constant) and x.value is None), None)
        if isinstance(op, (ast.Is, ast.IsNot)) and none is None:
            raise self.fail("SAG316", "is compares identity, which values do not have", node, "write ==")
        if none is not None and isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
            e = self.is_none(right if none is left else left, node)
            return self.op("not", T.BOOL, node, e) if isinstance(op, (ast.IsNot, ast.NotEq)) else e
        if isinstance(op, (ast.Eq, ast.NotEq)):
            e = self.equal(left, right, node)
            return self.op("not", T.BOOL, node, e) if isinstance(op, ast.NotEq) else e
        return self.order(op, left, right, node)

    def is_none(self, x, node) -> ir.Expr:
        narrowed, self.frame.narrowed = self.frame.narrowed, set()
        e = self.value(x)
        self.frame.narrowed = narrowed
        if not isinstance(e.type, T.Option):
            raise self.fail(
                "SAG421", f"{T.show(e.type)} is never None", node, "declare it as Option[...] if it may be missing"
            )
        return self.op("isnone", T.BOOL, node, e)

    def equal(self, left, right, node) -> ir.Expr:
        x = self.value(left)
        y = self.value(right, x.type)
        if isinstance(left, (ast.Tuple, ast.List, ast.Set)):
            x = self.value(left, y.type)
        both = unify(x, y)
        if both is None:
            raise self.fail("SAG422", f"{T.show(x.type)} and {T.show(y.type)} can never be equal", node)
        return self.op("eq", T.BOOL, node, both[0], both[1])

    def order(self, op, left, right, node) -> ir.Expr:
        x, y = strict(self.value(left)), strict(self.value(right))
        if isinstance(op, (ast.Gt, ast.GtE)):
            x, y = y, x
        equal_too = isinstance(op, (ast.LtE, ast.GtE))
        if isinstance(x.type, T.Int) and isinstance(y.type, T.Int):
            return self.op("le" if equal_too else "lt", T.BOOL, node, x, y)
        both = unify(x, y)
        if both and isinstance(both[2], T.Set):
            inside = self.op("subset", T.BOOL, node, both[0], both[1])
            if equal_too:
                return inside
            return self.op(
                "and", T.BOOL, node, inside, self.op("not", T.BOOL, node, self.op("eq", T.BOOL, node, both[0], both[1]))
            )
        raise self.fail(
            "SAG420",
            f"{_SIGNS[type(op)]} does not apply to {T.show(x.type)} and {T.show(y.type)}",
            node,
            "ids allow only ==" if isinstance(x.type, T.Ids) else None,
        )

    def membership(self, left, right, node) -> ir.Expr:
        c = self.collection(right, "a collection on the right of in")
        item = c.type.item
        x = self.value(left, item)
        if isinstance(x.type, T.Option) and not isinstance(item, T.Option) and x.type.item != T.BOTTOM:
            inside = self.in_collection(strict(x), c, node)
            return self.op(
                "and", T.BOOL, node, self.op("not", T.BOOL, node, self.op("isnone", T.BOOL, node, x)), inside
            )
        return self.in_collection(x, c, node)

    def in_collection(self, x, c, node) -> ir.Expr:
        t = T.join(x.type, c.type.item)
        a = t and coerce(x, t)
        b = t and coerce(c, replace(c.type, item=t))
        if a is None or b is None:
            raise self.fail("SAG422", f"{T.show(x.type)} is never an element of {T.show(c.type)}", node)
        return self.op("in", T.BOOL, node, a, b)

    def on_IfExp(self, node, hint):
        cond = self.boolean(node.test)
        then, orelse = self.value(node.body, hint), self.value(node.orelse, hint)
        both = unify(then, orelse)
        if both is None:
            raise self.fail(
                "SAG423",
                f"the branches are {T.show(then.type)} and {T.show(orelse.type)}",
                node,
                "both need the same type",
            )
        return self.op("ite", both[2], node, cond, both[0], both[1])

    # ---- calls

    def on_Call(self, node, hint):
        return calls.lower(self, node, hint)


def _interval(kind, a: T.Int, b: T.Int) -> T.Int:
    """The range of a sum, difference or product of two ranges; unlimited for division."""
    if a.lo is None or b.lo is None or kind in (ast.FloorDiv, ast.Mod):
        return T.INT
    corners = [_APPLY[kind](x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    return T.Int(min(corners), max(corners)) if max(map(abs, corners)) < 2**40 else T.INT


_APPLY = {ast.Add: lambda x, y: x + y, ast.Sub: lambda x, y: x - y, ast.Mult: lambda x, y: x * y}
