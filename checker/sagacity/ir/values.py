"""How is a value written down, independently of any engine?  Plain values.

A plain value is an int, a bool or a nested tuple, so that Python's own order on it *is* the
value order of the language:

    bool, int        themselves            option      () for None, (v,) for v
    enum, ids        the ordinal           map         values in key order
    record, tuple    fields in order       set, bag    elements in value order (bags with repeats)
    seq              elements in order

Engines exchange states as tuples of plain values, one per variable.
"""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement, product
from math import comb
from typing import Iterator

from . import types as T


def domain(t: T.Type) -> Iterator:
    """Every plain value of a finite type, in value order. Raises ValueError for an unlimited type."""
    match t:
        case T.Bool():
            return iter((False, True))
        case T.Int(lo, hi) if lo is not None:
            return iter(range(lo, hi + 1))
        case T.Enum(_, members):
            return iter(range(len(members)))
        case T.Ids(_, n):
            return iter(range(n))
        case T.Record(_, fields):
            return product(*(domain(f) for _, f in fields))
        case T.Tuple(items):
            return product(*map(domain, items))
        case T.Option(item):
            return iter([(), *((v,) for v in domain(item))])
        case T.Map(key, value):
            return product(*[list(domain(value))] * size(key))
        case T.Set(item, cap):
            return iter(_subsets(list(domain(item)), cap))
        case T.Seq(item, cap) if cap is not None:
            items = list(domain(item))
            return iter(sorted(s for n in range(cap + 1) for s in product(items, repeat=n)))
        case T.Bag(item, cap) if cap is not None:
            items = list(domain(item))
            return iter(sorted(s for n in range(cap + 1) for s in combinations_with_replacement(items, n)))
    raise ValueError(f"{T.show(t)} has no finite domain")


def _subsets(items: list, cap: int | None) -> list:
    most = len(items) if cap is None else min(cap, len(items))
    return sorted(s for n in range(most + 1) for s in combinations(items, n))


def size(t: T.Type) -> int:
    """How many values a finite type has, without enumerating them. Raises ValueError for an unlimited type."""
    match t:
        case T.Bool():
            return 2
        case T.Int(lo, hi) if lo is not None:
            return hi - lo + 1
        case T.Enum(_, members):
            return len(members)
        case T.Ids(_, n):
            return n
        case T.Record(_, fields):
            return _product(f for _, f in fields)
        case T.Tuple(items):
            return _product(items)
        case T.Option(item):
            return 1 + size(item)
        case T.Map(key, value):
            return size(value) ** size(key)
        case T.Set(item, cap):
            n = size(item)
            return 2**n if cap is None or cap >= n else sum(comb(n, k) for k in range(cap + 1))
        case T.Seq(item, cap) if cap is not None:
            return sum(size(item) ** k for k in range(cap + 1))
        case T.Bag(item, cap) if cap is not None:
            return comb(size(item) + cap, cap)
        case T.Bottom():
            return 0
    raise ValueError(f"{T.show(t)} has no finite domain")


def _product(types) -> int:
    result = 1
    for t in types:
        result *= size(t)
    return result


def belongs(t: T.Type, v) -> bool:
    """Is the plain value `v` (of the right shape) inside every range and capacity of `t`?"""
    match t:
        case T.Int(lo, hi):
            return lo is None or lo <= v <= hi
        case T.Record(_, fields):
            return all(belongs(f, x) for (_, f), x in zip(fields, v))
        case T.Tuple(items):
            return all(map(belongs, items, v))
        case T.Option(item):
            return v == () or belongs(item, v[0])
        case T.Map(_, value):
            return all(belongs(value, x) for x in v)
        case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            return (cap is None or len(v) <= cap) and all(belongs(item, x) for x in v)
    return True


def show(t: T.Type, v) -> str:
    """The plain value as the user would write it: ``Message(kind=ORDER_CREATED, order=order0)``."""
    match t:
        case T.Enum(_, members):
            return members[v]
        case T.Ids(name):
            return f"{name}{v}"
        case T.Record(name, fields):
            shown = [f"{n}={show(f, x)}" for (n, f), x in zip(fields, v) if not (isinstance(f, T.Option) and x == ())]
            return f"{name}({', '.join(shown)})"
        case T.Tuple(items):
            return f"({', '.join(map(show, items, v))}{',' if len(items) == 1 else ''})"
        case T.Option(item):
            return "None" if v == () else show(item, v[0])
        case T.Map(key, value):
            return "{" + ", ".join(f"{show(key, k)}: {show(value, x)}" for k, x in zip(domain(key), v)) + "}"
        case T.Seq(item):
            return "[" + ", ".join(show(item, x) for x in v) + "]"
        case T.Set(item) | T.Bag(item):
            return ("{" if isinstance(t, T.Set) else "Bag{") + ", ".join(show(item, x) for x in v) + "}"
    return str(v)


def to_json(t: T.Type, v):
    """The plain value as JSON: numbers, strings for enums and ids, objects for records and maps, lists, null."""
    match t:
        case T.Enum() | T.Ids():
            return show(t, v)
        case T.Record(_, fields):
            return {n: to_json(f, x) for (n, f), x in zip(fields, v)}
        case T.Tuple(items):
            return [to_json(i, x) for i, x in zip(items, v)]
        case T.Option(item):
            return None if v == () else to_json(item, v[0])
        case T.Map(key, value):
            return {show(key, k): to_json(value, x) for k, x in zip(domain(key), v)}
        case T.Set(item) | T.Seq(item) | T.Bag(item):
            return [to_json(item, x) for x in v]
    return v


def from_json(t: T.Type, j):
    """The inverse of to_json. Raises ValueError, naming the offending part, for JSON that is no value of `t`."""
    try:
        v = _from_json(t, j)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ValueError(f"{j!r} is not a value of {T.show(t)}") from None
    if not belongs(t, v):
        raise ValueError(f"{j!r} is outside {T.show(t)}")
    return v


def _from_json(t: T.Type, j):
    match t:
        case T.Bool():
            return _checked(j, bool, t)
        case T.Int():
            if isinstance(j, bool):
                raise ValueError(f"{j!r} is not an integer")
            return _checked(j, int, t)
        case T.Enum(_, members):
            return members.index(j)
        case T.Ids(name, n):
            return [f"{name}{i}" for i in range(n)].index(j)
        case T.Record(_, fields):
            if set(j) != {n for n, _ in fields}:
                raise ValueError(f"{j!r} does not have the fields of {T.show(t)}")
            return tuple(from_json(f, j[n]) for n, f in fields)
        case T.Tuple(items):
            return tuple(from_json(i, x) for i, x in zip(items, _checked(j, list, t), strict=True))
        case T.Option(item):
            return () if j is None else (from_json(item, j),)
        case T.Map(key, value):
            keys = [show(key, k) for k in domain(key)]
            if set(j) != set(keys):
                raise ValueError(f"{j!r} does not have the keys of {T.show(t)}")
            return tuple(from_json(value, j[k]) for k in keys)
        case T.Seq(item):
            return tuple(from_json(item, x) for x in _checked(j, list, t))
        case T.Set(item) | T.Bag(item):
            found = tuple(sorted(from_json(item, x) for x in _checked(j, list, t)))
            if isinstance(t, T.Set) and len(set(found)) != len(found):
                raise ValueError(f"{j!r} repeats an element of a set")
            return found
    raise ValueError(f"{j!r} is not a value of {T.show(t)}")


def _checked(j, kind, t):
    if not isinstance(j, kind):
        raise ValueError(f"{j!r} is not a value of {T.show(t)}")
    return j
