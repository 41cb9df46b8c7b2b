"""What does each operator of the IR compute, on plain values, and when does it fault?

`operator(e)` gives the Python function of one occurrence: of its argument values, and faulting
at its location. The lazy operators are not here; they need expressions, not values.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Callable

from ..errors import InternalError, Diagnostic, ModelFault
from ..ir import types as T
from ..ir import values
from ..ir.nodes import Op


def operator(e: Op) -> Callable:
    """The function that one occurrence of a strict operator stands for."""
    if e.op in PLAIN:
        return PLAIN[e.op]
    if e.op in TYPED:
        return TYPED[e.op](e)
    raise InternalError(Diagnostic(code="SAG990", message=f"no evaluation of operator {e.op!r}", loc=e.loc))


def distinct(items) -> tuple:
    """The set of these elements, as a plain value."""
    return tuple(sorted(set(items)))


def contains(ordered: tuple, x) -> bool:
    """Membership in a plain set or bag, by bisection."""
    i = bisect_left(ordered, x)
    return i < len(ordered) and ordered[i] == x


def _tuple(*items):
    return items


def _insert(s, i, x):
    i = min(max(i, 0), len(s))
    return s[:i] + (x,) + s[i:]


def _add(ordered, x):
    items = list(ordered)
    insort(items, x)
    return tuple(items)


def _remove(items, x):
    i = items.index(x)
    return items[:i] + items[i + 1 :]


#: Operators that never fault and whose meaning does not depend on types.
PLAIN: dict[str, Callable] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "neg": lambda a: -a, "abs": abs,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "eq": lambda a, b: a == b, "not": lambda a: not a,
    "record": _tuple, "tuple": _tuple, "map": _tuple, "seq": _tuple,
    "none": lambda: (), "some": lambda a: (a,), "isnone": lambda a: a == (),
    "values": lambda m: m, "enumerate": lambda s: tuple(enumerate(s)),
    "concat": lambda a, b: a + b, "range": lambda a, b, step: tuple(range(a, b, step)),
    "sorted": lambda c: tuple(sorted(c)), "tobag": lambda c: tuple(sorted(c)),
    "toset": distinct, "toseq": lambda c: c,
    "flatseq": lambda s: tuple(x for part in s for x in part), "flatset": lambda c: distinct(x for s in c for x in s),
    "set": lambda *items: distinct(items), "bag": lambda *items: tuple(sorted(items)),
    "union": lambda a, b: distinct(a + b),
    "intersection": lambda a, b: tuple(x for x in a if contains(b, x)),
    "difference": lambda a, b: tuple(x for x in a if not contains(b, x)),
    "subset": lambda a, b: all(contains(b, x) for x in a),
    "disjoint": lambda a, b: not any(contains(b, x) for x in a),
    "discard": lambda c, x: _remove(c, x) if x in c else c,
    "count": lambda c, x: c.count(x), "sumbag": lambda a, b: tuple(sorted(a + b)),
    "len": len, "in": lambda x, c: x in c, "sum": sum,
}


def _key_position(e: Op) -> Callable:
    """The position that a map key or a sequence index denotes; a fault outside."""
    t = e.args[0].type
    if isinstance(t, T.Map):
        positions = {k: i for i, k in enumerate(values.domain(t.key))}

        def of_map(m, k):
            i = positions.get(k)
            if i is None:
                raise ModelFault("index", f"the key {values.show(t.key, k)} is outside {T.show(t.key)}", e.loc)
            return i
        return of_map

    def of_seq(s, i):
        if not 0 <= i < len(s):
            raise ModelFault("index", f"position {i} is outside a sequence of length {len(s)}", e.loc)
        return i
    return of_seq


def _index(e: Op):
    position = _key_position(e)
    return lambda c, k: c[position(c, k)]


def _with(e: Op):
    position = _key_position(e)

    def put(c, k, v):
        i = position(c, k)
        return c[:i] + (v,) + c[i + 1 :]
    return put


def _removeat(e: Op):
    position = _key_position(e)

    def take(s, i):
        i = position(s, i)
        return s[:i] + s[i + 1 :]
    return take


def _field(e: Op):
    i = e.args[0].type.index(e.name)
    return lambda r: r[i]


def _replace(e: Op):
    i = e.args[0].type.index(e.name)
    return lambda r, v: r[:i] + (v,) + r[i + 1 :]


def _item(e: Op):
    i = int(e.name)
    return lambda t: t[i]


def _division(divide):
    def make(e: Op):
        def divided(a, b):
            if b == 0:
                raise ModelFault("division", "division by zero", e.loc)
            return divide(a, b)
        return divided
    return make


def _unwrap(e: Op):
    def value(o):
        if o == ():
            raise ModelFault("none", "the value is None", e.loc)
        return o[0]
    return value


def _domain(e: Op):
    everything = tuple(values.domain(e.type.item))
    return lambda: everything


def _keys(e: Op):
    keys = tuple(values.domain(e.args[0].type.key))
    return lambda m: keys


def _items(e: Op):
    keys = tuple(values.domain(e.args[0].type.key))
    return lambda m: tuple(zip(keys, m))


def _slice(e: Op):
    def cut(s, a, b):
        if a < 0 or b < 0:
            raise ModelFault("slice", f"a slice from {a} to {b}: negative positions are not allowed", e.loc)
        return s[a:b]
    return cut


def _bounded(enlarge, keeps=lambda c, x: False):
    """An operator that adds one element, unless its type is full; `keeps` says that the element is there already."""
    def make(e: Op):
        cap = e.type.cap

        def added(c, *rest):
            if keeps(c, rest[-1]):
                return c
            if cap is not None and len(c) >= cap:
                raise ModelFault("capacity", f"{T.show(e.type)} is full: it holds {len(c)} elements", e.loc)
            return enlarge(c, *rest)
        return added
    return make


def _present(e: Op):
    def removed(c, x):
        if x not in c:
            raise ModelFault("absent", f"{values.show(e.args[0].type.item, x)} is not in the collection", e.loc)
        return _remove(c, x)
    return removed


def _extreme(pick):
    def make(e: Op):
        def picked(c):
            if not c:
                raise ModelFault("empty", f"{e.op} of an empty collection", e.loc)
            return pick(c)
        return picked
    return make


#: Operators that fault or look at types: op -> function of the occurrence.
TYPED: dict[str, Callable] = {
    "floordiv": _division(lambda a, b: a // b), "mod": _division(lambda a, b: a % b),
    "field": _field, "replace": _replace, "item": _item, "unwrap": _unwrap,
    "index": _index, "with": _with, "removeat": _removeat, "slice": _slice,
    "domain": _domain, "keys": _keys, "items": _items,
    "append": _bounded(lambda s, x: s + (x,)), "insert": _bounded(_insert),
    "insertset": _bounded(_add, keeps=contains), "insertbag": _bounded(_add),
    "removefirst": _present, "removeset": _present, "removebag": _present,
    "min": _extreme(min), "max": _extreme(max),
}
