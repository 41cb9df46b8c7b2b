"""Which argument types does each operator accept?  One row per operator: a predicate on the result and argument types.

Types are compared without ranges and capacities. Unlike types.join, `agree` does not lift T to Option[T]: the IR
wraps with an explicit `some`, and a missing one would mix two representations.
"""

from __future__ import annotations

from typing import Callable

from . import types as T
from .types import BOTTOM, COLLECTIONS, INT


def agree(a: T.Type, b: T.Type) -> bool:
    """Do both types have the same representation? Bottom agrees with everything."""
    if BOTTOM in (a, b):
        return True
    match a, b:
        case (T.Int(), T.Int()):
            return True
        case (T.Tuple(xs), T.Tuple(ys)):
            return len(xs) == len(ys) and all(map(agree, xs, ys))
        case (T.Record(n, xs), T.Record(m, ys)):
            return n == m and len(xs) == len(ys) and all(p == q and agree(t, u) for (p, t), (q, u) in zip(xs, ys))
        case (T.Map(), T.Map()):
            return a.key == b.key and agree(a.value, b.value)
        case (T.Option() | T.Set() | T.Seq() | T.Bag(), _):
            return type(a) is type(b) and agree(a.item, b.item)
    return a == b


def _is(*kinds: type) -> Callable[[T.Type], bool]:
    return lambda t: isinstance(t, kinds)


_int, _bool = _is(T.Int), _is(T.Bool)
_set, _seq, _bag, _map, _option = _is(T.Set), _is(T.Seq), _is(T.Bag), _is(T.Map), _is(T.Option)
_collection = _is(*COLLECTIONS)


def _ints(r, *args) -> bool:
    return _int(r) and all(map(_int, args))


def _bools(r, *args) -> bool:
    return _bool(r) and all(map(_bool, args))


def _compared(r, a, b) -> bool:
    return _bool(r) and agree(a, b)


def _same(kind, *extra):
    """Result and first argument are of one kind and element type; `extra` are predicates of the other arguments."""
    def rule(r, a, *rest):
        return kind(a) and agree(r, a) and all(p(a, x) for p, x in zip(extra, rest))
    return rule


def _element(c, x) -> bool:
    return agree(c.item, x)


def _integer(c, x) -> bool:
    return _int(x)


def _alike(c, x) -> bool:
    return agree(c, x)


def _relation(kind):
    return lambda r, a, b: _bool(r) and kind(a) and agree(a, b)


def _literal(kind):
    return lambda r, *args: kind(r) and all(agree(r.item, a) for a in args)


def _indexed(c, k) -> bool:
    return _map(c) and agree(c.key, k) or _seq(c) and _int(k)


def _stored(c) -> T.Type:
    return c.value if _map(c) else c.item


def _converted(kind, source=_collection):
    return lambda r, a: kind(r) and source(a) and agree(r.item, a.item)


def _flattened(kind, source):
    return lambda r, a: kind(r) and source(a) and (a.item == BOTTOM or kind(a.item) and agree(r.item, a.item.item))


def _record(r, *args) -> bool:
    return (isinstance(r, T.Record) and len(args) == len(r.fields)
            and all(agree(t, a) for (_, t), a in zip(r.fields, args)))


def _tuple(r, *args) -> bool:
    return isinstance(r, T.Tuple) and len(args) == len(r.items) and all(map(agree, r.items, args))


def _ite(r, c, a, b) -> bool:
    return _bool(c) and agree(a, b) and agree(r, a) and agree(r, b)


#: op -> rule of (result type, argument types). Operators with a `name` have a further rule in NAMED.
RULES: dict[str, Callable[..., bool]] = {
    **{op: _ints for op in ("add", "sub", "mul", "floordiv", "mod", "neg", "abs")},
    **{op: _bools for op in ("not", "and", "or", "implies")},
    **{op: _compared for op in ("lt", "le", "eq")},
    "ite": _ite, "record": _record, "tuple": _tuple,
    "field": lambda r, a: isinstance(a, T.Record), "item": lambda r, a: isinstance(a, T.Tuple),
    "replace": lambda r, a, v: isinstance(a, T.Record) and agree(r, a),
    "none": lambda r: _option(r), "some": lambda r, a: _option(r) and not _option(a) and agree(r.item, a),
    "isnone": lambda r, a: _bool(r) and _option(a), "unwrap": lambda r, a: _option(a) and agree(r, a.item),
    "index": lambda r, c, k: _indexed(c, k) and agree(r, _stored(c)),
    "with": lambda r, c, k, v: _indexed(c, k) and agree(r, c) and agree(_stored(c), v),
    "map": lambda r, *vs: _map(r) and all(agree(r.value, v) for v in vs),
    "domain": lambda r: _set(r),
    "keys": lambda r, m: _map(m) and _set(r) and agree(r.item, m.key),
    "values": lambda r, m: _map(m) and _seq(r) and agree(r.item, m.value),
    "items": lambda r, m: _map(m) and _seq(r) and agree(r.item, T.Tuple((m.key, m.value))),
    "enumerate": lambda r, s: _seq(s) and _seq(r) and agree(r.item, T.Tuple((INT, s.item))),
    "seq": _literal(_seq), "append": _same(_seq, _element), "concat": _same(_seq, _alike),
    "insert": _same(_seq, _integer, _element), "slice": _same(_seq, _integer, _integer),
    "removeat": _same(_seq, _integer), "removefirst": _same(_seq, _element),
    "range": lambda r, *args: _seq(r) and _int(r.item) and all(map(_int, args)),
    "sorted": _converted(_seq), "toset": _converted(_set), "tobag": _converted(_bag), "toseq": _converted(_seq),
    "flatseq": _flattened(_seq, _seq), "flatset": _flattened(_set, _collection),
    "set": _literal(_set), **{op: _same(_set, _alike) for op in ("union", "intersection", "difference")},
    "subset": _relation(_set), "disjoint": _relation(_set),
    "insertset": _same(_set, _element), "removeset": _same(_set, _element),
    "discard": _same(_is(T.Set, T.Bag), _element),
    "bag": _literal(_bag), "insertbag": _same(_bag, _element), "removebag": _same(_bag, _element),
    "count": lambda r, c, x: _int(r) and _is(T.Bag, T.Seq)(c) and agree(c.item, x), "sumbag": _same(_bag, _alike),
    "len": lambda r, c: _int(r) and (_collection(c) or _map(c)),
    "in": lambda r, x, c: _bool(r) and _collection(c) and agree(c.item, x),
    **{op: lambda r, c: _collection(c) and agree(r, c.item) for op in ("min", "max")},
    "sum": lambda r, c: _int(r) and _collection(c) and agree(c.item, INT),
}


def _field_rule(r, a, name) -> bool:
    return name in dict(a.fields) and agree(r, dict(a.fields)[name])


def _item_rule(r, a, name) -> bool:
    return name.isdecimal() and int(name) < len(a.items) and agree(r, a.items[int(name)])


#: op -> rule of (type, record or tuple, name), where the type is the result, or the new value of a replace.
NAMED: dict[str, Callable[..., bool]] = {"field": _field_rule, "replace": _field_rule, "item": _item_rule}
