"""How is one C function written?  Lines, temporaries, and reading and writing parts of values.

A scalar is an `i64`; any other value is its number (see `layout`): a `u64`, or a struct of words when it is wider.
A `Place` is a slice of the bits of a named C variable, and is read only when its value is needed: ``self.bus[o][t]``
becomes one shift and one mask. Whatever cannot be represented jumps to the label `fail`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

from ..ir import types as T
from ..ir import values
from . import layout as L

#: Variables of the model's own have this prefix: they may change while a loop runs, unlike temporaries.
LOCAL = "l_"

FULL = T.Int(L.LEAST, L.MOST)


@dataclass(frozen=True)
class Value:
    """A C expression without effects, and the type that its value has."""

    t: T.Type
    c: str


@dataclass(frozen=True)
class Place:
    """`bits(t)` bits of the variable `base` (a struct of words if `wide`) from bit `at` + `dyn`."""

    t: T.Type
    base: str
    wide: bool
    at: int = 0
    dyn: str = ""

    @property
    def pos(self) -> str:
        """The C expression of the lowest bit."""
        return f"{self.dyn} + {self.at}" if self.dyn else str(self.at)

    def part(self, t: T.Type, at: int, dyn: str = "") -> Place:
        """A slice of this slice."""
        both = f"{self.dyn} + {dyn}" if self.dyn and dyn else self.dyn or dyn
        return Place(t, self.base, self.wide, self.at + at, both)


def number(n: int) -> str:
    """A C literal of type i64."""
    return "INT64_MIN" if n == L.LEAST else f"{n}LL" if n >= 0 else f"({n}LL)"


def constant(s: str) -> int | None:
    """The number that a literal of `number` stands for."""
    try:
        return int(s.strip("()").removesuffix("LL"))
    except ValueError:
        return None


def ctype(t: T.Type) -> str:
    """The C type of a value."""
    if L.is_scalar(t):
        return "i64"
    return "u64" if L.words(t) == 1 else f"B{L.words(t)}"


def wide(t: T.Type) -> bool:
    """Is the value a struct of words?"""
    return not L.is_scalar(t) and L.words(t) > 1


def span(t: T.Type) -> tuple[int, int]:
    """The least and greatest value of a scalar type."""
    return L.least(t), L.most(t)


class Code:
    """The lines of one C function so far."""

    def __init__(self):
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.sizes: set[int] = set()

    # ---- lines ---------------------------------------------------------------------------------

    def put(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def block(self, head: str):
        """The lines inside become a braced block after `head`."""
        self.put(f"{head} {{")
        self.depth += 1
        yield
        self.depth -= 1
        self.put("}")

    @contextmanager
    def apart(self):
        """The lines inside are kept apart: yields the list that receives them."""
        before, self.lines = self.lines, []
        self.depth += 1
        try:
            yield self.lines
        finally:
            self.lines = before
            self.depth -= 1

    def fresh(self, stem: str = "t") -> str:
        self.count += 1
        return f"{stem}_{self.count}"      # i64 is a type, and p1 a parameter

    def temp(self, t: T.Type, init: str | None = None, stem: str = "t") -> str:
        """Declare a variable of the type; all bits zero if there is no `init`."""
        name = self.fresh(stem)
        self.put(f"{ctype(t)} {name} = {init if init is not None else '{{0}}' if wide(t) else '0'};")
        self.note_size(t)
        return name

    def note_size(self, t: T.Type) -> None:
        if wide(t):
            self.sizes.add(L.words(t))

    def fail_if(self, cond: str) -> None:
        self.put(f"if (UNLIKELY({cond})) goto fail;")

    # ---- reading -------------------------------------------------------------------------------

    def load(self, v: Value | Place) -> Value:
        """The value itself."""
        if isinstance(v, Value):
            return v
        w = L.bits(v.t)
        if L.is_scalar(v.t):
            return self.decoded(v.t, self._get(v, w))
        if not wide(v.t):
            return Value(v.t, self._get(v, w))
        name = self.temp(v.t)
        self.put(f"copy_out({name}.w, {v.base}.w, {v.pos}, {w});")
        return Value(v.t, name)

    def _get(self, p: Place, w: int) -> str:
        if w == 0:
            return "0ull"
        return f"getn({p.base}.w, {p.pos}, {w})" if p.wide else f"get1({p.base}, {p.pos}, {w})"

    def decoded(self, t: T.Type, code: str) -> Value:
        """The value of a code (an u64) of at most 64 bits."""
        if not L.is_scalar(t):
            return Value(t, code)
        if L.bits(t) == 0:
            return Value(t, number(L.least(t)))
        lo = L.least(t)
        return Value(t, f"(i64){code}" if lo == 0 else f"(i64)({code} + (u64){number(lo)})")

    def scalar(self, v: Value | Place) -> str:
        """The i64 as an atom, computed once."""
        c = self.load(v).c
        if constant(c) is not None or c.isidentifier():
            return c
        return self.temp(FULL, c, "i")

    def place(self, v: Value | Place) -> Place:
        """The value as a slice of a variable."""
        if isinstance(v, Place):
            return v
        name = v.c if v.c.isidentifier() else self.temp(v.t, v.c)
        return Place(v.t, name, wide(v.t))

    def bound(self, v: Value | Place) -> Value:
        """The value in a variable of its own (or a literal), so that it may be used many times."""
        v = self.load(v)
        if (v.c.isidentifier() and not v.c.startswith(LOCAL)) or constant(v.c) is not None:
            return v
        return Value(v.t, self.temp(v.t, v.c))

    # ---- writing -------------------------------------------------------------------------------

    def code(self, v: Value | Place, t: T.Type) -> str:
        """The code (an u64 of at most 64 bits) of the value as a `t`; fails if it is outside."""
        if not L.is_scalar(t):
            if wide(t):
                raise L.refuse(f"a collection of {T.show(t)}, which is wider than 64 bits")
            return self.converted(v, t).c
        v = self.load(v)
        (lo, hi), (a, b) = span(t), span(v.t)
        if lo <= a and b <= hi:
            return f"((u64){v.c} - (u64){number(lo)})" if lo else f"(u64){v.c}"
        c = self.scalar(v)
        if hi < lo:
            self.put("goto fail;")
            return "0ull"
        shifted = f"((u64){c} - (u64){number(lo)})" if lo else f"(u64){c}"
        self.fail_if(f"{shifted} > {hi - lo}ull")
        return shifted

    def store(self, p: Place, v: Value | Place) -> None:
        """Overwrite the bits of `p` with the value, converted to the type of `p`."""
        w = L.bits(p.t)
        if not wide(p.t):
            self.put_code(p, w, self.code(v, p.t))
        else:
            c = self.converted(v, p.t).c
            self.put(f"copy_in({p.base}.w, {p.pos}, {c}.w, {w});")

    def put_code(self, p: Place, w: int, code: str) -> None:
        if w == 0:
            return
        if p.wide:
            self.put(f"putn({p.base}.w, {p.pos}, {w}, {code});")
        else:
            self.put(f"{p.base} = put1({p.base}, {p.pos}, {w}, {code});")

    # ---- conversion ----------------------------------------------------------------------------

    def converted(self, v: Value | Place, t: T.Type) -> Value:
        """The same value in the layout of `t`; fails where it does not fit. Scalars are not checked."""
        if L.is_scalar(t) or v.t == t:
            return self.load(v)
        name = self.temp(t)
        self.fill(Place(t, name, wide(t)), v)
        return Value(t, name)

    def fill(self, p: Place, v: Value | Place) -> None:
        """Write the value into `p`, whose bits are zero."""
        t = p.t
        if v.t == t or L.is_scalar(t):
            self.store(p, v)
            return
        match t:
            case T.Record() | T.Tuple():
                source = self.place(v)
                for (at, part), (of, other) in zip(L.parts(t), L.parts(v.t)):
                    self.fill(p.part(part, at), source.part(other, of))
            case T.Option():
                self._fill_option(p, v)
            case T.Map(key, value):
                source, n = self.place(v), values.size(key)
                with self.block(f"for (i64 {(k := self.fresh('k'))} = 0; {k} < {n}; {k}++)"):
                    self.fill(p.part(value, 0, f"{k} * {L.bits(value)}"),
                              source.part(v.t.value, 0, f"{k} * {L.bits(v.t.value)}"))
            case _:
                made = Builder(self, t)
                self.each_value(v, made.add)
                self.store(p, made.done())

    def _fill_option(self, p: Place, v: Value | Place) -> None:
        if not isinstance(v.t, T.Option):
            self.fill_some(p, v)
        elif not isinstance(v.t.item, T.Bottom):
            v = self.bound(v)
            with self.block(f"if (!{self.isnone(v)})"):
                self.fill_some(p, self.payload(v))

    def fill_some(self, p: Place, v: Value | Place) -> None:
        """Write the option that holds the value into `p`, whose bits are zero."""
        item = p.t.item
        if L.coded(p.t):
            self.put_code(p, L.bits(p.t), f"({self.code(v, item)} + 1)")
        else:
            w = L.bits(item)
            self.put_code(p.part(T.BOOL, w), 1, "1ull")
            self.fill(p.part(item, 0), v)

    def isnone(self, v: Value | Place) -> str:
        """Is the option None?"""
        if L.coded(v.t):
            return f"({self.load(v).c} == 0)"
        return f"({self._get(self.place(v).part(T.BOOL, L.bits(v.t.item)), 1)} == 0)"

    def payload(self, v: Value | Place) -> Value | Place:
        """The value of an option that is not None."""
        item = v.t.item
        if L.coded(v.t):
            return self.decoded(item, f"({self.load(v).c} - 1)")
        return self.place(v).part(item, 0)

    # ---- ranks ---------------------------------------------------------------------------------

    def rank(self, v: Value | Place, t: T.Type) -> str:
        """The position of the value among those of the rankable type `t`, as an atom; fails if it is outside."""
        if L.is_scalar(t):
            c = self.code(v, t)
            v = self.load(v)
            if (n := constant(v.c)) is not None and L.least(t) <= n <= L.most(t):
                return str(n - L.least(t))
            return self.scalar(Value(FULL, f"(i64){c}"))
        return self.temp(FULL, self._rank(self.bound(self.converted(v, t))), "r")

    def _rank(self, v: Value | Place) -> str:
        match v.t:
            case T.Record() | T.Tuple():
                whole = self.place(v)
                c = "0"
                for at, part in L.parts(v.t):
                    c = f"({c} * {values.size(part)} + {self._rank(whole.part(part, at))})"
                return c
            case T.Option():
                if L.coded(v.t):
                    return f"(i64){self.load(v).c}"
                inner = self._rank(self.payload(v))
                return f"({self.isnone(v)} ? 0 : 1 + {inner})"
        return f"({self.load(v).c} - {number(L.least(v.t))})"

    def unrank(self, t: T.Type, r: str) -> Value:
        """The value at position `r` (an atom) of a rankable type."""
        if L.is_scalar(t):
            return Value(t, f"({r} + {number(L.least(t))})" if L.least(t) else r)
        name = self.temp(t)
        self._unrank(Place(t, name, wide(t)), r)
        return Value(t, name)

    def _unrank(self, p: Place, r: str) -> None:
        match p.t:
            case T.Record() | T.Tuple():
                rest = self.temp(FULL, r, "r")
                for at, part in reversed(L.parts(p.t)):
                    n = values.size(part)
                    self._unrank(p.part(part, at), self.temp(FULL, f"{rest} % {n}", "r"))
                    self.put(f"{rest} /= {n};")
            case T.Option(item):
                if L.coded(p.t):
                    self.put_code(p, L.bits(p.t), f"(u64){r}")
                else:
                    with self.block(f"if ({r})"):
                        self.put_code(p.part(T.BOOL, L.bits(item)), 1, "1ull")
                        self._unrank(p.part(item, 0), self.temp(FULL, f"{r} - 1", "r"))
            case _:
                self.put_code(p, L.bits(p.t), f"(u64){r}")

    # ---- collections ---------------------------------------------------------------------------

    def item(self, c: Place, i: str) -> Place:
        """The item at position `i` (an atom inside 0..cap-1) of a seq, bag or ordered set; of a map, at rank `i`."""
        if isinstance(c.t, T.Map):
            item, cap, low = c.t.value, values.size(c.t.key), 0
        else:
            item, cap, low = c.t.item, c.t.cap, L.width(c.t.cap)
        w = L.bits(item)
        if (n := constant(i)) is not None:
            return c.part(item, low + max(cap - 1 - n, 0) * w)
        return c.part(item, low, f"({cap - 1} - {i}) * {w}") if w else c.part(item, low)

    def length(self, v: Value | Place) -> Value:
        """The number of elements, with multiplicity."""
        t = v.t
        if isinstance(t, T.Map):
            return Value(T.Int(n := values.size(t.key), n), number(n))
        if isinstance(t, T.Set) and L.is_mask(t):
            n = values.size(t.item)
            of = T.Int(0, n if t.cap is None else min(n, t.cap))
            v = self.load(v)
            return Value(of, f"popn({v.c}.w, {L.words(t)})" if wide(t) else f"(i64)__builtin_popcountll({v.c})")
        return self.decoded(T.Int(0, t.cap), self._get(self.place(v).part(t, 0), L.width(t.cap)))

    def each_value(self, v: Value | Place, body) -> None:
        """A loop over a collection in iteration order; `body` is called once, with the element."""
        t = v.t
        if isinstance(t, T.Set) and L.is_mask(t):
            v = self.bound(v)
            if wide(t):
                with self.block(f"for (int {(j := self.fresh('j'))} = 0; {j} < {L.words(t)}; {j}++)"):
                    self._each_bit(f"{v.c}.w[{j}]", t.item, body, f" + 64 * {j}")
            else:
                self._each_bit(v.c, t.item, body)
            return
        p = self.place(v)       # stored in value order: sorted by their codes, or (sets of sets, which C only copies) by Python
        n, i = self.scalar(self.length(p)), self.fresh("i")
        with self.block(f"for (i64 {i} = 0; {i} < {n}; {i}++)"):
            body(self.bound(self.item(p, i)))

    def _each_bit(self, mask: str, t: T.Type, body, more: str = "") -> None:
        m = self.fresh("m")
        with self.block(f"for (u64 {m} = {mask}; {m}; {m} &= {m} - 1)"):
            r = self.temp(FULL, f"__builtin_ctzll({m}){more}", "r")
            body(self.unrank(t, r))

    def each_of_domain(self, t: T.Type, body) -> None:
        """A loop over all values of a type."""
        if not L.rankable(t):
            raise L.refuse(f"all values of {T.show(t)}")
        n, r = values.size(t), self.fresh("r")
        if n <= 8:
            self.put(f"#pragma GCC unroll {max(n, 1)}")
        with self.block(f"for (i64 {r} = 0; {r} < {n}; {r}++)"):
            body(self.bound(self.unrank(t, r)))


class Builder:
    """A collection that grows element by element."""

    def __init__(self, code: Code, t: T.Type, *, keep_order: bool = True):
        self.code, self.t = code, t
        self.mask = isinstance(t, T.Set) and L.is_mask(t)
        self.ordered = not self.mask and not (isinstance(t, T.Seq) and keep_order)
        if self.ordered:
            if not L.orderly(t.item):
                raise L.refuse(f"an ordered collection of sets, {T.show(t)}")
            if L.bits(t.item) > 64:
                raise L.refuse(f"the collection {T.show(t)}, whose items are wider than 64 bits")
            self.items = code.fresh("a")
            code.put(f"u64 {self.items}[{max(t.cap, 1)}];")
        else:
            self.name = code.temp(t)
        if not self.mask:
            self.n = code.temp(FULL, "0", "n")

    def add(self, v: Value | Place) -> None:
        """One more element (of a set: unless it is there already)."""
        code, t = self.code, self.t
        if self.mask:
            r = code.rank(v, t.item)
            target = f"{self.name}.w[{r} >> 6]" if wide(t) else self.name
            code.put(f"{target} |= 1ull << ({r} & 63);")
        elif self.ordered:
            x = code.code(v, t.item)
            code.fail_if(f"!sorted_add({self.items}, &{self.n}, {t.cap}, {x}, {int(isinstance(t, T.Set))})")
        else:
            code.fail_if(f"{self.n} >= {t.cap}")
            if t.cap:
                code.fill(code.item(Place(t, self.name, wide(t)), self.n), v)
            code.put(f"{self.n}++;")

    def done(self) -> Value:
        """The collection."""
        code, t = self.code, self.t
        if self.mask:
            made = Value(t, self.name)
            if t.cap is not None and t.cap < values.size(t.item):
                code.fail_if(f"{code.length(made).c} > {t.cap}")
            return made
        if self.ordered:
            self.name = code.temp(t)
            p = Place(t, self.name, wide(t))
            if L.bits(t.item) and t.cap:
                with code.block(f"for (i64 {(i := code.fresh('i'))} = 0; {i} < {self.n}; {i}++)"):
                    code.put_code(code.item(p, i), L.bits(t.item), f"{self.items}[{i}]")
        code.put_code(Place(t, self.name, wide(t)), L.width(t.cap), f"(u64){self.n}")
        return Value(t, self.name)


def widened(t: T.Type, other: T.Type) -> T.Type:
    """The concrete type that has the values of both."""
    if t == other:
        return t
    joined = T.join(t, other)
    if joined is None:
        raise L.refuse(f"{T.show(t)} together with {T.show(other)}")
    return L.concrete(joined)


def interval(lo: int, hi: int) -> T.Int | None:
    """The type of a result between these numbers, if it cannot leave 64 bits."""
    return T.Int(lo, hi) if L.LEAST <= lo and hi <= L.MOST else None


__all__ = ["Builder", "Code", "FULL", "LOCAL", "Place", "Value", "constant", "ctype", "interval", "number", "span",
           "wide", "widened"]
