"""What does each operator of the IR compute on values that may be unknown?

One row for each strict operator of `ir.nodes.OPS`: a function of the occurrence and its argument values. Where the
language
faults, the result is any value, or None for no value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values as plain
from . import bits as B
from . import values as V
from .bits import add, conj, disj, equal, less, literal, neg, pick, sub
from .values import BagOf, Opt, Product, SeqOf, SetOf, appended, counted, elements, ite, with_element


def _keys_of(t: T.Map) -> list:
    return list(plain.domain(t.key))


def _index(e: ir.Op, c, k):
    if isinstance(c, Product):
        return _selected([(V.is_plain(k, p), x) for p, x in zip(_keys_of(e.args[0].type), c.items)])
    return _at(c, k)


def _at(s: SeqOf, position: B.Num):
    return _selected([(equal(position, literal(i)), x) for i, x in enumerate(s.items)])


def _selected(cases: list[tuple[Any, Any]]):
    """The value of the case whose condition holds."""
    found = None
    for c, x in reversed(cases):
        if c is not False:
            found = ite(c, x, found) if found is not None else x
    return found


def _with(e: ir.Op, c, k, v):
    if k is None:
        return c
    if isinstance(c, Product):
        keys = _keys_of(e.args[0].type)
        return Product(tuple(_put(V.is_plain(k, p), v, x) for p, x in zip(keys, c.items)))
    return SeqOf(c.length, tuple(_put(equal(k, literal(i)), v, x) for i, x in enumerate(c.items)))


def _put(c, new, old):
    return old if c is False else ite(c, new, old)


def _replace(e: ir.Op, r: Product, v):
    i = e.args[0].type.index(e.name)
    return Product(r.items[:i] + (v,) + r.items[i + 1:])


def _known_set(values) -> SetOf:
    return SetOf({v: True for v in values})


def _literal_seq(items) -> SeqOf:
    items = tuple(items)
    return SeqOf(literal(len(items)), items)


def _items(e: ir.Op, m: Product) -> SeqOf:
    t = e.args[0].type
    return _literal_seq(Product((V.of_plain(t.key, k), x)) for k, x in zip(_keys_of(t), m.items))


def _enumerate(e: ir.Op, s: SeqOf) -> SeqOf:
    return SeqOf(s.length, tuple(Product((literal(i), x)) for i, x in enumerate(s.items)))


def _concat(e, a: SeqOf, b: SeqOf) -> SeqOf:
    for there, x in elements(e.type, b):
        a = appended(a, x, there)
    return a


def _insert(e, s: SeqOf, position, x) -> SeqOf:
    i = _clamped(position, s.length)
    before = [less(literal(j), i) for j in range(len(s.items) + 1)]
    items = []
    for j, earlier in enumerate(before):
        moved = ite(equal(i, literal(j)), x, s.items[j - 1] if j else x)
        items.append(ite(earlier, V.slot(s, j), moved) if j < len(s.items) else moved)
    return SeqOf(add(s.length, literal(1)), tuple(items))


def _clamped(position: B.Num, length: B.Num) -> B.Num:
    low = pick(less(position, literal(0)), literal(0), position)
    return B.narrowed(pick(less(length, low), length, low), 0)


def _slice(e, s: SeqOf, a, b) -> SeqOf:
    start, end = _clamped(a, s.length), _clamped(b, s.length)
    length = B.narrowed(pick(less(start, end), sub(end, start), literal(0)), 0)
    n = min(length.hi, len(s.items))
    return SeqOf(B.capped(length, n), tuple(_at(s, add(start, literal(j))) for j in range(n)))


def _removeat(e, s: SeqOf, position) -> SeqOf:
    return _without(s, [neg(less(literal(j), position)) for j in range(len(s.items))])


def _removefirst(e, s: SeqOf, x) -> SeqOf:
    found, removed = False, []
    for there, y in elements(e.type, s):
        found = disj(found, conj(there, V.eq(x, y)))
        removed.append(found)
    return _without(s, removed)


def _without(s: SeqOf, gone: list) -> SeqOf:
    """The sequence without the element from which on `gone` holds."""
    if not s.items:
        return s
    items = [ite(gone[j], s.items[j + 1], s.items[j]) for j in range(len(s.items) - 1)]
    return SeqOf(B.narrowed(sub(s.length, literal(1)), 0), tuple(items))


def _range(e, first, below, step) -> SeqOf:
    by = step.lo
    gap = sub(below, first) if by > 0 else sub(first, below)
    many = B.floordiv(add(gap, literal(abs(by) - 1)), literal(abs(by)))
    length = B.capped(B.narrowed(pick(less(many, literal(0)), literal(0), many), 0), max(0, -(-gap.hi // abs(by))))
    return SeqOf(length, tuple(add(first, literal(i * by)) for i in range(length.hi)))


def _toset(e, c) -> SetOf:
    if isinstance(c, SetOf):
        return c
    if isinstance(c, BagOf):
        return SetOf({k: less(V.ZERO, n) for k, n in c.counts.items()})
    made = SetOf({})
    for there, x in elements(e.args[0].type, c):
        made = with_element(made, x, there)
    return made


def _tobag(e, c) -> BagOf:
    if isinstance(c, BagOf):
        return c
    if isinstance(c, SetOf):
        return BagOf({k: pick(b, literal(1), V.ZERO) for k, b in c.bits.items()})
    made = BagOf({})
    for there, x in elements(e.args[0].type, c):
        made = counted(made, x, 1, there)
    return made


def _toseq(e, c) -> SeqOf:
    if isinstance(c, SeqOf):
        return c
    made = SeqOf(V.ZERO, ())
    for there, x in elements(e.args[0].type, c):
        made = appended(made, x, there)
    return made


def _sorted(e, c) -> SeqOf:
    return _toseq(e, _tobag(e, c) if isinstance(c, SeqOf) else c)


def _flatseq(e, s: SeqOf) -> SeqOf:
    made = SeqOf(V.ZERO, ())
    for there, part in elements(e.args[0].type, s):
        for inner, x in elements(e.type, part):
            made = appended(made, x, conj(there, inner))
    return made


def _flatset(e, c) -> SetOf:
    made = SetOf({})
    for there, part in elements(e.args[0].type, c):
        for k, b in part.bits.items():
            made.bits[k] = disj(made.bits.get(k, False), conj(there, b))
    return SetOf({k: made.bits[k] for k in sorted(made.bits)})


def _set(e, *items) -> SetOf:
    made = SetOf({})
    for x in items:
        made = with_element(made, x)
    return made


def _bag(e, *items) -> BagOf:
    made = BagOf({})
    for x in items:
        made = counted(made, x, 1)
    return made


def _pointwise(f: Callable) -> Callable:
    def combined(e, a: SetOf, b: SetOf) -> SetOf:
        return SetOf({k: f(a.bits.get(k, False), b.bits.get(k, False)) for k in sorted({*a.bits, *b.bits})})
    return combined


def _subset(e, a: SetOf, b: SetOf):
    return conj(*(B.implies(x, b.bits.get(k, False)) for k, x in a.bits.items()))


def _disjoint(e, a: SetOf, b: SetOf):
    return conj(*(neg(conj(x, b.bits.get(k, False))) for k, x in a.bits.items()))


def _removed(e, c, x):
    if isinstance(c, BagOf):
        return counted(c, x, -1)
    return SetOf({k: conj(b, neg(V.is_plain(x, k))) for k, b in c.bits.items()})


def _count(e, c, x) -> B.Num:
    if isinstance(c, BagOf):
        return B.total([pick(V.is_plain(x, k), n, V.ZERO) for k, n in c.counts.items()])
    return B.count(conj(there, V.eq(x, y)) for there, y in elements(e.args[0].type, c))


def _sumbag(e, a: BagOf, b: BagOf) -> BagOf:
    keys = sorted({*a.counts, *b.counts})
    return BagOf({k: add(a.counts.get(k, V.ZERO), b.counts.get(k, V.ZERO)) for k in keys})


def _extreme(before: Callable) -> Callable:
    def found(e, c):
        best, any_yet = None, False
        for there, x in elements(e.args[0].type, c):
            best = x if best is None else ite(conj(there, disj(neg(any_yet), before(x, best))), x, best)
            any_yet = disj(any_yet, there)
        return best
    return found


def _sum(e, c) -> B.Num:
    if isinstance(c, BagOf):
        return B.total([B.mul(n, literal(k)) for k, n in c.counts.items()])
    return B.total([pick(there, x, V.ZERO) for there, x in elements(e.args[0].type, c)])


#: op -> function of (occurrence, argument values).
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": lambda e, a, b: add(a, b), "sub": lambda e, a, b: sub(a, b), "mul": lambda e, a, b: B.mul(a, b),
    "floordiv": lambda e, a, b: B.floordiv(a, b), "mod": lambda e, a, b: B.mod(a, b),
    "neg": lambda e, a: sub(V.ZERO, a), "abs": lambda e, a: B.absolute(a),
    "lt": lambda e, a, b: V.lt(a, b), "le": lambda e, a, b: neg(V.lt(b, a)), "eq": lambda e, a, b: V.eq(a, b),
    "not": lambda e, a: neg(a),
    "record": lambda e, *items: Product(items), "tuple": lambda e, *items: Product(items),
    "map": lambda e, *items: Product(items),
    "field": lambda e, r: r.items[e.args[0].type.index(e.name)], "item": lambda e, t: t.items[int(e.name)],
    "replace": _replace,
    "none": lambda e: Opt(False, None), "some": lambda e, x: Opt(True, x), "isnone": lambda e, o: neg(o.present),
    "unwrap": lambda e, o: o.value,
    "index": _index, "with": _with,
    "domain": lambda e: _known_set(plain.domain(e.type.item)),
    "keys": lambda e, m: _known_set(_keys_of(e.args[0].type)), "values": lambda e, m: _literal_seq(m.items),
    "items": _items, "enumerate": _enumerate,
    "seq": lambda e, *items: _literal_seq(items), "append": lambda e, s, x: appended(s, x),
    "concat": _concat, "insert": _insert, "slice": _slice, "removeat": _removeat, "removefirst": _removefirst,
    "range": _range, "sorted": _sorted, "toset": _toset, "tobag": _tobag, "toseq": _toseq,
    "flatseq": _flatseq, "flatset": _flatset,
    "set": _set, "union": _pointwise(disj), "intersection": _pointwise(conj),
    "difference": _pointwise(lambda a, b: conj(a, neg(b))), "subset": _subset, "disjoint": _disjoint,
    "insertset": lambda e, s, x: with_element(s, x), "removeset": _removed, "discard": _removed,
    "bag": _bag, "insertbag": lambda e, b, x: counted(b, x, 1), "removebag": _removed,
    "count": _count, "sumbag": _sumbag,
    "len": lambda e, c: V.size(c), "in": lambda e, x, c: V.member(x, c),
    "min": _extreme(V.lt), "max": _extreme(lambda x, best: V.lt(best, x)), "sum": _sum,
}
