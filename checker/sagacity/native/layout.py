"""How is a value written as bits?  One layout for states, parts of states and values inside expressions.

A value of a concrete type is an unsigned number of `bits(t)` bits. The first part of a composite value is
the most significant one, and padding is zero, so that

* two values of one type are equal if and only if their numbers are equal, and
* the order of the numbers is the value order of the language (except where a set is a bit mask).

    bool, int, enum, ids   the distance from the least value
    record, tuple, map     the parts, one after the other
    option of a scalar     0 for None, else the scalar's code + 1
    other options          a bit, then the value or zeros
    set                    a mask with bit `rank(item)`, or the items in order like a sequence, whichever is smaller
    seq, bag               `cap` items (a bag's in order), then the length

Expressions may have types without limits. `concrete` gives those the limits of the machine; a value that does
not fit is
computed by the reference instead, so a limit here decides about speed and never about a result.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ..errors import Diagnostic, UnsupportedError
from ..ir import types as T
from ..ir import values

#: Integers in C.
LEAST, MOST = -(2**63), 2**63 - 1

#: Items that a collection without capacity holds natively, where nothing better is known.
ROOM = 8

#: A set over so many values at most is a mask, whatever its capacity.
MASK = 64
WIDEST_MASK = 4096

_SCALARS = (T.Bool, T.Int, T.Enum, T.Ids, T.Bottom)


def refuse(what: str, loc=None) -> UnsupportedError:
    """The error for something that is not compiled to C."""
    return UnsupportedError(Diagnostic(code="SAG950", message=f"the native engine cannot compile {what}", loc=loc,
                                       hint="use --engine interp"))


@contextmanager
def located(loc):
    """Inside, a refusal without a location gets this one."""
    try:
        yield
    except UnsupportedError as e:
        if e.diagnostics[0].loc is None:
            raise UnsupportedError(replace(e.diagnostics[0], loc=loc)) from None
        raise


@lru_cache(maxsize=None)
def concrete(t: T.Type, room: int = ROOM) -> T.Type:
    """`t` with machine limits where it has none of its own."""
    match t:
        case T.Int(None):
            return T.Int(LEAST, MOST)
        case T.Int(lo, hi) if lo < LEAST or hi > MOST or hi < lo:
            raise refuse(f"the type {T.show(t)}")
        case T.Record(name, fields):
            return T.Record(name, tuple((n, concrete(f)) for n, f in fields))
        case T.Tuple(items):
            return T.Tuple(tuple(map(concrete, items)))
        case T.Option(item):
            return T.Option(concrete(item))
        case T.Map(key, value):
            if not rankable(key):
                raise refuse(f"the map {T.show(t)}, whose keys are no scalars, options, records or tuples")
            return T.Map(key, concrete(value))
        case T.Set(item, cap):
            item = concrete(item)
            if cap is not None or (rankable(item) and values.size(item) <= WIDEST_MASK):
                return T.Set(item, cap)
            return T.Set(item, room)
        case T.Seq(item, cap) | T.Bag(item, cap):
            return type(t)(concrete(item), room if cap is None else cap)
    return t


def is_scalar(t: T.Type) -> bool:
    """Is a value of `t` one integer?"""
    return isinstance(t, _SCALARS)


def least(t: T.Type) -> int:
    """The least value of a scalar type."""
    return t.lo if isinstance(t, T.Int) else 0


def most(t: T.Type) -> int:
    """The greatest value of a scalar type; below the least one if there is no value."""
    return t.hi if isinstance(t, T.Int) else values.size(t) - 1


@lru_cache(maxsize=None)
def rankable(t: T.Type) -> bool:
    """Can values of `t` be numbered without gaps by a formula?"""
    match t:
        case T.Record(_, fields):
            return all(rankable(f) for _, f in fields)
        case T.Tuple(items):
            return all(map(rankable, items))
        case T.Option(item):
            return rankable(item)
        case T.Int(lo, _):
            return lo is not None
    return is_scalar(t)


@lru_cache(maxsize=None)
def is_mask(t: T.Type) -> bool:
    """Is this concrete set a bit mask?"""
    if not rankable(t.item):
        return False
    n = values.size(t.item)
    if n > WIDEST_MASK:
        return False
    return t.cap is None or n <= MASK or n <= width(t.cap) + t.cap * bits(t.item)


@lru_cache(maxsize=None)
def orderly(t: T.Type) -> bool:
    """Is the order of the codes the value order?"""
    match t:
        case T.Record(_, fields):
            return all(orderly(f) for _, f in fields)
        case T.Tuple(items):
            return all(map(orderly, items))
        case T.Option(item) | T.Seq(item) | T.Bag(item):
            return orderly(item)
        case T.Map(_, value):
            return orderly(value)
        case T.Set(item):
            return not is_mask(t) and orderly(item)
    return True


def width(n: int) -> int:
    """Bits for the numbers 0..n."""
    return n.bit_length()


def coded(t: T.Option) -> bool:
    """Is the option its item's code plus one (else a tag bit and the item)?"""
    return is_scalar(t.item) and bits(t.item) <= 62


@lru_cache(maxsize=None)
def bits(t: T.Type) -> int:
    """The number of bits of a concrete type."""
    match t:
        case T.Record(_, fields):
            return sum(bits(f) for _, f in fields)
        case T.Tuple(items):
            return sum(map(bits, items))
        case T.Option(item):
            return width(values.size(item)) if coded(t) else 1 + bits(item)
        case T.Map(key, value):
            return values.size(key) * bits(value)
        case T.Set(item, cap) if is_mask(t):
            return values.size(item)
        case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            return width(cap) + cap * bits(item)
    return width(max(most(t) - least(t), 0))


def words(t: T.Type) -> int:
    """The number of 64-bit words of a value."""
    return max(1, -(-bits(t) // 64))


def parts(t: T.Type) -> list[tuple[int, T.Type]]:
    """(position of the lowest bit, type) of the parts of a record or tuple."""
    types = [f for _, f in t.fields] if isinstance(t, T.Record) else list(t.items)
    found, at = [], bits(t)
    for x in types:
        at -= bits(x)
        found.append((at, x))
    return found


def encode(t: T.Type, v: Any) -> int:
    """The number of a plain value. Raises OverflowError if it does not fit."""
    match t:
        case T.Record() | T.Tuple():
            return _join((encode(p, x), bits(p)) for (_, p), x in zip(parts(t), v))
        case T.Option(item):
            if v == ():
                return 0
            return encode(item, v[0]) + (1 if coded(t) else 1 << bits(item))
        case T.Map(_, value):
            return _join((encode(value, x), bits(value)) for x in v)
        case T.Set(item, cap) if is_mask(t):
            if cap is not None and len(v) > cap:
                raise OverflowError("the set is too large")
            return sum(1 << rank(item, x) for x in v)
        case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            if len(v) > cap:
                raise OverflowError("the collection is too large")
            padded = [encode(item, x) for x in v] + [0] * (cap - len(v))
            return _join([*((x, bits(item)) for x in padded), (len(v), width(cap))])
    if not least(t) <= v <= most(t):
        raise OverflowError(f"{v} does not fit")
    return int(v) - least(t)


def _join(pairs) -> int:
    n = 0
    for x, w in pairs:
        n = n << w | x
    return n


def decode(t: T.Type, n: int) -> Any:
    """The plain value of a number: the inverse of `encode`."""
    match t:
        case T.Record() | T.Tuple():
            return tuple(decode(p, n >> at & (1 << bits(p)) - 1) for at, p in parts(t))
        case T.Option(item):
            if coded(t):
                return () if n == 0 else (decode(item, n - 1),)
            return (decode(item, n & (1 << bits(item)) - 1),) if n >> bits(item) else ()
        case T.Map(key, value):
            return tuple(_items(n, values.size(key), values.size(key), bits(value), value))
        case T.Set(item) if is_mask(t):
            return tuple(unrank(item, i) for i in range(n.bit_length()) if n >> i & 1)
        case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            return tuple(_items(n >> width(cap), cap, n & (1 << width(cap)) - 1, bits(item), item))
    v = n + least(t)
    return bool(v) if isinstance(t, T.Bool) else v


def _items(n: int, cap: int, length: int, w: int, t: T.Type):
    for i in range(length):
        yield decode(t, n >> (cap - 1 - i) * w & (1 << w) - 1)


def rank(t: T.Type, v: Any) -> int:
    """The position of a plain value in the order of a rankable type."""
    match t:
        case T.Record(_, fields):
            return _mixed((f for _, f in fields), v)
        case T.Tuple(items):
            return _mixed(items, v)
        case T.Option(item):
            return 0 if v == () else 1 + rank(item, v[0])
    return int(v) - least(t)


def _mixed(types, v) -> int:
    n = 0
    for t, x in zip(types, v):
        n = n * values.size(t) + rank(t, x)
    return n


def unrank(t: T.Type, n: int) -> Any:
    """The inverse of `rank`."""
    match t:
        case T.Record() | T.Tuple():
            found = []
            for _, p in reversed(parts(t)):
                n, r = divmod(n, values.size(p))
                found.append(unrank(p, r))
            return tuple(reversed(found))
        case T.Option(item):
            return () if n == 0 else (unrank(item, n - 1),)
    v = n + least(t)
    return bool(v) if isinstance(t, T.Bool) else v


def state_type(variables) -> T.Record:
    """All variables as one record."""
    fields = []
    for v in variables:
        with located(v.loc):
            fields.append((v.name, concrete(v.type)))
    return T.Record("state", tuple(fields))
