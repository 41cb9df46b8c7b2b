"""How do statements of the IR become C?

The body of an action works on `n`, a copy of the packed state. Leaving it is a jump: `disabled`, `done` or `fail`.
An assignment to a path (a whole-value assignment in the IR) overwrites only the bits that the path denotes. Choices are
enumerated as in the reference: the body runs again with a longer script.
"""

from __future__ import annotations

from collections import Counter

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import walk
from ..source import Loc, excerpt
from . import layout as L
from .code import FULL, LOCAL, Builder, Place, Value, ctype, number, wide
from .emitexpr import Expressions, local_type


class Body(Expressions):
    """One C function made from statements."""

    def __init__(self, unit, locals_, params=()):
        super().__init__(unit.state)
        self.unit = unit
        self.types = {n: local_type(t) for n, t in locals_}
        self.env = dict(params)
        self.labels: dict[str, str] = {}
        self.loops: list[tuple[str, str]] = []
        self.once: set[str] = set()

    def function(self, name: str) -> ir.Function:
        return self.unit.model.function(name)

    def callee(self, name: str) -> str:
        return self.unit.function(name)

    def body(self, stmts) -> None:
        """Declare what the statements assign, then the statements."""
        assigned = [(s.name, s.value.type) if isinstance(s, ir.SetLocal) else (s.local, s.over.type.item)
                    for s in walk.statements(stmts) if isinstance(s, (ir.For, ir.Choose, ir.SetLocal))]
        names = Counter(n for n, _ in assigned)
        self.once = {n for n, k in names.items() if k == 1}
        for k, name in enumerate(names):
            t = self.types.get(name) or local_type(next(t for n, t in assigned if n == name))
            self.types[name] = t
            c = f"{LOCAL}{k}_{_c_name(name)}"
            self.put(f"{ctype(t)} {c} = {'{{0}}' if wide(t) else '0'};")
            self.note_size(t)
            self.env[name] = Value(t, c)
        self.stmts(stmts)

    def stmts(self, stmts) -> None:
        line = None
        for s in stmts:
            if (s.loc.file, s.loc.line) != line:
                line = (s.loc.file, s.loc.line)
                self.put(comment(s.loc))
            with L.located(s.loc):
                self._stmt(s)

    def _stmt(self, s: ir.Stmt) -> None:
        match s:
            case ir.SetVar():
                p = self.variable("n", s.name)
                self.assign(p, ir.Var(name=s.name, type=p.t, loc=s.loc), s.value)
            case ir.SetLocal():
                self.set_local(s.name, self.expr(s.value))
            case ir.If():
                self._if(s)
            case ir.For():
                self._for(s)
            case ir.Break():
                self.put(f"goto {self.loops[-1][0]};")
            case ir.Continue():
                self.put(f"goto {self.loops[-1][1]};")
            case ir.Require():
                self.put(f"if (!{self.cond(s.cond)}) goto disabled;")
            case ir.Assert():
                self.fail_if(f"!{self.cond(s.cond)}")
            case ir.Choose():
                self._choose(s)
            case ir.Note():
                pass
            case ir.Block():
                before = self.labels.get(s.label)
                self.labels[s.label] = end = self.fresh("leave")
                with self.block(""):
                    self.stmts(s.body)
                self.put(f"{end}:;")
                if before is not None:
                    self.labels[s.label] = before
            case ir.Leave():
                self.put(f"goto {self.labels[s.label]};")
            case ir.Return():
                self.leave(s)
            case _:
                raise L.refuse(type(s).__name__, s.loc)

    def leave(self, s: ir.Return) -> None:
        """The step is complete."""
        self.put("goto done;")

    def set_local(self, name: str, v) -> None:
        """Assign a local. If this is its only assignment, what is known of the value is known of the local."""
        target = self.env[name]
        v = self.load(v) if L.is_scalar(target.t) else self.converted(v, target.t)
        self.put(f"{target.c} = {v.c};")
        if name in self.once and isinstance(v.t, T.Int):
            self.env[name] = Value(v.t, target.c)

    def assign(self, p: Place, here: ir.Expr, e: ir.Expr) -> None:
        """Make the slice `p`, which is what the expression `here` reads, equal to `e`."""
        match e:
            case ir.Op(op="with", args=(base, key, value)) if same(base, here):
                at = self.at(p, self.expr(key))
                self.assign(at, ir.Op(op="index", args=(base, key), type=at.t, loc=e.loc), value)
            case ir.Op(op="replace", args=(base, value), name=field) if same(base, here):
                at, t = L.parts(p.t)[p.t.index(field)]
                inner = ir.Op(op="field", args=(base,), name=field, type=t, loc=e.loc)
                self.assign(p.part(t, at), inner, value)
            case ir.Op(op="append", args=(base, x)) if same(base, here) and _as_roomy(e, p):
                self.append(p, self.bound(self.expr(x)))
            case ir.Op(op="insertset", args=(base, x)) if same(base, here) and L.is_mask(p.t) and _as_roomy(e, p):
                self.insert_bit(p, self.bound(self.expr(x)))
            case ir.Op(op="removeset", args=(base, x)) if same(base, here) and L.is_mask(p.t):
                self.remove_bit(p, self.bound(self.expr(x)), True)
            case _:
                self.store(p, self.expr(e))

    def _if(self, s: ir.If) -> None:
        with self.block(f"if ({self.cond(s.cond)})"):
            self.stmts(s.then)
        if s.orelse:
            with self.block("else"):
                self.stmts(s.orelse)

    def _for(self, s: ir.For) -> None:
        out, again = self.fresh("out"), self.fresh("next")

        def one(x):
            self.loops.append((out, again))
            self.put(f"{self.env[s.local].c} = {self.converted(x, self.env[s.local].t).c};")
            self.stmts(s.body)
            self.put(f"{again}:;")
            self.loops.pop()
        self.each(s.over, one)
        self.put(f"{out}:;")

    def _choose(self, s: ir.Choose) -> None:
        v = self.bound(self.expr(s.over))
        if not isinstance(v.t, T.Set):
            made = Builder(self, T.Set(v.t.item, v.t.cap))
            self.each_value(v, made.add)
            v = self.bound(made.done())
        n = self.scalar(self.length(v))
        self.put(f"if ({n} == 0) goto disabled;")
        self.fail_if("W->n_taken >= MOST_CHOICES")
        k, out = self.temp(FULL, f"choose(W, {n})", "k"), self.fresh("out")

        def one(x):
            with self.block(f"if ({k}-- == 0)"):
                target = self.env[s.local]
                self.put(f"{target.c} = {self.converted(x, target.t).c};")
                self.put(f"goto {out};")
        self.each_value(v, one)
        self.put(f"{out}:;")


class FunctionBody(Body):
    """A pure function: its body returns."""

    def leave(self, s: ir.Return) -> None:
        v = self.expr(s.value)
        result = self.result
        self.put(f"return {self.load(v).c if L.is_scalar(result) else self.converted(v, result).c};")


def same(a: ir.Expr, b: ir.Expr) -> bool:
    """Do two expressions read the same? Types and locations do not matter."""
    match a, b:
        case (ir.Var(), ir.Var()) | (ir.Local(), ir.Local()):
            return a.name == b.name
        case (ir.Lit() | ir.Const(), ir.Lit() | ir.Const()):
            return a.value == b.value
        case (ir.Op(), ir.Op()):
            return (a.op, a.name, len(a.args)) == (b.op, b.name, len(b.args)) and all(map(same, a.args, b.args))
    return False


def _as_roomy(e: ir.Op, p: Place) -> bool:
    """Is the capacity that the operator minds the one of the place (which is minded in any case)?"""
    return e.type.cap in (None, p.t.cap)


def comment(loc: Loc) -> str:
    """Where a piece of C comes from."""
    shown = (excerpt(loc) or "").splitlines()
    text = shown[0].split("|", 1)[-1].strip() if shown else ""
    text = text.replace("*/", "* /").replace("/*", "/ *")
    return f"/* {loc.file}:{loc.line}: {text} */".replace("\\", "/")


def _c_name(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)


__all__ = ["Body", "FunctionBody", "comment", "number", "same"]
