"""Mutators as statements: ``self.log[p].append(e)`` becomes the assignment of a new value."""

from __future__ import annotations

import ast
from dataclasses import replace

from ..ir import nodes as ir
from ..ir import types as T
from .convert import coerce, strict

_ADD = {T.Seq: "append", T.Set: "insertset", T.Bag: "insertbag"}
_TAKE = {
    "remove": {T.Seq: "removefirst", T.Set: "removeset", T.Bag: "removebag"},
    "discard": {T.Set: "discard", T.Bag: "discard"},
}
_ONE = {"append": (T.Seq,), "add": (T.Set, T.Bag)}
_MANY = {"extend": (T.Seq,), "update": (T.Set, T.Bag)}
_ARGUMENTS = {"append": 1, "add": 1, "extend": 1, "update": 1, "insert": 2, "remove": 1, "discard": 1, "clear": 0}


def lower(x, call: ast.Call, node) -> list[ir.Stmt]:
    """The statements of a mutator call; `x` is the Statements at work."""
    path, name = call.func.value, call.func.attr
    here = strict(x.value(path))
    local = _root_is_local(x, path)
    if not isinstance(here.type, T.COLLECTIONS):
        raise x.fail(
            "SAG324", f"{T.show(here.type)} has no method {name}", call, "assign to its parts: self.m[k] = value"
        )
    if name not in _ARGUMENTS or len(call.args) != _ARGUMENTS[name] or call.keywords:
        n = _ARGUMENTS.get(name, 0)
        raise x.fail("SAG323", f"{name} takes {('no arguments', 'one argument', 'two arguments')[n]}", call)
    whole = replace(here.type, cap=None) if local else here.type  # only stored collections have a capacity
    if name in _MANY and isinstance(here.type, _MANY[name]):
        return _many(x, call, node, here, whole)
    return [x.store_path_or_name(path, _new_value(x, call, here, whole), node)]


def _new_value(x, call, here, whole) -> ir.Expr:
    name, kind = call.func.attr, type(here.type)
    if name == "clear":
        return x.op({T.Seq: "seq", T.Set: "set", T.Bag: "bag"}[kind], whole, call)
    if name in _ONE and isinstance(here.type, _ONE[name]):
        here, item = _element(x, here, call.args[0])
        return x.op(_ADD[kind], replace(whole, item=here.type.item), call, here, item)
    if name == "insert" and kind is T.Seq:
        at = x.integer(call.args[0])
        here, item = _element(x, here, call.args[1])
        return x.op("insert", replace(whole, item=here.type.item), call, here, at, item)
    if name in _TAKE and kind in _TAKE[name]:
        here, item = _element(x, here, call.args[0])
        return x.op(_TAKE[name][kind], replace(whole, item=here.type.item), call, here, item)
    other = {"append": "add", "add": "append", "extend": "update", "update": "extend"}.get(name)
    raise x.fail(
        "SAG324", f"{T.show(here.type)} has no method {name}", call, f"did you mean {other}?" if other else None
    )


def _element(x, here, node) -> tuple[ir.Expr, ir.Expr]:
    """The collection and the element at a common element type."""
    e = x.value(node, None if here.type.item == T.BOTTOM else here.type.item)
    t = T.join(here.type.item, e.type)
    fitted = t and coerce(e, here.type.item if here.type.item != T.BOTTOM else t)
    if fitted is None:
        hint = "it may be None: bind it to a local and require(x is not None)" if isinstance(e.type, T.Option) else None
        raise x.fail("SAG403", f"the element must be {T.show(here.type.item)}, not {T.show(e.type)}", node, hint)
    return (here if here.type.item != T.BOTTOM else coerce(here, replace(here.type, item=t)) or here), fitted


def _many(x, call, node, here, whole) -> list[ir.Stmt]:
    """extend and update: one element after the other, so that a full collection is noticed where it happens."""
    items = (
        x.collection(call.args[0])
        if not isinstance(call.args[0], ast.GeneratorExp)
        else x.comprehension(call.args[0], "seq", call.args[0].elt)
    )
    source, each = x.scope.fresh("items"), x.scope.fresh("each")
    if here.type.item != T.BOTTOM:
        items = coerce(items, replace(items.type, item=here.type.item)) or items
    x.scope.assign(source, items.type, x.loc(call))
    x.scope.assign(each, items.type.item, x.loc(call))
    t = T.join(here.type.item, items.type.item)
    if t is None or (here.type.item != T.BOTTOM and T.erase(t) != T.erase(here.type.item)):
        raise x.fail(
            "SAG403", f"the elements must be {T.show(here.type.item)}, not {T.show(items.type.item)}", call.args[0]
        )
    # On a copy, so that the path is evaluated even if there is nothing to add, and only once.
    result = x.scope.fresh("whole")
    x.scope.assign(result, replace(here.type, item=t, cap=None), x.loc(call))
    start = [
        x.set_local(result, coerce(here, replace(here.type, item=t)) or here, call),
        x.set_local(source, items, call),
    ]
    element = coerce(x.local(each, call), t) or x.local(each, call)
    new = x.op(_ADD[type(here.type)], replace(whole, item=t), call, x.local(result, call), element)
    loop = ir.For(local=each, over=x.local(source, call), body=(x.set_local(result, new, call),), loc=x.loc(call))
    return [*start, loop, x.store_path_or_name(call.func.value, x.local(result, call), node)]


def _root_is_local(x, path) -> bool:
    while isinstance(path, (ast.Attribute, ast.Subscript)):
        path = path.value
    return isinstance(path, ast.Name) and path.id != x.frame.self_name
