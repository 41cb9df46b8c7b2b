"""How does an expression of the IR become C?

Expressions have no effects, so anything that may fail is checked where it stands, and a failure leaves the function by
its label `fail`; the reference then says what really happens. Lazy operators stay lazy, so that nothing fails in vain.
"""

from __future__ import annotations

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from . import layout as L
from .code import FULL, Place, Value, constant, interval, number, span, wide, widened
from .emitcoll import Collections


class Expressions(Collections):
    """A C function with the state `n`, the state before the step `o` and locals."""

    def __init__(self, state: T.Record):
        super().__init__()
        self.state_type = state
        self.where = {n: (at, t) for (n, _), (at, t) in zip(state.fields, L.parts(state))}
        self.env: dict[str, Value | Place] = {}

    def expr(self, e: ir.Expr) -> Value | Place:
        """The value of the expression."""
        match e:
            case ir.Lit(value=v) | ir.Const(value=v):
                return self._literal(e, v)
            case ir.Var(name=name):
                return self.variable("n", name)
            case ir.Old(name=name):
                return self.variable("o", name)
            case ir.Local(name=name):
                return self.env[name]
            case ir.Op():
                return self._op(e)
            case ir.Bind():
                return self._bind(e)
            case ir.Call():
                return self._call(e)
        raise L.refuse(type(e).__name__, e.loc)

    def cond(self, e: ir.Expr) -> str:
        """A boolean expression as C."""
        return self.load(self.expr(e)).c

    def variable(self, base: str, name: str) -> Place:
        """A state variable."""
        at, t = self.where[name]
        return Place(t, base, wide(self.state_type), at)

    def _literal(self, e, v) -> Value:
        if isinstance(e.type, T.Int):
            if not L.LEAST <= v <= L.MOST:
                raise L.refuse(f"the number {v}", e.loc)
            return Value(T.Int(v, v), number(v))
        room = len(v) if isinstance(e.type, T.COLLECTIONS) else L.ROOM
        t = L.concrete(e.type, room)
        if L.is_scalar(t):
            return Value(t, number(int(v)))
        try:
            code = L.encode(t, v)
        except OverflowError:
            raise L.refuse("this value", e.loc) from None
        if not wide(t):
            return Value(t, f"{code}ull")
        parts = ", ".join(f"{code >> 64 * i & 2**64 - 1}ull" for i in range(L.words(t)))
        return Value(t, self.temp(t, f"{{{{{parts}}}}}"))

    def _call(self, e: ir.Call) -> Value:
        args = []
        for p, a in zip(self.function(e.function).params, e.args):
            t = local_type(p.type)
            args.append(self.converted(self.expr(a), t).c)
        name, result = self.callee(e.function), L.concrete(self.function(e.function).result)
        self.note_size(result)
        got = self.temp(FULL if L.is_scalar(result) else result, f"{name}({', '.join(['n', 'o', *args, '&bad'])})")
        self.fail_if("bad")
        return Value(FULL if isinstance(result, T.Int) else result, got)

    # ---- operators -----------------------------------------------------------------------------

    def _op(self, e: ir.Op) -> Value | Place:
        special = getattr(self, "_" + e.op, None)
        if special is None:
            raise L.refuse(f"the operator {e.op!r}", e.loc)
        return special(e)

    def _two(self, e) -> tuple[Value, Value]:
        return self.bound(self.expr(e.args[0])), self.bound(self.expr(e.args[1]))

    def _arithmetic(self, e, sign: str, name: str, ends) -> Value:
        a, b = self._two(e)
        found = ends(*span(a.t), *span(b.t))
        t = interval(min(found), max(found))
        if t is not None:
            return Value(t, f"({a.c} {sign} {b.c})")
        got = self.temp(FULL)
        self.fail_if(f"__builtin_{name}_overflow({a.c}, {b.c}, &{got})")
        return Value(FULL, got)

    def _add(self, e):
        return self._arithmetic(e, "+", "add", lambda a, b, c, d: (a + c, b + d))

    def _sub(self, e):
        return self._arithmetic(e, "-", "sub", lambda a, b, c, d: (a - d, b - c))

    def _mul(self, e):
        return self._arithmetic(e, "*", "mul", lambda a, b, c, d: (a * c, a * d, b * c, b * d))

    def _neg(self, e):
        a = self.bound(self.expr(e.args[0]))
        lo, hi = span(a.t)
        if lo == L.LEAST:
            self.fail_if(f"{a.c} == INT64_MIN")
            lo += 1
        return Value(T.Int(-hi, -lo) if hi >= lo else a.t, f"(-{a.c})")

    def _abs(self, e):
        a = self.bound(self.expr(e.args[0]))
        if span(a.t)[0] == L.LEAST:
            self.fail_if(f"{a.c} == INT64_MIN")
        return Value(T.Int(0, min(max(map(abs, span(a.t))), L.MOST)), f"({a.c} < 0 ? -{a.c} : {a.c})")

    def _divided(self, e, function: str) -> Value:
        a, b = self._two(e)
        self.fail_if(f"{b.c} == 0 || ({b.c} == -1 && {a.c} == INT64_MIN)")
        return Value(FULL, self.temp(FULL, f"{function}({a.c}, {b.c})"))

    def _floordiv(self, e):
        return self._divided(e, "floor_div")

    def _mod(self, e):
        return self._divided(e, "floor_mod")

    def _lt(self, e):
        return self._ordered(e, "<")

    def _le(self, e):
        return self._ordered(e, "<=")

    def _ordered(self, e, sign: str) -> Value:
        a, b = self._two(e)
        if L.is_scalar(a.t) and L.is_scalar(b.t):
            return Value(T.BOOL, f"({a.c} {sign} {b.c})")
        t = widened(a.t, b.t)
        if not L.orderly(t):
            raise L.refuse(f"the order of {T.show(t)}", e.loc)
        a, b = self.converted(a, t), self.converted(b, t)
        if wide(t):
            return Value(T.BOOL, f"(cmpn({a.c}.w, {b.c}.w, {L.words(t)}) {sign} 0)")
        return Value(T.BOOL, f"({a.c} {sign} {b.c})")

    def _eq(self, e):
        return Value(T.BOOL, self.equal(self.expr(e.args[0]), self.expr(e.args[1])))

    def equal(self, a, b) -> str:
        """Are two values equal?"""
        if not (L.is_scalar(a.t) and L.is_scalar(b.t)):
            t = widened(a.t, b.t)
            a, b = self.converted(a, t), self.converted(b, t)
            if wide(t):
                return f"eqn({a.c}.w, {b.c}.w, {L.words(t)})"
        return f"({self.load(a).c} == {self.load(b).c})"

    def _not(self, e):
        return Value(T.BOOL, f"(!{self.cond(e.args[0])})")

    def _and(self, e):
        return self._lazy(list(e.args), "&&", "1LL")

    def _or(self, e):
        return self._lazy(list(e.args), "||", "0LL")

    def _lazy(self, args, sign: str, unit: str) -> Value:
        """Later operands are computed only if they matter."""
        if not args:
            return Value(T.BOOL, unit)
        c = self.cond(args[0])
        for a in args[1:]:
            with self.apart() as lines:
                rest = self.cond(a)
            if not lines:
                c = f"({c} {sign} {rest})"
                continue
            got = self.temp(T.BOOL, c)
            self.put(f"if ({got if sign == '&&' else '!' + got}) {{")
            self.lines += [*lines, "    " * (self.depth + 1) + f"{got} = {rest};"]
            self.put("}")
            c = got
        return Value(T.BOOL, c)

    def _implies(self, e):
        return self._lazy([ir.Op(op="not", args=(e.args[0],), type=T.BOOL, loc=e.loc), e.args[1]], "||", "0LL")

    def _ite(self, e):
        c = self.cond(e.args[0])
        branches = []
        for x in e.args[1:]:
            with self.apart() as lines:
                v = self.expr(x)
                branches.append((self.load(v) if L.is_scalar(v.t) else v, lines))
        (a, first), (b, second) = branches
        scalar = L.is_scalar(a.t) and L.is_scalar(b.t)
        if scalar and not first and not second:
            return Value(_hull(a.t, b.t), f"({c} ? {a.c} : {b.c})")
        t = _hull(a.t, b.t) if scalar else widened(a.t, b.t)
        got = self.temp(t)
        for head, (v, lines) in ((f"if ({c}) {{", branches[0]), ("} else {", branches[1])):
            self.put(head)
            self.lines += lines
            self.depth += 1
            self.put(f"{got} = {self.converted(v, t).c};")
            self.depth -= 1
        self.put("}")
        return Value(t, got)

    # ---- records, tuples, options --------------------------------------------------------------

    def _record(self, e):
        """The parts keep the types that their expressions really have, so nothing is lost here."""
        parts = [self.expr(a) for a in e.args]
        names = [n for n, _ in e.type.fields] if isinstance(e.type, T.Record) else None
        declared = [f for _, f in e.type.fields] if names else e.type.items
        types = tuple(L.concrete(d) if isinstance(d, T.Option) or not L.is_scalar(x.t) else x.t
                      for d, x in zip(declared, parts))
        t = T.Record(e.type.name, tuple(zip(names, types))) if names else T.Tuple(types)
        got = self.temp(t)
        whole = Place(t, got, wide(t))
        for (at, part), x in zip(L.parts(t), parts):
            self.fill(whole.part(part, at), x)
        return Value(t, got)

    _tuple = _record

    def _field(self, e):
        p = self.place(self.expr(e.args[0]))
        at, t = L.parts(p.t)[p.t.index(e.name)]
        return p.part(t, at)

    def _item(self, e):
        p = self.place(self.expr(e.args[0]))
        at, t = L.parts(p.t)[int(e.name)]
        return p.part(t, at)

    def _replace(self, e):
        r, v = self.expr(e.args[0]), self.expr(e.args[1])
        got = self.copy(r, widened(r.t, L.concrete(e.type)))
        at, t = L.parts(got.t)[got.t.index(e.name)]
        self.store(got.part(t, at), v)
        return got

    def copy(self, v, t) -> Place:
        """A variable of its own with the value, to be changed."""
        name = self.temp(t, self.converted(v, t).c)
        return Place(t, name, wide(t))

    def _none(self, e):
        return Value(T.Option(T.BOTTOM), "0ull")

    def _some(self, e):
        v = self.expr(e.args[0])
        t = T.Option(v.t)
        got = self.temp(t)
        self.fill_some(Place(t, got, wide(t)), v)
        return Value(t, got)

    def _isnone(self, e):
        v = self.expr(e.args[0])
        return Value(T.BOOL, self.isnone(v) if isinstance(v.t, T.Option) else "0LL")

    def _unwrap(self, e):
        v = self.expr(e.args[0])
        if not isinstance(v.t, T.Option):
            return v
        v = self.bound(v)
        self.fail_if(self.isnone(v))
        return self.payload(v)

    # ---- loops ---------------------------------------------------------------------------------

    def each(self, over: ir.Expr, body) -> None:
        """A loop over the elements of an expression, in iteration order; `body` is called once, with the element."""
        match over:
            case ir.Op(op="domain"):
                self.each_of_domain(L.concrete(over.type.item), body)
            case ir.Op(op="keys"):
                self.each_of_domain(L.concrete(over.args[0].type.key), body)
            case ir.Op(op="range"):
                self._each_number(over, body)
            case ir.Op(op="enumerate"):
                p = self.temp(FULL, "(-1)", "p")
                self.each(over.args[0], lambda x: (self.put(f"{p}++;"),
                                                   body(self._pair(Value(T.Int(0, 2**31), p), x))))
            case ir.Op(op="values"):
                self._each_entry(over, lambda k, x: body(x))
            case ir.Op(op="items"):
                self._each_entry(over, lambda k, x: body(self._pair(k, x)))
            case ir.Op(op="toseq"):
                self.each(over.args[0], body)
            case _:
                self.each_value(self.bound(self.expr(over)), body)

    def _pair(self, a, b) -> Value:
        t = T.Tuple((a.t, b.t))
        got = self.temp(t)
        for (at, part), x in zip(L.parts(t), (a, b)):
            self.fill(Place(t, got, wide(t)).part(part, at), x)
        return Value(t, got)

    def _each_entry(self, over, body) -> None:
        m = self.place(self.bound(self.expr(over.args[0])))
        r = self.fresh("r")
        with self.block(f"for (i64 {r} = 0; {r} < {values.size(m.t.key)}; {r}++)"):
            body(self.unrank(m.t.key, r), self.bound(self.item(m, r)))

    def _each_number(self, over, body) -> None:
        a, b = self.bound(self.expr(over.args[0])), self.bound(self.expr(over.args[1]))
        step = constant(self.load(self.expr(over.args[2])).c)
        if not step or abs(step) > 2**31:
            raise L.refuse("a range with this step", over.loc)
        i, sign = self.fresh("i"), "<" if step > 0 else ">"
        lo, hi = (span(a.t)[0], span(b.t)[1] - 1) if step > 0 else (span(b.t)[0] + 1, span(a.t)[1])
        if not (L.LEAST + 2**32 < lo and hi < L.MOST - 2**32):
            # the counter itself must not leave 64 bits
            self.fail_if(f"{a.c} > INT64_MAX / 2 || {a.c} < INT64_MIN / 2 || {b.c} > INT64_MAX / 2 || "
                         f"{b.c} < INT64_MIN / 2")
        with self.block(f"for (i64 {i} = {a.c}; {i} {sign} {b.c}; {i} += {number(step)})"):
            body(Value(T.Int(lo, max(lo, hi)), i))

    def _bind(self, e: ir.Bind) -> Value:
        if e.kind in ("all", "any"):
            got, out = self.temp(T.BOOL, "1" if e.kind == "all" else "0"), self.fresh("out")

            def test(x):
                def decide():
                    c = self.cond(e.body)
                    self.put(f"if ({'!' if e.kind == 'all' else ''}{c}) {{ {got} = !{got}; goto {out}; }}")
                self._with_local(e, x, decide)
            self.each(e.over, test)
            self.put(f"{out}:;")
            return Value(T.BOOL, got)
        if e.kind == "map":
            t = L.concrete(e.type)
            got = self.temp(t)
            r = self.fresh("r")
            with self.block(f"for (i64 {r} = 0; {r} < {values.size(t.key)}; {r}++)"):
                self._with_local(e, self.bound(self.unrank(t.key, r)),
                                 lambda: self.fill(self.item(Place(t, got, wide(t)), r), self.expr(e.body)))
            return Value(t, got)
        return self.made(e, lambda add: self.each(e.over, lambda x: self._with_local(
            e, x, lambda: add(self.expr(e.body)))))

    def _with_local(self, e: ir.Bind, x, body) -> None:
        before = self.env.get(e.local)
        self.env[e.local] = self.bound(x)
        if e.where is None:
            body()
        else:
            with self.block(f"if ({self.cond(e.where)})"):
                body()
        if before is not None:
            self.env[e.local] = before


def local_type(t: T.Type) -> T.Type:
    """The type of a local variable: an integer may be any."""
    return FULL if isinstance(t, T.Int) else L.concrete(t)


def _hull(a: T.Type, b: T.Type) -> T.Type:
    if a == b:
        return a
    if isinstance(a, T.Bottom) or isinstance(b, T.Bottom):
        return b if isinstance(a, T.Bottom) else a
    return T.Int(min(span(a)[0], span(b)[0]), max(span(a)[1], span(b)[1]))
