"""Which expressions of the intermediate representation has a type?  Drawn for `sagacity.testing.models`.

Every operator of `ir.nodes.OPS` can be drawn. Nothing keeps an expression from failing: an index may be outside, a division
by zero, a number larger than 64 bits; all engines must then say the same.
"""

from __future__ import annotations

from itertools import count

from hypothesis import strategies as st

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.oprules import agree
from ..source import Loc

#: Literals that make ranges and machine integers end.
EDGES = (-1, 5, 2**31, 2**62, -(2**63), 2**63 - 1)

#: The largest type of which an expression may ask for all values.
MOST_VALUES = 16


class Scope:
    """What an expression may read, and where drawn decisions come from. Inner scopes share the numbering of names."""

    def __init__(self, draw, variables, functions=(), names=None, *, numbers=None, old: bool = False):
        self.draw, self.variables, self.functions, self.old = draw, variables, functions, old
        self.names: dict[str, T.Type] = dict(names or {})
        self.numbers = numbers or count(1)

    def inner(self, **more: T.Type) -> Scope:
        """A scope that knows further names."""
        return Scope(self.draw, self.variables, self.functions, self.names | more, numbers=self.numbers, old=self.old)

    def pick(self, options):
        """One of the options."""
        return self.draw(st.sampled_from(options))

    def new(self, stem: str) -> str:
        """A name that is not taken."""
        return f"{stem}{next(self.numbers)}"

    def loc(self) -> Loc:
        """A line of its own for every node."""
        return Loc("random.py", next(self.numbers))

    def lit(self, t: T.Type, value) -> ir.Lit:
        return ir.Lit(value=value, type=t, loc=self.loc())

    def op(self, name: str, t: T.Type, *args: ir.Expr, field: str = "") -> ir.Op:
        return ir.Op(op=name, args=args, type=t, name=field, loc=self.loc())

    # ---- leaves --------------------------------------------------------------------------------

    def plain(self, t: T.Type):
        """A plain value of the type."""
        match t:
            case T.Int(None):
                return self.draw(st.integers(0, 3))
            case T.Record(_, fields):
                return tuple(self.plain(f) for _, f in fields)
            case T.Tuple(items):
                return tuple(map(self.plain, items))
            case T.Option(item):
                return (self.plain(item),) if self.draw(st.booleans()) else ()
            case T.Map(key, value):
                return tuple(self.plain(value) for _ in range(values.size(key)))
            case T.Set(item, cap) | T.Bag(item, cap) | T.Seq(item, cap):
                found = [self.plain(item) for _ in range(self.draw(st.integers(0, min(2, 2 if cap is None else cap))))]
                if isinstance(t, T.Seq):
                    return tuple(found)
                return tuple(sorted(found if isinstance(t, T.Bag) else set(found)))
        return self.pick(list(values.domain(t)))

    def leaf(self, t: T.Type) -> ir.Expr:
        """A variable, a name or a literal of the type."""
        read = [ir.Local(name=n, type=u, loc=self.loc()) for n, u in self.names.items() if agree(u, t)]
        for n, u in self.variables:
            if agree(u, t):
                read.append(ir.Var(name=n, type=u, loc=self.loc()))
                if self.old:
                    read.append(ir.Old(name=n, type=u, loc=self.loc()))
        if read and self.draw(st.integers(0, 3)):
            return self.pick(read)
        if isinstance(t, T.Int) and not self.draw(st.integers(0, 24)):
            return self.lit(T.INT, self.pick(EDGES))
        return self.lit(t, self.plain(t))

    # ---- expressions ---------------------------------------------------------------------------

    def expr(self, t: T.Type, depth: int) -> ir.Expr:
        """An expression of the type."""
        if depth <= 0 or isinstance(t, T.Bottom):
            return self.leaf(t)
        made = getattr(self, "_" + type(t).__name__.lower(), None)
        options = [*(made(t, depth - 1) if made else ()), *self._parts(t, depth - 1)]
        options += [lambda: self.leaf(t), lambda: self.op("ite", t, self.expr(T.BOOL, depth - 1), self.expr(t, depth - 1),
                                                          self.expr(t, depth - 1))]
        return self.pick(options)()

    def stored(self, t: T.Type, depth: int) -> ir.Expr:
        """An expression that is to be stored in a variable: of a number often the remainder, so that the search goes on."""
        if isinstance(t, T.Int) and self.draw(st.integers(0, 3)):
            rest = self.op("mod", T.INT, self.expr(t, depth), self.lit(T.INT, t.hi - t.lo + 1))
            return self.op("add", T.INT, rest, self.lit(T.INT, t.lo))
        return self.expr(t, depth)

    def holding(self, t: T.Type) -> list[tuple[str, T.Type]]:
        """Types at hand whose elements, values or fields are of type `t`, by how they hold them."""
        found = []
        for u in dict.fromkeys([*(u for _, u in self.variables), *self.names.values()]):
            match u:
                case T.Map(value=x) if agree(x, t):
                    found.append(("map", u))
                case T.Seq(item=x) | T.Set(item=x) | T.Bag(item=x) if agree(x, t):
                    found.append((type(u).__name__.lower(), u))
                case T.Option(item=x) if agree(x, t):
                    found.append(("option", u))
                case T.Record(fields=fields):
                    found += [(f"field {n}", u) for n, x in fields if agree(x, t)]
                case T.Tuple(items=items):
                    found += [(f"item {k}", u) for k, x in enumerate(items) if agree(x, t)]
        return found

    def _parts(self, t: T.Type, d: int):
        """Expressions that take a `t` out of something larger."""
        for how, u in self.holding(t):
            match how.split():
                case ["map"]:
                    yield lambda u=u: self.op("index", t, self.leaf(u), self.expr(u.key, d))
                case ["seq"]:
                    yield lambda u=u: self.op("index", t, self.leaf(u), self.expr(T.INT, d))
                    yield lambda u=u: self.op(self.pick(["min", "max"]), t, self.expr(u, d))
                case ["set" | "bag"]:
                    yield lambda u=u: self.op(self.pick(["min", "max"]), t, self.expr(u, d))
                case ["option"]:
                    yield lambda u=u: self.op("unwrap", t, self.expr(u, d))
                case ["field", name]:
                    yield lambda u=u, name=name: self.op("field", t, self.expr(u, d), field=name)
                case ["item", k]:
                    yield lambda u=u, k=k: self.op("item", t, self.expr(u, d), field=k)
        for f in self.functions:
            if agree(f.result, t):
                yield lambda f=f: ir.Call(function=f.name, args=tuple(self.expr(p.type, d) for p in f.params), type=t,
                                          loc=self.loc())

    def collection(self, depth: int) -> ir.Expr:
        """A collection of anything at hand."""
        held = [u for u in (*(u for _, u in self.variables), *self.names.values()) if isinstance(u, T.COLLECTIONS)]
        return self.expr(self.pick([T.Set(T.Int(0, 2)), T.Seq(T.INT), T.Bag(T.BOOL), *held]), depth)

    def _bind(self, kind: str, t: T.Type, body: T.Type, d: int, over: ir.Expr | None = None) -> ir.Bind:
        over = over or self.collection(d - 1)
        name = self.new("b")
        inside = self.inner(**{name: over.type.item})
        where = inside.expr(T.BOOL, d - 1) if kind != "map" and self.draw(st.booleans()) else None
        return ir.Bind(kind=kind, local=name, over=over, body=inside.expr(body, d), where=where, type=t, loc=self.loc())

    def _bool(self, t, d):
        def compared():
            u = self.pick([T.INT, *(u for _, u in self.variables)])
            signs = ["eq", "lt", "le"] if isinstance(u, (T.Bool, T.Int, T.Seq, T.Tuple)) else ["eq"]
            return self.op(self.pick(signs), T.BOOL, self.expr(u, d), self.expr(u, d))

        def member():
            c = self.collection(d)
            return self.op("in", T.BOOL, self.expr(c.type.item, d), c)

        def related():
            u = self.pick([T.Set(T.Int(0, 3)), *(u for _, u in self.variables if isinstance(u, T.Set))])
            return self.op(self.pick(["subset", "disjoint"]), T.BOOL, self.expr(u, d), self.expr(u, d))

        def logical():
            name = self.pick(["and", "or", "implies"])
            return self.op(name, T.BOOL, self.expr(t, d), self.expr(t, d))
        options = [compared, compared, member, related, logical, lambda: self.op("not", T.BOOL, self.expr(t, d)),
                   lambda: self._bind(self.pick(["all", "any"]), T.BOOL, T.BOOL, d)]
        held = [u for _, u in self.variables if isinstance(u, T.Option)]
        return options + [lambda u=u: self.op("isnone", T.BOOL, self.expr(u, d)) for u in held]

    def _int(self, t, d):
        def two(*names):
            return lambda: self.op(self.pick(names), T.INT, self.expr(T.INT, d), self.expr(T.INT, d))

        def counted():
            c = self.collection(d)
            if isinstance(c.type, T.Set):
                return self.op("len", T.INT, c)
            return self.op("count", T.INT, c, self.expr(c.type.item, d))
        return [two("add", "sub"), two("mul"), two("floordiv", "mod"), counted,
                lambda: self.op(self.pick(["neg", "abs"]), T.INT, self.expr(T.INT, d)),
                lambda: self.op("len", T.INT, self.collection(d)),
                lambda: self.op("sum", T.INT, self.expr(self.pick([T.Seq(T.INT), T.Set(T.Int(0, 3)), T.Bag(T.INT)]), d))]

    def _record(self, t, d):
        name, f = self.pick(t.fields)
        return [lambda: self.op("record", t, *(self.expr(u, d) for _, u in t.fields)),
                lambda: self.op("replace", t, self.expr(t, d), self.expr(f, d), field=name)]

    def _tuple(self, t, d):
        return [lambda: self.op("tuple", t, *(self.expr(u, d) for u in t.items))]

    def _option(self, t, d):
        return [lambda: self.op("none", t), lambda: self.op("some", t, self.expr(t.item, d))]

    def _map(self, t, d):
        keys = self.op("domain", T.Set(t.key))
        return [lambda: self.op("map", t, *(self.expr(t.value, 0) for _ in range(values.size(t.key)))),
                lambda: self.op("with", t, self.expr(t, d), self.expr(t.key, d), self.expr(t.value, d)),
                lambda: self._bind("map", t, t.value, d, keys)]

    def _set(self, t, d):
        free = T.Set(t.item)
        options = [lambda: self.op("set", free, *(self.expr(t.item, d) for _ in range(self.draw(st.integers(0, 2))))),
                   lambda: self.op(self.pick(["union", "intersection", "difference"]), free, self.expr(t, d), self.expr(t, d)),
                   lambda: self.op("insertset", self.pick([t, free]), self.expr(t, d), self.expr(t.item, d)),
                   lambda: self.op(self.pick(["removeset", "discard"]), t, self.expr(t, d), self.expr(t.item, d)),
                   lambda: self.op("toset", free, self.expr(self.pick([T.Seq(t.item), T.Bag(t.item)]), d)),
                   lambda: self._bind("set", free, t.item, d),
                   lambda: self.op("flatset", free, self.op("seq", T.Seq(free), self.expr(t, d), self.expr(t, d)))]
        if _finite(t.item) and values.size(t.item) <= MOST_VALUES:
            options.append(lambda: self.op("domain", free))
        options += [lambda u=u: self.op("keys", free, self.leaf(u)) for _, u in self.variables
                    if isinstance(u, T.Map) and agree(u.key, t.item)]
        return options

    def _seq(self, t, d):
        free = T.Seq(t.item)

        def number():
            return self.expr(T.INT, d)
        options = [lambda: self.op("seq", free, *(self.expr(t.item, d) for _ in range(self.draw(st.integers(0, 3))))),
                   lambda: self.op("append", self.pick([t, free]), self.expr(t, d), self.expr(t.item, d)),
                   lambda: self.op("insert", self.pick([t, free]), self.expr(t, d), number(), self.expr(t.item, d)),
                   lambda: self.op("concat", free, self.expr(t, d), self.expr(t, d)),
                   lambda: self.op("slice", free, self.expr(t, d), number(), number()),
                   lambda: self.op("removeat", t, self.expr(t, d), number()),
                   lambda: self.op("removefirst", t, self.expr(t, d), self.expr(t.item, d)),
                   lambda: self.op("with", t, self.expr(t, d), number(), self.expr(t.item, d)),
                   lambda: self.op(self.pick(["sorted", "toseq"]), free, self.expr(self.pick([T.Set(t.item), T.Bag(t.item)]), d)),
                   lambda: self._bind("seq", free, t.item, d),
                   lambda: self.op("flatseq", free, self.op("seq", T.Seq(free), self.expr(t, d), self.expr(t, d)))]
        if isinstance(t.item, T.Int):
            options.append(lambda: self.op("range", T.Seq(T.INT), self.leaf(T.Int(0, 3)), self.leaf(T.Int(0, 3)),
                                           self.lit(T.INT, self.pick([1, 2, -1]))))
        options += [lambda u=u: self.op("values", free, self.expr(u, d)) for _, u in self.variables
                    if isinstance(u, T.Map) and agree(u.value, t.item)]
        if isinstance(t.item, T.Tuple) and len(t.item.items) == 2:
            a, b = t.item.items
            if isinstance(a, T.Int):
                options.append(lambda: self.op("enumerate", free, self.expr(T.Seq(b), d)))
            if _finite(a) and values.size(a) <= 4:
                options.append(lambda: self.op("items", free, self.expr(T.Map(a, b), d)))
        return options

    def _bag(self, t, d):
        free = T.Bag(t.item)
        return [lambda: self.op("bag", free, *(self.expr(t.item, d) for _ in range(self.draw(st.integers(0, 2))))),
                lambda: self.op("insertbag", self.pick([t, free]), self.expr(t, d), self.expr(t.item, d)),
                lambda: self.op(self.pick(["removebag", "discard"]), t, self.expr(t, d), self.expr(t.item, d)),
                lambda: self.op("sumbag", free, self.expr(t, d), self.expr(t, d)),
                lambda: self.op("tobag", free, self.expr(self.pick([T.Set(t.item), T.Seq(t.item)]), d))]


def _finite(t: T.Type) -> bool:
    try:
        return values.size(t) > 0
    except ValueError:
        return False
