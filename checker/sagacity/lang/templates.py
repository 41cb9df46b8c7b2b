"""Types as users write them, and their elaboration to ir.types once the constants are known."""

from __future__ import annotations

import enum

from ..ir import types as T
from ..ir import values as plain
from .symbolic import ConstSpec, Sym, caller, evaluate, fail
from .values import Codec

#: A Set without capacity over more elements than this is refused, with its size.
MOST_SET_ELEMENTS = 4096


class Template:
    """A type whose constants are not known yet. `loc` is where it was written."""

    name: str | None = None

    def __init__(self, **parts):
        self.__dict__.update(parts, loc=caller())

    def __set_name__(self, owner, name):
        if self.name is None:
            self.name = name

    def __iter__(self):
        raise fail(
            "SAG204", "a type cannot be iterated over in the class body", "inside a method write: for x in self.NAME"
        )


class _Int(Template):
    pass


class _Ids(Template):
    pass


class _Record(Template):
    def __call__(self, **fields):
        return RecordInit(self, fields)


class _Tuple(Template):
    pass


class _Option(Template):
    pass


class _Map(Template):
    pass


class _Collection(Template):
    pass


class _Former:
    """What makes types with square brackets; calling it is a mistake."""

    example = ""

    def __new__(cls, *args, **kwargs):
        raise fail("SAG204", f"{cls.__name__} takes square brackets", f"write {cls.example}")


class Int(_Former):
    """``Int[lo, hi]``: the integers lo..hi, both included."""

    example = "Int[0, 3]"

    def __class_getitem__(cls, limits):
        if not isinstance(limits, tuple) or len(limits) != 2:
            raise fail("SAG205", "Int needs two limits", "write Int[0, 5] for the integers 0 to 5, both included")
        for x in limits:
            if isinstance(x, bool) or not isinstance(x, (int, Sym)):
                raise fail("SAG205", f"a limit of Int must be an integer or a constant, not {x!r}")
        return _Int(lo=limits[0], hi=limits[1])


class Option(_Former):
    """``Option[T]``: None, or a value of T."""

    example = "Option[T]"

    def __class_getitem__(cls, item):
        if isinstance(item, _Option):
            raise fail("SAG206", "an Option inside an Option has two kinds of None", "use one Option, or an Enum")
        return _Option(item=item)


class Tuple(_Former):
    """``Tuple[A, B]``: a fixed number of values."""

    example = "Tuple[A, B]"

    def __class_getitem__(cls, items):
        return _Tuple(items=items if isinstance(items, tuple) else (items,))


class Map(_Former):
    """``Map[K, V]``: a total function; every key of K always has a value."""

    example = "Map[K, V]"

    def __class_getitem__(cls, items):
        if not isinstance(items, tuple) or len(items) != 2:
            raise fail("SAG207", "Map needs a key type and a value type", "write Map[Order, Status]")
        return _Map(key=items[0], value=items[1])


class _Capped(_Former):
    def __class_getitem__(cls, items):
        item, cap = items if isinstance(items, tuple) and len(items) == 2 else (items, None)
        if cap is None and cls is not Set:
            raise fail(
                "SAG208",
                f"{cls.__name__} needs a capacity: without one the model has infinitely many states",
                f"write {cls.__name__}[T, 3] for at most 3 elements",
            )
        if isinstance(item, tuple):
            raise fail("SAG208", f"{cls.__name__} needs an element type and a capacity")
        return _Collection(kind=getattr(T, cls.__name__), item=item, cap=cap)


class Set(_Capped):
    """``Set[T]`` or ``Set[T, cap]``: distinct values."""

    example = "Set[T] (in a method, the empty set is set())"


class Seq(_Capped):
    """``Seq[T, cap]``: a sequence of at most `cap` values."""

    example = "Seq[T, 3]"


class Bag(_Capped):
    """``Bag[T, cap]``: a multiset of at most `cap` values, counted with repeats."""

    example = "Bag[T, 3]"


def ids(name: str, n):
    """`n` interchangeable identities, shown as name0, name1, ...; they allow only equality, indexing and loops."""
    if not isinstance(name, str) or not name.isidentifier():
        raise fail("SAG209", f"ids needs a name that is an identifier, not {name!r}", 'write ids("order", 2)')
    return _Ids(ids_name=name, n=n)


def record(**fields):
    """A record type. A field of type Option defaults to None, the idiom for message variants."""
    if not fields:
        raise fail("SAG210", "a record needs at least one field", "write record(kind=Kind, order=Order)")
    return _Record(fields=fields)


def is_type(x) -> bool:
    """Does `x` denote a type in a class body?"""
    return isinstance(x, (Template, T.Type)) or x is bool or (isinstance(x, type) and issubclass(x, enum.Enum))


class Elaborator:
    """Turns templates into types for one valuation of the constants of one class.

    `names` gives the attribute names under which templates are known, for records.
    """

    def __init__(self, env: dict, codec: Codec, loc=None):
        self.env = env
        self.codec = codec
        self.loc = loc

    def type(self, x) -> T.Type:
        """The type that a template denotes here. Raises ModelSourceError at the place of the declaration."""
        if isinstance(x, ConstSpec):
            x = evaluate(x, self.env)
            if x is type:
                raise self._fail("SAG211", "this component's type constant was not given", x)
        if isinstance(x, T.Type):
            return x
        if x is bool:
            return T.BOOL
        if isinstance(x, type) and issubclass(x, enum.Enum):
            return self._enum(x)
        if isinstance(x, Template):
            return getattr(self, type(x).__name__.lower())(x)
        hint = {
            int: "an int needs limits: Int[0, 9]",
            str: "use an Enum",
            list: "use Seq[T, cap]",
            dict: "use Map[K, V]",
            set: "use Set[T]",
            tuple: "use Tuple[A, B]",
            float: "use Int[lo, hi]; count in the smallest unit",
        }
        shown = x.__name__ if isinstance(x, type) else repr(x)
        instead = (
            "write the type without quotes" if isinstance(x, str) else hint.get(x) if isinstance(x, type) else None
        )
        raise self._fail("SAG212", f"{shown} is not a finite type", x, instead)

    def _fail(self, code, message, x, hint=None):
        return fail(code, message, hint, getattr(x, "loc", None) or self.loc)

    def _enum(self, cls) -> T.Enum:
        bases = [b for b in cls.__mro__ if b not in (cls, enum.Enum, object)]
        if bases:
            raise self._fail(
                "SAG213",
                f"the enum {cls.__name__} mixes in {bases[0].__name__}",
                cls,
                "derive it from enum.Enum alone, so that members are only equal to themselves",
            )
        if not len(cls):
            raise self._fail("SAG214", f"the enum {cls.__name__} has no members", cls)
        t = T.Enum(cls.__name__, tuple(m.name for m in cls))
        known = self.codec.enums.setdefault(t, cls)
        if known is not cls:
            raise self._fail("SAG215", f"two different enums are called {cls.__name__}", cls, "rename one of them")
        return t

    def number(self, x, what: str, template) -> int:
        """The integer value of a constant expression."""
        v = evaluate(x, self.env)
        if isinstance(v, bool) or not isinstance(v, int):
            raise self._fail("SAG216", f"{what} must be an integer, not {v!r}", template)
        return v

    def _int(self, x):
        low, high = self.number(x.lo, "a limit of Int", x), self.number(x.hi, "a limit of Int", x)
        if low > high:
            raise self._fail("SAG217", f"Int[{x.lo!r}, {x.hi!r}] is empty: {low} is above {high}", x)
        if low < -(2**62) or high > 2**62:
            raise self._fail("SAG218", f"Int[{low}, {high}] does not fit 64 bits", x)
        return T.Int(low, high, (repr(x.lo), repr(x.hi)))

    def _ids(self, x):
        n = self.number(x.n, "the number of ids", x)
        if n < 1:
            raise self._fail(
                "SAG217", f"the type {x.ids_name!r} of {n} ids is empty", x, "at least one identity is needed"
            )
        return T.Ids(x.ids_name, n)

    def _record(self, x):
        return T.Record(x.name or "record", tuple((n, self.type(f)) for n, f in x.fields.items()))

    def _tuple(self, x):
        return T.Tuple(tuple(map(self.type, x.items)))

    def _option(self, x):
        item = self.type(x.item)
        if isinstance(item, T.Option):
            raise self._fail("SAG206", "an Option inside an Option has two kinds of None", x)
        return T.Option(item)

    def _map(self, x):
        key = self.type(x.key)
        if (n := self._size(key, x)) > MOST_SET_ELEMENTS:
            raise self._fail("SAG219", f"a Map over {n} keys is too large (at most {MOST_SET_ELEMENTS})", x)
        return T.Map(key, self.type(x.value))

    def _collection(self, x):
        item = self.type(x.item)
        if x.cap is None:
            if (n := self._size(item, x)) > MOST_SET_ELEMENTS:
                raise self._fail(
                    "SAG219",
                    f"a Set over {n} values needs a capacity (at most {MOST_SET_ELEMENTS} without one)",
                    x,
                    "write Set[T, 3] for at most 3 elements",
                )
            return x.kind(item, None)
        cap = self.number(x.cap, "a capacity", x)
        if cap < 0:
            raise self._fail("SAG217", f"the capacity {cap} is negative", x)
        return x.kind(item, cap)

    def _size(self, t, x) -> int:
        try:
            return plain.size(t)
        except ValueError as e:
            raise self._fail("SAG212", str(e), x) from None


class RecordInit:
    """``Message(kind=...)`` in a class body: an initial value."""

    def __init__(self, template, fields):
        self.template, self.fields = template, fields

    def __repr__(self):
        return f"{self.template.name or 'record'}({', '.join(f'{k}={v!r}' for k, v in self.fields.items())})"
