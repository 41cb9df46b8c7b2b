"""What is a value of the language, when it is not known?  The shape of the value, with conditions and numbers at its
leaves.

    bool           a condition
    Int, enum, ids a Num
    record, tuple, map (values in key order)    Product
    option         Opt          set  SetOf      bag  BagOf      seq  SeqOf

Sets and bags are vectors over the plain values (`ir.values`) that can be in them; a sequence has as many slots as it
can
have elements. None stands for a value that is never looked at: what is in an option that is None, the minimum
of nothing. Functional forms look at such a value only where it does not matter (`ir.functional`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from ..errors import Diagnostic, UnsupportedError
from ..ir import types as T
from ..ir import values as plain
from .bits import (
    Num,
    add,
    between,
    choose,
    conj,
    count,
    disj,
    equal,
    iff,
    implies,
    less,
    literal,
    narrowed,
    neg,
    pick,
    sub,
    total,
)

#: A value that can be one of more plain values than this is refused as an element of a set or bag.
MOST_CANDIDATES = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A record, a tuple, or a map as its values in key order."""

    items: tuple


@dataclass(frozen=True, slots=True, eq=False)
class Opt:
    present: Any
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class SetOf:
    """`bits`: for each plain value that may be in the set, in value order, whether it is."""

    bits: dict


@dataclass(frozen=True, slots=True, eq=False)
class BagOf:
    """`counts`: for each plain value that may be in the bag, in value order, how many times it is."""

    counts: dict


@dataclass(frozen=True, slots=True, eq=False)
class SeqOf:
    """Slots from `length` on have no meaning."""

    length: Num
    items: tuple


def of_plain(t: T.Type, v) -> Any:
    """The known value."""
    match t:
        case T.Bool():
            return bool(v)
        case T.Int() | T.Enum() | T.Ids():
            return literal(v)
        case T.Record(_, fields):
            return Product(tuple(of_plain(f, x) for (_, f), x in zip(fields, v)))
        case T.Tuple(items):
            return Product(tuple(map(of_plain, items, v)))
        case T.Map(_, value):
            return Product(tuple(of_plain(value, x) for x in v))
        case T.Option(item):
            return Opt(True, of_plain(item, v[0])) if v else Opt(False, None)
        case T.Set():
            return SetOf({x: True for x in v})
        case T.Bag():
            return BagOf({x: literal(v.count(x)) for x in v})
        case T.Seq(item):
            return SeqOf(literal(len(v)), tuple(of_plain(item, x) for x in v))
    return None


def ite(c, a, b):
    """If c then a else b."""
    if isinstance(c, bool):
        return a if c else b
    if a is b or b is None:
        return a
    match a:
        case None:
            return b
        case Num():
            return pick(c, a, b)
        case Product(items):
            return Product(tuple(ite(c, x, y) for x, y in zip(items, b.items)))
        case Opt(present, value):
            return Opt(choose(c, present, b.present), ite(c, value, b.value))
        case SetOf(bits):
            return SetOf({k: choose(c, bits.get(k, False), b.bits.get(k, False)) for k in _keys(bits, b.bits)})
        case BagOf(counts):
            return BagOf({k: pick(c, counts.get(k, ZERO), b.counts.get(k, ZERO)) for k in _keys(counts, b.counts)})
        case SeqOf(length, items):
            n = max(len(items), len(b.items))
            return SeqOf(pick(c, length, b.length), tuple(ite(c, slot(a, i), slot(b, i)) for i in range(n)))
    return choose(c, a, b)


def eq(a, b):
    """Are the values equal?"""
    if a is None or b is None:
        return False
    match a:
        case Num():
            return equal(a, b)
        case Product(items):
            return conj(*map(eq, items, b.items))
        case Opt(present, value):
            return conj(iff(present, b.present), implies(conj(present, b.present), eq(value, b.value)))
        case SetOf(bits):
            return conj(*(iff(bits.get(k, False), b.bits.get(k, False)) for k in _keys(bits, b.bits)))
        case BagOf(counts):
            return conj(*(equal(counts.get(k, ZERO), b.counts.get(k, ZERO)) for k in _keys(counts, b.counts)))
        case SeqOf(length, items):
            shared = min(len(items), len(b.items))
            return conj(equal(length, b.length),
                        *(implies(less(literal(i), length), eq(items[i], b.items[i])) for i in range(shared)))
    return iff(a, b)


def lt(a, b):
    """Is the first before the second in the value order of the language?"""
    if a is None or b is None:
        return False
    match a:
        case Num():
            return less(a, b)
        case Product(items):
            return _lexicographic(items, b.items, False)
        case Opt(present, value):
            return disj(conj(neg(present), b.present), conj(present, b.present, lt(value, b.value)))
        case SeqOf():
            return _sequence_before(a, b)
        case SetOf() | BagOf():
            raise unsupported("the order of sets and bags")
    return conj(neg(a), b)


def _lexicographic(xs, ys, at_end):
    for x, y in zip(reversed(xs), reversed(ys)):
        at_end = disj(lt(x, y), conj(eq(x, y), at_end))
    return at_end


def _sequence_before(a: SeqOf, b: SeqOf):
    before = less(a.length, b.length)
    for i in reversed(range(min(len(a.items), len(b.items)))):
        here = conj(less(literal(i), a.length), less(literal(i), b.length))
        x, y = a.items[i], b.items[i]
        before = choose(here, disj(lt(x, y), conj(eq(x, y), before)), less(a.length, b.length))
    return before


def is_plain(v, p):
    """Is the value this plain value?"""
    match v:
        case None:
            return False
        case Num():
            return equal(v, literal(int(p)))
        case Product(items):
            return conj(*map(is_plain, items, p))
        case Opt(present, value):
            return conj(present, is_plain(value, p[0])) if p else neg(present)
        case SetOf(bits):
            members = set(p)
            return members <= bits.keys() and conj(*(b if k in members else neg(b) for k, b in bits.items()))
        case BagOf(counts):
            return set(p) <= counts.keys() and conj(*(equal(n, literal(p.count(k))) for k, n in counts.items()))
        case SeqOf(length, items):
            return len(p) <= len(items) and conj(equal(length, literal(len(p))), *map(is_plain, items, p))
    return iff(v, bool(p))


def candidates(v) -> list:
    """All plain values that the value can be, in value order. Raises UnsupportedError if they are too many."""
    found = []
    for p in _candidates(v):
        found.append(p)
        if len(found) > MOST_CANDIDATES:
            raise unsupported(f"an element that may be one of more than {MOST_CANDIDATES} values")
    return sorted(found)


def _candidates(v) -> Iterator:
    match v:
        case None:
            return iter(())
        case Num(lo, hi):
            return iter(range(lo, hi + 1))
        case Product(items):
            return product(*map(candidates, items))
        case Opt(present, value):
            absent = [] if present is True else [()]
            return iter([*absent, *((x,) for x in candidates(value) if present is not False)])
        case SetOf(bits):
            sure = [k for k, b in bits.items() if b is True]
            free = [k for k, b in bits.items() if not isinstance(b, bool)]
            return (tuple(sorted((*sure, *more))) for n in range(len(free) + 1) for more in combinations(free, n))
        case BagOf(counts):
            ranges = [range(n.lo, n.hi + 1) for n in counts.values()]
            return (tuple(k for k, n in zip(counts, ns) for _ in range(n)) for ns in product(*ranges))
        case SeqOf(length, items):
            return (p for n in range(length.lo, length.hi + 1) for p in product(*map(candidates, items[:n])))
    return iter([v] if isinstance(v, bool) else [False, True])


def known(v) -> bool:
    """Is the value the same in every model of the solver?"""
    match v:
        case None:
            return True
        case Num():
            return v.term is None
        case Product(items):
            return all(map(known, items))
        case Opt(present, value):
            return isinstance(present, bool) and (not present or known(value))
        case SetOf(bits):
            return all(isinstance(b, bool) for b in bits.values())
        case BagOf(counts):
            return all(n.term is None for n in counts.values())
        case SeqOf(length, items):
            return length.term is None and all(map(known, items[:length.lo]))
    return isinstance(v, bool)


def slot(s: SeqOf, i: int):
    """The i-th slot of a sequence, None beyond the last."""
    return s.items[i] if i < len(s.items) else None


def elements(t: T.Type, v) -> list[tuple[Any, Any]]:
    """The elements of a collection in iteration order, each with the condition that it is there."""
    match v:
        case SetOf(bits):
            return [(b, of_plain(t.item, k)) for k, b in bits.items() if b is not False]
        case BagOf(counts):
            return [(less(literal(i), n), of_plain(t.item, k)) for k, n in counts.items() for i in range(n.hi)]
        case SeqOf(length, items):
            return [(less(literal(i), length), x) for i, x in enumerate(items)]
    return []


def member(x, c):
    """Is x an element of the collection?"""
    match c:
        case SetOf(bits):
            return disj(*(conj(b, is_plain(x, k)) for k, b in bits.items()))
        case BagOf(counts):
            return disj(*(conj(less(ZERO, n), is_plain(x, k)) for k, n in counts.items()))
        case SeqOf(length, items):
            return disj(*(conj(less(literal(i), length), eq(x, y)) for i, y in enumerate(items)))
    return False


def size(c) -> Num:
    """The number of elements."""
    match c:
        case SetOf(bits):
            return count(bits.values())
        case BagOf(counts):
            return total(list(counts.values()))
        case SeqOf(length):
            return length
        case Product(items):
            return literal(len(items))
    return ZERO


def with_element(s: SetOf, x, when=True) -> SetOf:
    """The set, with x in it where `when` holds."""
    bits = dict(s.bits)
    for p in candidates(x):
        bits[p] = disj(bits.get(p, False), conj(when, is_plain(x, p)))
    return SetOf(_sorted(bits))


def counted(b: BagOf, x, change: int, when=True) -> BagOf:
    """The bag with one copy of x more or less, where `when` holds; never less than none."""
    counts = dict(b.counts)
    for p in candidates(x):
        old = counts.get(p, ZERO)
        changed = add(old, literal(1)) if change > 0 else pick(less(ZERO, old), narrowed(sub(old, literal(1)), 0), ZERO)
        counts[p] = pick(conj(when, is_plain(x, p)), changed, old)
    return BagOf(_sorted(counts))


def appended(s: SeqOf, x, when=True) -> SeqOf:
    """The sequence with x at its end, where `when` holds."""
    if when is False:
        return s
    items = [ite(conj(when, equal(s.length, literal(i))), x, y) for i, y in enumerate(s.items)]
    if s.length.hi == len(s.items):
        items.append(x)
    return SeqOf(add(s.length, pick(when, literal(1), ZERO)), tuple(items))


def unsupported(what: str) -> UnsupportedError:
    """The refusal of something that this engine cannot express."""
    return UnsupportedError(Diagnostic(code="SAG870", message=f"{what} cannot be given to the solver",
                                       hint="use --engine interp or --engine native"))


def inside(t: T.Type, v):
    """Is the value within every range and capacity of the type?"""
    match t, v:
        case _, None:
            return True
        case T.Int(lo, hi), _:
            return True if lo is None else between(lo, v, hi)
        case T.Record(_, fields), _:
            return conj(*(inside(f, x) for (_, f), x in zip(fields, v.items)))
        case T.Tuple(items), _:
            return conj(*map(inside, items, v.items))
        case T.Map(_, value), _:
            return conj(*(inside(value, x) for x in v.items))
        case T.Option(item), _:
            return implies(v.present, inside(item, v.value))
        case T.Set() | T.Bag() | T.Seq(), _:
            fits = True if t.cap is None else neg(less(literal(t.cap), size(v)))
            return conj(fits, *(implies(there, inside(t.item, x)) for there, x in elements(t, v)))
    return True


def decode(t: T.Type, v, model) -> Any:
    """The plain value that a value has in a model of the solver."""
    match t:
        case T.Bool():
            return _truth(v, model)
        case T.Int() | T.Enum() | T.Ids():
            return _number(v, model)
        case T.Record(_, fields):
            return tuple(decode(f, x, model) for (_, f), x in zip(fields, v.items))
        case T.Tuple(items):
            return tuple(decode(i, x, model) for i, x in zip(items, v.items))
        case T.Map(_, value):
            return tuple(decode(value, x, model) for x in v.items)
        case T.Option(item):
            return (decode(item, v.value, model),) if _truth(v.present, model) else ()
        case T.Set():
            return tuple(k for k, b in v.bits.items() if _truth(b, model))
        case T.Bag():
            return tuple(k for k, n in v.counts.items() for _ in range(_number(n, model)))
        case T.Seq(item):
            return tuple(decode(item, x, model) for x in v.items[:_number(v.length, model)])
    raise TypeError(f"no plain value of {t}")


def _truth(c, model) -> bool:
    import z3
    return c if isinstance(c, bool) else z3.is_true(model.eval(c, model_completion=True))


def _number(n: Num, model) -> int:
    return n.lo if n.term is None else model.eval(n.term, model_completion=True).as_signed_long()


def first_value(t: T.Type):
    """Some value of a finite type."""
    return of_plain(t, next(plain.domain(t)))


def _keys(a: dict, b: dict) -> list:
    return list(a) if a.keys() == b.keys() else sorted({*a, *b})


def _sorted(d: dict) -> dict:
    return {k: d[k] for k in sorted(d)}


ZERO = literal(0)
