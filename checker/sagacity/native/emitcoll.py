"""How do the operators on maps, sequences, sets and bags become C?

Masks are computed word by word; whatever else makes a collection adds its elements to a `Builder`.
`Expressions` supplies
`expr`, `bound`, `equal` and `each`.
"""

from __future__ import annotations

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from . import layout as L
from .code import FULL, Builder, Code, Place, Value, constant, number, span, wide, widened


class Collections(Code):
    """The part of `Expressions` that is about collections."""

    # ---- maps and sequences --------------------------------------------------------------------

    def at(self, c: Place, key: Value | Place) -> Place:
        """The slice that an index denotes; fails outside."""
        if isinstance(c.t, T.Map):
            return self.item(c, self.rank(key, c.t.key))
        i = self.scalar(key)
        self.fail_if(f"(u64){i} >= (u64){self.length(c).c}")
        return self.item(c, i)

    def _index(self, e):
        return self.at(self.place(self.expr(e.args[0])), self.expr(e.args[1]))

    def _with(self, e):
        c, k, v = map(self.expr, e.args)
        got = self.copy(c, widened(c.t, L.concrete(e.type, getattr(c.t, "cap", L.ROOM))))
        self.store(self.at(got, k), v)
        return got

    def _map(self, e):
        t = L.concrete(e.type)
        got = self.temp(t)
        for k, a in enumerate(e.args):
            self.fill(self.item(Place(t, got, wide(t)), number(k)), self.expr(a))
        return Value(t, got)

    def collection(self, e: ir.Expr, room: int) -> T.Type:
        """The concrete type of a collection that is made here; without a capacity it has `room`."""
        return L.concrete(e.type, min(max(room, 1), 64))

    def room(self, e: ir.Expr) -> int:
        """So many elements at most, if that is known; else a guess."""
        match e:
            case ir.Lit(value=v) | ir.Const(value=v):
                return len(v)
            case ir.Op(op="seq" | "set" | "bag"):
                return len(e.args)
            case ir.Op(op="concat" | "sumbag" | "union"):
                return sum(map(self.room, e.args))
            case ir.Op(op="values" | "items" | "keys"):
                return values.size(e.args[0].type.key)
            case ir.Op(op="enumerate" | "sorted" | "toseq" | "toset" | "tobag" | "slice" | "removeat" | "removefirst"):
                return self.room(e.args[0])
            case ir.Op(op="append" | "insert"):
                return self.room(e.args[0]) + 1
            case ir.Bind():
                return self.room(e.over)
        t = e.type
        cap = getattr(t, "cap", None)
        if cap is not None:
            return cap
        if isinstance(t, T.Set) and L.rankable(t.item) and isinstance(n := values.size(t.item), int):
            return min(n, 64)
        return L.ROOM

    def made(self, e: ir.Expr, elements, *, keep_order: bool = True) -> Value:
        """The collection that `elements` (called with the builder's add) produces."""
        t = self.collection(e, self.room(e))
        builder = Builder(self, t, keep_order=keep_order)
        elements(builder.add)
        return builder.done()

    def _literal_of(self, e):
        return self.made(e, lambda add: [add(self.expr(a)) for a in e.args])

    _seq = _set = _bag = _literal_of

    def _all_of(self, e):
        return self.made(e, lambda add: self.each(e.args[0], add))

    _toset = _tobag = _values = _items = _enumerate = _all_of

    def _toseq(self, e):
        return self._all_of(e)

    def _sorted(self, e):
        return self.made(e, lambda add: self.each(e.args[0], add), keep_order=False)

    def _values(self, e):
        return self.made(e, lambda add: self.each(e, add))

    _items = _enumerate = _range = _values

    def _domain(self, e):
        t = L.concrete(e.type)
        if L.is_mask(t):
            n = values.size(t.item)
            if not wide(t):
                return Value(t, f"{2**n - 1}ull")
            return self._literal(ir.Lit(value=tuple(values.domain(t.item)), type=e.type, loc=e.loc),
                                 tuple(values.domain(t.item)))
        return self.made(e, lambda add: self.each(e, add))

    def _keys(self, e):
        return self._domain(ir.Op(op="domain", args=(), type=T.Set(e.args[0].type.key), loc=e.loc))

    def _grown(self, e):
        """append, insertbag: one more element."""
        c, x = self.expr(e.args[0]), self.bound(self.expr(e.args[1]))
        t = self.collection(e, self.room(e))
        if isinstance(t, T.Seq) and t.cap == getattr(c.t, "cap", None):
            got = self.copy(c, t)
            self.append(got, x)
            return got
        builder = Builder(self, t)
        self.each_value(c, builder.add)
        builder.add(x)
        return builder.done()

    _append = _insertbag = _grown

    def append(self, p: Place, x) -> None:
        """In place."""
        n = self.scalar(self.length(p))
        self.fail_if(f"{n} >= {p.t.cap}")
        if p.t.cap:
            self.store(self.item(p, n), x)
        self.put_code(p, L.width(p.t.cap), f"(u64)({n} + 1)")

    def _concat(self, e):
        return self.made(e, lambda add: [self.each(a, add) for a in e.args])

    _sumbag = _concat

    def _counted(self, e, c, step):
        """A sequence made by looking at each position: `step` gets the position and the element."""
        def elements(add):
            i = self.temp(FULL, "0", "p")
            self.each_value(c, lambda x: (step(i, x, add), self.put(f"{i}++;")))
        return self.made(e, elements)

    def _removeat(self, e):
        c, i = self.place(self.expr(e.args[0])), self.scalar(self.expr(e.args[1]))
        self.fail_if(f"(u64){i} >= (u64){self.length(c).c}")

        def step(p, x, add):
            with self.block(f"if ({p} != {i})"):
                add(x)
        return self._counted(e, c, step)

    def _insert(self, e):
        c, i, v = self.place(self.expr(e.args[0])), self.scalar(self.expr(e.args[1])), self.bound(self.expr(e.args[2]))
        n = self.scalar(self.length(c))
        i = self.temp(FULL, f"{i} < 0 ? 0 : {i} > {n} ? {n} : {i}", "i")

        def elements(add):
            p = self.temp(FULL, "0", "p")
            with self.block(f"for (; {p} < {i}; {p}++)"):
                add(self.item(c, p))
            add(v)
            with self.block(f"for (; {p} < {n}; {p}++)"):
                add(self.item(c, p))
        return self.made(e, elements)

    def _slice(self, e):
        c, a, b = self.place(self.expr(e.args[0])), self.scalar(self.expr(e.args[1])), self.scalar(self.expr(e.args[2]))
        self.fail_if(f"{a} < 0 || {b} < 0")
        n = self.scalar(self.length(c))

        def elements(add):
            p = self.fresh("p")
            with self.block(f"for (i64 {p} = {a}; {p} < {b} && {p} < {n}; {p}++)"):
                add(self.item(c, p))
        return self.made(e, elements)

    def _removed(self, e, must: bool):
        """Without the first occurrence of an element."""
        c, x = self.bound(self.expr(e.args[0])), self.bound(self.expr(e.args[1]))
        found = self.temp(FULL, "0", "f")

        def elements(add):
            def one(y):
                with self.block(f"if (!{found} && {self.equal(y, x)})"):
                    self.put(f"{found} = 1;")
                with self.block("else"):
                    add(y)
            self.each_value(c, one)
        got = self.made(e, elements)
        if must:
            self.fail_if(f"!{found}")
        return got

    def _removefirst(self, e):
        return self._removed(e, True)

    _removebag = _removefirst

    def _flatseq(self, e):
        return self.made(e, lambda add: self.each(e.args[0], lambda s: self.each_value(s, add)))

    _flatset = _flatseq

    # ---- sets ----------------------------------------------------------------------------------

    def _masks(self, e):
        """Both sets as masks of one type, or None."""
        a, b = self.bound(self.expr(e.args[0])), self.bound(self.expr(e.args[1]))
        if a.t.item == b.t.item and all(L.is_mask(x.t) for x in (a, b)):
            return a, b, T.Set(a.t.item)
        return a, b, None

    def _algebra(self, e, narrow: str, slow):
        a, b, t = self._masks(e)
        if t is None or wide(t) != wide(a.t):
            return slow(a, b)
        if not wide(t):
            return Value(t, f"({narrow.format(a=a.c, b=b.c)})")
        got = self.temp(t)
        with self.block(f"for (int {(j := self.fresh('j'))} = 0; {j} < {L.words(t)}; {j}++)"):
            self.put(f"{got}.w[{j}] = {narrow.format(a=f'{a.c}.w[{j}]', b=f'{b.c}.w[{j}]')};")
        return Value(t, got)

    def _union(self, e):
        def slow(a, b):
            return self.made(e, lambda add: [self.each_value(x, add) for x in (a, b)])
        return self._algebra(e, "{a} | {b}", slow)

    def _intersection(self, e):
        return self._algebra(e, "{a} & {b}", lambda a, b: self._filtered(e, a, b, ""))

    def _difference(self, e):
        return self._algebra(e, "{a} & ~{b}", lambda a, b: self._filtered(e, a, b, "!"))

    def _filtered(self, e, a, b, sign):
        def elements(add):
            def one(x):
                with self.block(f"if ({sign}{self.contains(b, x)})"):
                    add(x)
            self.each_value(a, one)
        return self.made(e, elements)

    def _subset(self, e):
        a, b, t = self._masks(e)
        return Value(T.BOOL, self._search(a, lambda x: f"!{self.contains(b, x)}", "1LL", "0LL"))

    def _disjoint(self, e):
        a, b, t = self._masks(e)
        return Value(T.BOOL, self._search(a, lambda x: self.contains(b, x), "1LL", "0LL"))

    def _search(self, c, test, before: str, after: str) -> str:
        got, out = self.temp(T.BOOL, before), self.fresh("out")

        def one(x):
            with self.block(f"if ({test(x)})"):
                self.put(f"{got} = {after};")
                self.put(f"goto {out};")
        self.each_value(c, one)
        self.put(f"{out}:;")
        return got

    def contains(self, c: Value | Place, x: Value | Place) -> str:
        """Is `x` an element?  An element outside the item type is none."""
        if isinstance(c.t, T.Set) and L.is_mask(c.t) and L.is_scalar(c.t.item):
            v = self.bound(x)
            (lo, hi), (a, b) = span(c.t.item), span(v.t)
            bit = f"({v.c} - {number(lo)})" if lo else v.c
            test = f"bitn({self.load(c).c}.w, {bit})" if wide(c.t) else f"(i64)({self.load(c).c} >> {bit} & 1)"
            inside = "" if lo <= a and b <= hi else f"{v.c} >= {number(lo)} && {v.c} <= {number(hi)} && "
            return f"({inside}{test})"
        if isinstance(c.t, T.Set) and L.is_mask(c.t) and c.t.item == x.t:
            r = self.rank(x, c.t.item)
            return f"bitn({self.load(c).c}.w, {r})" if wide(c.t) else f"(i64)({self.load(c).c} >> {r} & 1)"
        x = self.bound(x)
        return self._search(self.bound(c), lambda y: self.equal(y, x), "0LL", "1LL")

    def _in(self, e):
        x = self.expr(e.args[0])
        over = e.args[1]
        if isinstance(over, ir.Op) and over.op in ("seq", "set", "bag") and L.is_scalar(x.t):
            x = self.bound(x)
            return Value(T.BOOL, "(" + (" || ".join(self.equal(x, self.expr(a)) for a in over.args) or "0LL") + ")")
        return Value(T.BOOL, self.contains(self.expr(over), x))

    def _insertset(self, e):
        c, x = self.expr(e.args[0]), self.bound(self.expr(e.args[1]))
        t = self.collection(e, self.room(e.args[0]) + 1)
        if L.is_mask(t):
            got = self.copy(c, t)
            self.insert_bit(got, x)
            return got
        builder = Builder(self, t)
        self.each_value(c, builder.add)
        builder.add(x)
        return builder.done()

    def insert_bit(self, p: Place, x) -> None:
        """In place: a mask with one more element."""
        r = self.rank(x, p.t.item)
        self.put_code(p.part(T.BOOL, 0, r) if constant(r) is None else p.part(T.BOOL, int(r)), 1, "1ull")
        if p.t.cap is not None and p.t.cap < values.size(p.t.item):
            self.fail_if(f"{self.length(self.bound(p)).c} > {p.t.cap}")

    def remove_bit(self, p: Place, x, must: bool) -> None:
        """In place: a mask without an element."""
        bit = p.part(T.BOOL, 0, self.rank(x, p.t.item))
        if must:
            self.fail_if(f"!{self.load(bit).c}")
        self.put_code(bit, 1, "0ull")

    def _removeset(self, e):
        return self._removed_from_set(e, True)

    def _removed_from_set(self, e, must: bool):
        c = self.expr(e.args[0])
        if isinstance(c.t, T.Set) and L.is_mask(c.t) and self.expr_type_is(e.args[1], c.t.item):
            got = self.copy(c, c.t)
            self.remove_bit(got, self.bound(self.expr(e.args[1])), must)
            return got
        return self._removed(e, must)

    def expr_type_is(self, e: ir.Expr, t: T.Type) -> bool:
        """Does every value of `e` surely belong to `t`?"""
        before = self.count
        with self.apart():
            found = self.expr(e).t
        self.count = before
        return found == t or (L.is_scalar(t) and span(t)[0] <= span(found)[0] and span(found)[1] <= span(t)[1])

    def _discard(self, e):
        if isinstance(e.args[0].type, T.Set):
            return self._removed_from_set(e, False)
        return self._removed(e, False)

    # ---- what is counted -----------------------------------------------------------------------

    def _len(self, e):
        if isinstance(e.args[0].type, T.Map):
            n = values.size(e.args[0].type.key)
            return Value(T.Int(n, n), number(n))
        return self.length(self.expr(e.args[0]))

    def _count(self, e):
        c, x = self.expr(e.args[0]), self.bound(self.expr(e.args[1]))
        got = self.temp(FULL, "0", "n")
        self.each_value(c, lambda y: self.put(f"{got} += {self.equal(y, x)};"))
        return Value(T.Int(0, 2**31), got)

    def _sum(self, e):
        got = self.temp(FULL, "0", "n")
        self.each(e.args[0], lambda x: self.fail_if(f"__builtin_add_overflow({got}, {self.load(x).c}, &{got})"))
        return Value(FULL, got)

    def _extreme(self, e, sign: str):
        over = e.args[0]
        if isinstance(over, ir.Op) and over.op in ("seq", "set", "bag") and over.args:
            found = [self.bound(self.expr(a)) for a in over.args]
            if all(L.is_scalar(x.t) for x in found):
                best = found[0]
                for x in found[1:]:
                    t = _extreme_type(best.t, x.t, sign)
                    best = Value(t, self.temp(t, f"{x.c} {sign} {best.c} ? {x.c} : {best.c}"))
                return best
        t = L.concrete(e.type)
        if not L.orderly(t) or wide(t):
            raise L.refuse(f"{e.op} of {T.show(t)}", e.loc)
        t = FULL if isinstance(t, T.Int) else t
        got, some = self.temp(t), self.temp(FULL, "0", "f")

        def one(x):
            c = self.converted(x, t).c
            self.put(f"if (!{some} || {c} {sign} {got}) {got} = {c};")
            self.put(f"{some} = 1;")
        self.each(over, one)
        self.fail_if(f"!{some}")
        return Value(t, got)

    def _min(self, e):
        return self._extreme(e, "<")

    def _max(self, e):
        return self._extreme(e, ">")


def _extreme_type(a: T.Type, b: T.Type, sign: str) -> T.Type:
    if a == b or not (isinstance(a, T.Int) and isinstance(b, T.Int)):
        return a
    pick = min if sign == "<" else max
    return T.Int(pick(a.lo, b.lo), pick(a.hi, b.hi))
