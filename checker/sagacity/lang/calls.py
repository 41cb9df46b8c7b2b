"""Calls in expressions: builtins, methods of values, record constructors, helpers of the model."""

from __future__ import annotations

import ast
import builtins

from ..ir import nodes as ir
from ..ir import types as T
from .convert import coerce, strict, unify
from .rewrite import MUTATORS
from .scope import ComponentRef, TypeRef

_OWN = {"require", "choose", "note", "assume", "lo", "hi"}


def lower(x, node: ast.Call, hint):
    """The expression of a call; `x` is the Expressions at work."""
    if isinstance(node.func, ast.Attribute):
        return _attribute_call(x, node, hint)
    if not isinstance(node.func, ast.Name):
        raise x.fail("SAG319", "only names and attributes can be called", node)
    name = node.func.id
    if name in x.frame.names:
        raise x.fail("SAG319", f"{name} is a value, not a function", node)
    if name in _OWN:
        raise x.fail(
            "SAG320",
            f"{name} cannot be used inside an expression",
            node,
            "assign it to a local on a line of its own"
            if name == "choose"
            else "use min or max"
            if name in ("lo", "hi")
            else None,
        )
    value = x.global_name(node.func)
    if isinstance(value, TypeRef):
        raise x.fail("SAG321", f"{name} is a type, not a function", node)
    if value is not getattr(builtins, name, None) or name not in _BUILTINS:
        builtin = value is getattr(builtins, name, None)
        raise x.fail(
            "SAG322",
            f"the function {name} cannot be used in a model",
            node,
            f"a model may use {', '.join(_BUILTINS)}" + ("; note(...) labels a step" if name == "print" else "")
            if builtin
            else "make it a method of the model",
        )
    if node.keywords:
        raise x.fail("SAG323", f"{name} takes no keyword arguments in a model", node.keywords[0].value)
    least, most, make = _BUILTINS[name]
    if not least <= len(node.args) <= most:
        raise x.fail("SAG323", f"{name} cannot take {len(node.args)} arguments in a model", node)
    return make(x, node, hint)


# ---- builtins


def _items(x, node: ast.expr, what="a collection") -> ir.Expr:
    """The collection that an argument denotes: a generator is a sequence."""
    if isinstance(node, ast.GeneratorExp):
        return x.comprehension(node, "seq", node.elt)
    return x.collection(node, what)


def _len(x, node, hint):
    return x.op("len", T.INT, node, x.collection(node.args[0], maps_too=True))


def _extreme(x, node, hint):
    op = node.func.id
    if len(node.args) == 1:
        c = _items(x, node.args[0])
        if not isinstance(c.type.item, (T.Int, T.Bottom)):
            raise x.fail("SAG420", f"{op} compares integers, not {T.show(c.type.item)}", node)
        return x.op(op, c.type.item, node, c)
    found = [x.integer(a) for a in node.args]
    t: T.Type = T.BOTTOM
    for e in found:
        t = T.join(t, e.type)
    return x.op(op, t, node, x.op("seq", T.Seq(t, len(found)), node, *found))


def _sum(x, node, hint):
    c = _items(x, node.args[0])
    if isinstance(c.type.item, T.Bool):
        raise x.fail("SAG420", "sum adds integers, not bool", node, "write sum(1 for x in ... if condition)")
    if not isinstance(c.type.item, (T.Int, T.Bottom)):
        raise x.fail("SAG420", f"sum adds integers, not {T.show(c.type.item)}", node)
    return x.op("sum", T.INT, node, c)


def _quantifier(x, node, hint):
    arg, kind = node.args[0], node.func.id
    if isinstance(arg, ast.GeneratorExp):
        return x.quantifier(arg, kind)
    c = x.collection(arg)
    c = coerce(c, type(c.type)(T.BOOL)) or c if c.type.item == T.BOTTOM else c
    if c.type.item != T.BOOL:
        raise x.fail("SAG404", f"{kind} needs conditions, not {T.show(c.type.item)}", node)
    local = x.scope.fresh("it")
    x.scope.assign(local, T.BOOL, x.loc(node))
    return ir.Bind(kind=kind, local=local, over=c, body=x.local(local, node), type=T.BOOL, loc=x.loc(node))


def _abs(x, node, hint):
    return x.op("abs", T.INT, node, x.integer(node.args[0]))


def _range(x, node, hint):
    args = [x.integer(a) for a in node.args]
    zero, one = x.lit(T.Int(0, 0), 0, node), x.lit(T.Int(1, 1), 1, node)
    if len(args) == 1:
        args = [zero, args[0], one]
    elif len(args) == 2:
        args.append(one)
    if not isinstance(args[2], ir.Lit) or args[2].value == 0:
        raise x.fail("SAG323", "the step of range is a literal other than 0", node.args[2])
    return x.op("range", T.Seq(_range_item(args)), node, *args)


def _range_item(args) -> T.Int:
    a, b = args[0].type, args[1].type
    return T.INT if a.lo is None or b.lo is None else T.Int(min(a.lo, b.lo), max(a.hi, b.hi))


def _enumerate(x, node, hint):
    c = _items(x, node.args[0])
    return x.op("enumerate", T.Seq(T.Tuple((T.INT, c.type.item)), c.type.cap), node, c)


def _set(x, node, hint):
    if not node.args:
        return x.op("set", T.Set(hint.item if isinstance(hint, T.Set) else T.BOTTOM), node)
    if isinstance(node.args[0], ast.GeneratorExp):
        return x.comprehension(node.args[0], "set", node.args[0].elt, hint)
    c = x.collection(node.args[0])
    return x.op("toset", T.Set(c.type.item), node, c)


def _list(x, node, hint):
    if not node.args:
        return x.op("seq", T.Seq(hint.item if isinstance(hint, T.Seq) else T.BOTTOM, 0), node)
    c = _items(x, node.args[0])
    return x.op("toseq", T.Seq(c.type.item, c.type.cap), node, c)


def _sorted(x, node, hint):
    c = _items(x, node.args[0])
    return x.op("sorted", T.Seq(c.type.item, c.type.cap), node, c)


_BUILTINS = {
    "len": (1, 1, _len),
    "min": (1, 99, _extreme),
    "max": (1, 99, _extreme),
    "sum": (1, 1, _sum),
    "any": (1, 1, _quantifier),
    "all": (1, 1, _quantifier),
    "abs": (1, 1, _abs),
    "range": (1, 3, _range),
    "enumerate": (1, 1, _enumerate),
    "set": (0, 1, _set),
    "frozenset": (0, 1, _set),
    "list": (0, 1, _list),
    "sorted": (1, 1, _sorted),
}


# ---- attributes


def _attribute_call(x, node: ast.Call, hint):
    func = node.func
    target = x.resolve(func.value)
    if isinstance(target, TypeRef):
        raise x.fail("SAG322", f"{func.attr} cannot be called on a type", node)
    if isinstance(target, ComponentRef):
        return _member_call(x, target, node)
    e = strict(target)
    for kind, table in _METHODS.items():
        if isinstance(e.type, kind):
            if func.attr in table:
                return table[func.attr](x, e, node)
            raise x.fail(
                "SAG324",
                f"{T.show(e.type)} has no method {func.attr}" + (" in an expression" if func.attr in MUTATORS else ""),
                node,
                _method_hint(func.attr, kind, table),
            )
    raise x.fail("SAG324", f"{T.show(e.type)} has no methods", node)


def _method_hint(name: str, kind, table) -> str:
    if name.startswith("pop"):
        return f"take the element first, on a line of its own: x = ... .{name}()"
    if name in MUTATORS:
        return "it changes the value, so it is a statement of its own"
    known = [*table, *_STATEMENTS.get(kind, ())]
    return f"it has {', '.join(known)}" if known else "use indexing and operators"


_STATEMENTS = {
    T.Seq: ("append", "extend", "insert", "pop", "popleft", "remove", "clear"),
    T.Set: ("add", "discard", "remove", "update", "clear"),
    T.Bag: ("add", "discard", "remove", "update", "clear"),
}


def _member_call(x, c: ComponentRef, node: ast.Call):
    inst, name = c.instance, node.func.attr
    if c.missing and name not in inst.types:
        raise x.fail(
            "SAG411", "this component is a family: it needs its index first", node, "write self.chan[i].name(...)"
        )
    if name in inst.types and isinstance(inst.types[name], T.Record):
        return _construct(x, inst.types[name], node)
    method = inst.decls.methods.get(name)
    if method is not None and method.kind not in ("predicate", "invariant", "constraint", "terminal", "possible"):
        raise x.fail(
            "SAG325",
            f"the {method.kind} {name} cannot be called",
            node,
            "move the common part to an undecorated method",
        )
    if method is None and name not in inst.decls.helpers:
        return x.member(c, node.func) and _not_callable(x, node, name)
    if x.flat.effects(inst, name):
        raise x.fail(
            "SAG326",
            f"{name} changes the state (or requires, chooses, asserts), so it cannot stand inside an expression",
            node,
            "call it on a line of its own: x = self.name(...)",
        )
    return x.flat.call(x, c, name, node)


def _not_callable(x, node, name):
    raise x.fail("SAG319", f"{name} is not a method", node)


def arguments(x, node: ast.Call, params: list[str], defaults: int = 0) -> dict[str, ast.expr]:
    """The arguments of a call by parameter name; complains about wrong ones."""
    if len(node.args) > len(params):
        raise x.fail("SAG323", f"{len(node.args)} arguments are given to {node.func.attr}({', '.join(params)})", node)
    given = dict(zip(params, node.args))
    for k in node.keywords:
        if k.arg not in params or k.arg in given:
            raise x.fail(
                "SAG323",
                f"there is no parameter {k.arg}" if k.arg not in params else f"{k.arg} is given twice",
                node,
                f"the parameters are {', '.join(params)}" if params else None,
            )
        given[k.arg] = k.value
    missing = [p for p in params[: len(params) - defaults] if p not in given]
    if missing:
        raise x.fail("SAG323", f"the argument {missing[0]} is missing", node)
    return given


def _construct(x, t: T.Record, node: ast.Call) -> ir.Expr:
    if node.args:
        raise x.fail(
            "SAG327", f"the fields of {t.name} are given by name", node, f"write {t.name}({t.fields[0][0]}=...)"
        )
    names = [n for n, _ in t.fields]
    optional = [n for n, f in t.fields if isinstance(f, T.Option)]
    given = {k.arg: k.value for k in node.keywords}
    for n in given:
        if n not in names:
            raise x.fail("SAG409", f"the record {t.name} has no field {n}", node, f"its fields are {', '.join(names)}")
    args = []
    for n, f in t.fields:
        if n in given:
            args.append(x.typed(given[n], f, f"the field {n}"))
        elif n in optional:
            args.append(x.op("none", f, node))
        else:
            raise x.fail("SAG323", f"the field {n} is missing", node, "only Option fields have a default, None")
    return x.op("record", t, node, *args)


def _no_args(make):
    def method(x, e, node):
        if node.args or node.keywords:
            raise x.fail("SAG323", f"{node.func.attr} takes no arguments", node)
        return make(x, e, node)

    return method


def _keys(x, e, node):
    return x.op("keys", T.Set(e.type.key), node, e)


def _values(x, e, node):
    return x.op("values", T.Seq(e.type.value, _size(e.type.key)), node, e)


def _map_items(x, e, node):
    return x.op("items", T.Seq(T.Tuple((e.type.key, e.type.value)), _size(e.type.key)), node, e)


def _size(t) -> int:
    from ..ir import values as plain

    return plain.size(t)


def _replace(x, e, node):
    if node.args:
        raise x.fail("SAG327", "the fields are given by name", node, "write r.replace(field=value)")
    for k in node.keywords:
        fields = dict(e.type.fields)
        if k.arg not in fields:
            raise x.fail(
                "SAG409", f"the record {e.type.name} has no field {k.arg}", node, f"its fields are {', '.join(fields)}"
            )
        e = x.op("replace", e.type, node, e, x.typed(k.value, fields[k.arg], f"the field {k.arg}"), name=k.arg)
    return e


def _algebra(op, result=None):
    def method(x, e, node):
        if len(node.args) != 1 or node.keywords:
            raise x.fail("SAG323", f"{node.func.attr} takes one argument", node)
        other = x.collection(node.args[0])
        other = x.op("toset", T.Set(other.type.item), node, other) if not isinstance(other.type, T.Set) else other
        both = unify(e, other)
        if both is None:
            raise x.fail("SAG422", f"{T.show(e.type)} and {T.show(other.type)} have no common elements", node)
        a, b = (both[1], both[0]) if node.func.attr == "issuperset" else both[:2]
        return x.op(op, result or T.Set(both[2].item), node, a, b)

    return method


def _count(x, e, node):
    if len(node.args) != 1:
        raise x.fail("SAG323", "count takes one argument", node)
    item = coerce(x.value(node.args[0], e.type.item), e.type.item)
    if item is None:
        raise x.fail("SAG422", "this is never an element", node.args[0])
    return x.op("count", T.INT, node, e, item)


_METHODS = {
    T.Map: {"keys": _no_args(_keys), "values": _no_args(_values), "items": _no_args(_map_items)},
    T.Record: {"replace": _replace},
    T.Set: {
        "union": _algebra("union"),
        "intersection": _algebra("intersection"),
        "difference": _algebra("difference"),
        "issubset": _algebra("subset", T.BOOL),
        "issuperset": _algebra("subset", T.BOOL),
        "isdisjoint": _algebra("disjoint", T.BOOL),
    },
    T.Seq: {"count": _count},
    T.Bag: {"count": _count},
}
