"""Which values exist?  The types of the intermediate representation, elaborated and finite.

A type is what remains of a user's template (``Int[0, ORDERS]``) once the constants are known.
Ranges and capacities of *stored* values are part of the type; values on their way through an
expression are mathematical (an unbounded integer, a sequence of any length), so `Int` with
no limits and collections with `cap=None` occur as types of expressions and locals only.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class Type:
    """Base of all types. Types compare structurally."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Bool(Type):
    """False < True."""


@dataclass(frozen=True, slots=True)
class Int(Type):
    """Integers lo..hi, closed; unlimited where both are None. `text` is the range as the user wrote it."""

    lo: int | None = None
    hi: int | None = None
    text: tuple[str, str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Enum(Type):
    """A plain enum.Enum; values are ordinals in definition order."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ids(Type):
    """`n` interchangeable identities (a scalarset, Ip and Dill 1996); values are ordinals 0..n-1."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Record(Type):
    """Named fields, in declaration order."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def index(self, name: str) -> int:
        """Position of a field. Raises KeyError for a name that is no field."""
        for i, (n, _) in enumerate(self.fields):
            if n == name:
                return i
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Tuple(Type):
    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Option(Type):
    """None, or a value of `item`. Never nested directly."""

    item: Type


@dataclass(frozen=True, slots=True)
class Map(Type):
    """A total function from every value of `key` to `value`."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class Set(Type):
    item: Type
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Seq(Type):
    item: Type
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Bag(Type):
    """A multiset; `cap` bounds the number of elements counted with multiplicity."""

    item: Type
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Bottom(Type):
    """No values: the element type of an empty literal, the item type of a bare None, until it is known."""


BOOL = Bool()
INT = Int()
BOTTOM = Bottom()
COLLECTIONS = (Set, Seq, Bag)


def erase(t: Type) -> Type:
    """`t` without ranges and capacities: what the front end compares."""
    match t:
        case Int():
            return INT
        case Record(name, fields):
            return Record(name, tuple((n, erase(f)) for n, f in fields))
        case Tuple(items):
            return Tuple(tuple(erase(i) for i in items))
        case Option(item):
            return Option(erase(item))
        case Map(key, value):
            return Map(key, erase(value))   # the key set is the shape of a map, not a limit on it
        case Set(item, _) | Seq(item, _) | Bag(item, _):
            return type(t)(erase(item))
    return t


def join(a: Type, b: Type) -> Type | None:
    """The least type that has the values of both, or None where there is none. Ranges widen to their hull."""
    if a == b:
        return a
    match a, b:
        case (Bottom(), _):
            return b
        case (_, Bottom()):
            return a
        case (Int(), Int()):
            if a.lo is None or b.lo is None:
                return INT
            return Int(min(a.lo, b.lo), max(a.hi, b.hi))
        case (Option(), Option()):
            item = join(a.item, b.item)
            return item and Option(item)
        case (Option(), _):
            item = join(a.item, b)
            return item and Option(item)
        case (_, Option()):
            return join(b, a)
        case (Tuple(), Tuple()) if len(a.items) == len(b.items):
            items = tuple(join(x, y) for x, y in zip(a.items, b.items))
            return Tuple(items) if all(items) else None
        case (Record(), Record()) if a.name == b.name and [n for n, _ in a.fields] == [n for n, _ in b.fields]:
            fields = tuple((n, join(x, y)) for (n, x), (_, y) in zip(a.fields, b.fields))
            return Record(a.name, fields) if all(t for _, t in fields) else None
        case (Map(), Map()) if a.key == b.key:
            value = join(a.value, b.value)
            return value and Map(a.key, value)
        case (Set() | Seq() | Bag(), _) if type(a) is type(b):
            item = join(a.item, b.item)
            cap = None if a.cap is None or b.cap is None else max(a.cap, b.cap)
            return item and type(a)(item, cap)
    return None


def fits(a: Type, b: Type) -> bool:
    """Is every value of `a` a value of `b`, ranges and capacities included?"""
    match a, b:
        case (Bottom(), _):
            return True
        case (Int(), Int()):
            return b.lo is None or (a.lo is not None and b.lo <= a.lo and a.hi <= b.hi)
        case (Option(), Option()):
            return fits(a.item, b.item)
        case (_, Option()):
            return fits(a, b.item)
        case (Tuple(), Tuple()):
            return len(a.items) == len(b.items) and all(map(fits, a.items, b.items))
        case (Record(), Record()):
            return a.name == b.name and len(a.fields) == len(b.fields) and all(
                n == m and fits(x, y) for (n, x), (m, y) in zip(a.fields, b.fields))
        case (Map(), Map()):
            return a.key == b.key and fits(a.value, b.value)
        case (Set() | Seq() | Bag(), _) if type(a) is type(b):
            return fits(a.item, b.item) and (b.cap is None or (a.cap is not None and a.cap <= b.cap))
    return a == b


def show(t: Type) -> str:
    """The type as a user would write it."""
    match t:
        case Bool():
            return "bool"
        case Int(None):
            return "int"
        case Int(lo, hi, None) if lo == hi:
            return "int"        # a literal, or arithmetic on literals
        case Int(lo, hi, None) if lo == hi:
            return "int"                    # the type of a literal
        case Int(lo, hi, text):
            return f"Int[{text[0]}, {text[1]}]" if text else f"Int[{lo}, {hi}]"
        case Enum(name) | Ids(name) | Record(name):
            return name
        case Tuple(items):
            return f"Tuple[{', '.join(map(show, items))}]"
        case Option(Bottom()):
            return "None"
        case Option(item):
            return f"Option[{show(item)}]"
        case Map(key, value):
            return f"Map[{show(key)}, {show(value)}]"
        case Set(item, cap) | Seq(item, cap) | Bag(item, cap):
            inside = "?" if item == BOTTOM else show(item)
            return f"{type(t).__name__}[{inside}{'' if cap is None else f', {cap}'}]"
    return "?"
