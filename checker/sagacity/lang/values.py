"""The values that a model's methods compute with under CPython.

All are immutable tuples with value equality, hashed in C, so that a state is hashed and compared fast.
Sets, bags and maps keep their elements in value order, hence one normal form per value. Order is that of
ir.values: integers, enum definition order, ids index, None first, everything else lexicographic.
"""

from __future__ import annotations

import enum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Callable

from ..errors import ModelFault
from ..ir import types as T
from ..ir import values as plain

_new = tuple.__new__


class Id:
    """One of `n` interchangeable identities: equal to itself only, usable as a key."""

    __slots__ = ("name", "index")

    def __init__(self, name: str, index: int):
        self.name = name
        self.index = index

    def __repr__(self) -> str:
        return f"{self.name}{self.index}"


@lru_cache(maxsize=None)
def ids_of(name: str, n: int) -> "SetV":
    """The identities of an ids type, always the same objects."""
    return _new(SetV, (Id(name, i) for i in range(n)))


def order_key(v):
    """A key whose Python order is the value order of the language."""
    if v is None:
        return (0,)
    if isinstance(v, tuple):
        return (1, tuple(map(order_key, v)))
    if isinstance(v, Id):
        return (1, v.index)
    if isinstance(v, enum.Enum):
        return (1, v._sort_order_)
    return (1, v)


def _sort(items) -> list:
    items = list(items)
    if len(items) > 1:
        if type(items[0]) is int and None not in items:
            items.sort()
        else:
            items.sort(key=order_key)
    return items


class SetV(tuple):
    """A set: distinct elements in value order."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other):
        if isinstance(other, (set, frozenset)):
            return frozenset(self) == other
        return tuple.__eq__(self, other)

    def __ne__(self, other):
        return not self == other

    def __or__(self, other):
        return make_set((*self, *other)) if other else self

    union = __or__

    def __and__(self, other):
        return _new(SetV, (x for x in self if x in other))

    intersection = __and__

    def __sub__(self, other):
        return _new(SetV, (x for x in self if x not in other))

    difference = __sub__

    def __xor__(self, other):
        return (self - other) | (other - self)

    def __le__(self, other):
        return all(x in other for x in self)

    issubset = __le__

    def __lt__(self, other):
        return len(self) < len(other) and self <= other

    def __ge__(self, other):
        return other <= self

    issuperset = __ge__

    def __gt__(self, other):
        return other < self

    def isdisjoint(self, other):
        return not any(x in other for x in self)

    def __repr__(self) -> str:
        return "{" + ", ".join(map(repr, self)) + "}"


class SeqV(tuple):
    """A sequence. Positions run from 0; a negative computed position is a fault, not a wrap-around."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other):
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other):
        return not self == other

    def __getitem__(self, i):
        if i < 0 or i >= len(self):
            raise ModelFault("index", f"position {i} is outside a sequence of length {len(self)}")
        return tuple.__getitem__(self, i)

    def __add__(self, other):
        return _new(SeqV, tuple.__add__(self, other))

    def __repr__(self) -> str:
        return "[" + ", ".join(map(repr, self)) + "]"


class BagV(tuple):
    """A multiset: elements in value order, with repeats."""

    __slots__ = ()

    def __add__(self, other):
        return _new(BagV, _sort((*self, *other)))

    def __repr__(self) -> str:
        return "Bag{" + ", ".join(map(repr, self)) + "}"


class MapV(tuple):
    """A total map: its values in key order. Subclasses (map_class) know the keys."""

    __slots__ = ()
    _keys: SetV
    _pos: dict

    def __getitem__(self, key, _item=tuple.__getitem__):
        try:
            return _item(self, self._pos[key])
        except KeyError:
            raise no_key(self, key) from None

    def keys(self):
        return self._keys

    def values(self):
        return _new(SeqV, tuple.__iter__(self))

    def items(self):
        return _new(SeqV, zip(self._keys, tuple.__iter__(self)))

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{k!r}: {v!r}" for k, v in zip(self._keys, tuple.__iter__(self))) + "}"


def no_key(m: MapV, key) -> ModelFault:
    """The fault of using a value that is no key of `m`."""
    if key is None:
        return ModelFault("none", "None is used as a key")
    return ModelFault("index", f"{key!r} is not a key of this map")


@lru_cache(maxsize=None)
def map_class(keys: tuple) -> type[MapV]:
    """The class of the maps over these keys, given in value order."""
    ordered = _new(SetV, keys)
    return type("Map", (MapV,), {"__slots__": (), "_keys": ordered, "_pos": {k: i for i, k in enumerate(ordered)}})


class RecordType(type):
    """The type of record classes: in a method a record type is also the set of all its values, as other types are."""

    _domain: Callable[[], SetV]  # set by Codec.record

    def __iter__(cls):
        return iter(cls._domain())

    def __len__(cls) -> int:
        return len(cls._domain())

    def __contains__(cls, v) -> bool:
        return v in cls._domain()

    def __or__(cls, other):
        return cls._domain() | other

    def __and__(cls, other):
        return cls._domain() & other

    def __sub__(cls, other):
        return cls._domain() - other


class RecordV(tuple, metaclass=RecordType):
    """A record: its fields in declaration order. Subclasses (record_class) name them."""

    __slots__ = ()
    _names: tuple[str, ...] = ()

    def replace(self, **changes):
        """A copy with some fields changed."""
        return _new(type(self), (changes.get(n, v) for n, v in zip(self._names, self)))

    def __repr__(self) -> str:
        shown = (f"{n}={v!r}" for n, v in zip(self._names, self) if v is not None)
        return f"{type(self).__name__}({', '.join(shown)})"


def record_class(name: str, fields: tuple[str, ...], optional: tuple[str, ...]) -> type[RecordV]:
    """A record type as a class: ``Message(kind=..., order=...)``; optional fields default to None."""
    params = [f for f in fields if f not in optional] + [f"{f}=None" for f in fields if f in optional]
    star = "*, " if params else ""
    body = f"def __new__(cls, {star}{', '.join(params)}):\n    return new(cls, ({''.join(f + ', ' for f in fields)}))\n"
    scope: dict = {"new": _new}
    exec(compile(body, f"<record {name}>", "exec"), scope)
    members = {"__slots__": (), "_names": fields, "__new__": scope["__new__"]}
    members |= {f: property(itemgetter(i)) for i, f in enumerate(fields)}
    return RecordType(name, (RecordV,), members)


def make_set(items) -> SetV:
    """The set of the given values."""
    found = dict.fromkeys(items)
    return _new(SetV, _sort(found))


def make_seq(items) -> SeqV:
    """The sequence of the given values."""
    return _new(SeqV, items)


def make_bag(items) -> BagV:
    """The bag of the given values."""
    return _new(BagV, _sort(items))


def make_map(items: dict) -> MapV:
    """The total map with exactly these keys."""
    keys = tuple(_sort(items))
    return _new(map_class(keys), (items[k] for k in keys))


class Codec:
    """Translates between plain values and runtime values of elaborated types.

    `enums` maps an enum type to the user's class; record classes are made once per type.
    """

    def __init__(self):
        self.enums: dict[T.Enum, type] = {}
        self._records: dict[T.Record, type] = {}
        self._domains: dict[T.Type, SetV] = {}

    def record(self, t: T.Record) -> type[RecordV]:
        """The runtime class of a record type."""
        if t not in self._records:
            optional = tuple(n for n, f in t.fields if isinstance(f, T.Option))
            self._records[t] = record_class(t.name, tuple(n for n, _ in t.fields), optional)
            self._records[t]._domain = cache(lambda: self.domain(t))
        return self._records[t]

    def runtime(self, t: T.Type, v):
        """The runtime value of a plain value."""
        match t:
            case T.Enum():
                return list(self.enums[t])[v]
            case T.Ids(name, n):
                return ids_of(name, n)[v]
            case T.Record(_, fields):
                return _new(self.record(t), (self.runtime(f, x) for (_, f), x in zip(fields, v)))
            case T.Tuple(items):
                return tuple(self.runtime(i, x) for i, x in zip(items, v))
            case T.Option(item):
                return None if v == () else self.runtime(item, v[0])
            case T.Map(key, value):
                return _new(self.map_class(key), (self.runtime(value, x) for x in v))
            case T.Set(item) | T.Seq(item) | T.Bag(item):
                kind = {T.Set: SetV, T.Seq: SeqV, T.Bag: BagV}[type(t)]
                return _new(kind, (self.runtime(item, x) for x in v))
        return v

    def plain(self, t: T.Type, v):
        """The plain value of a runtime value."""
        match t:
            case T.Enum():
                return v._sort_order_
            case T.Ids():
                return v.index
            case T.Record(_, fields):
                return tuple(self.plain(f, x) for (_, f), x in zip(fields, v))
            case T.Tuple(items):
                return tuple(self.plain(i, x) for i, x in zip(items, v))
            case T.Option(item):
                return () if v is None else (self.plain(item, v),)
            case T.Map(_, value):
                return tuple(self.plain(value, x) for x in tuple.__iter__(v))
            case T.Set(item) | T.Seq(item) | T.Bag(item):
                return tuple(self.plain(item, x) for x in v)
        return v

    def enum_domain(self, t: T.Enum) -> SetV:
        """The members of an enum as a set that also has them as attributes: ``self.Kind - {self.Kind.A}``."""
        members = list(self.enums[t])
        return _new(type(t.name, (SetV,), {"__slots__": (), **{m.name: m for m in members}}), members)

    def domain(self, t: T.Type) -> SetV:
        """All runtime values of a finite type."""
        if t not in self._domains:
            self._domains[t] = _new(SetV, (self.runtime(t, v) for v in plain.domain(t)))
        return self._domains[t]

    def map_class(self, key: T.Type) -> type[MapV]:
        """The runtime class of maps over `key`."""
        return map_class(tuple(self.domain(key)))
