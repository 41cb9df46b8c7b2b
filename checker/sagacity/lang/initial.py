"""The initial states: ``init=`` of every variable, then the ``@init`` methods."""

from __future__ import annotations

import enum

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values as plain
from .elaborate import Instance
from .model import _MISSING, anything
from .scope import Scope
from .sourcefile import find
from .symbolic import ConstSpec, Sym, SymOp, evaluate
from .templates import RecordInit
from .values import Id

_SYM_OPS = {"+": "add", "-": "sub", "*": "mul", "//": "floordiv", "%": "mod"}


def initial_statements(flat, instances) -> tuple[tuple[ir.Stmt, ...], tuple]:
    """The statements that set every variable, and the types of their locals."""

    def build(scope: Scope):
        out: list[ir.Stmt] = []
        for i in instances:
            for name, spec in i.decls.vars.items():
                out += _variable(flat, scope, i, name, spec)
        flat.declared_init = len(out)
        for i in flat.root.walk_up():
            out += _init_method(flat, scope, i)
        return tuple(out)

    body, scope = flat.infer(build)
    return body, tuple(scope.types.items())


def _variable(flat, scope, i: Instance, name, spec) -> list[ir.Stmt]:
    t = i.vars[name]
    if spec.init is _MISSING:
        if not i.decls.of_kind("init"):
            scope.complaints.add(
                "SAG239",
                f"the variable {i.prefix}{name} has no initial value",
                spec.loc,
                "write init=..., or assign it in an @init method",
            )
            return []
        e: ir.Expr | None = ir.Lit(
            type=t, value=next(iter(plain.domain(t)), None), loc=spec.loc
        )  # overwritten by @init, which is checked to assign it
        return [_set(i, name, e, spec)] if _assigns(i, name) else _unassigned(scope, i, name, spec)
    maker = _Init(scope, i, spec)
    e = maker.expression(t, spec.init)
    if e is None:
        return []
    return [*maker.choices, _set(i, name, e, spec)]


def _unassigned(scope, i, name, spec):
    scope.complaints.add(
        "SAG239",
        f"neither init= nor the @init method sets {i.prefix}{name}",
        spec.loc,
        f"write init=..., or self.{name} = ... in the @init method, outside any if or for",
    )
    return []


def _assigns(i: Instance, name: str) -> bool:
    """Does the @init method assign ``self.name`` as a whole, outside any branch or loop?"""
    import ast

    for m in i.decls.of_kind("init").values():
        node = find(m.fn)
        for s in node.body:
            targets = s.targets if isinstance(s, ast.Assign) else []
            flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
            if any(isinstance(t, ast.Attribute) and t.attr == name and isinstance(t.value, ast.Name) for t in flat):
                return True
    return False


def _set(i: Instance, name, e, spec) -> ir.Stmt:
    for t in reversed(i.indices and (_key(i),) or ()):
        e = ir.Op(op="map", args=(e,) * plain.size(t), type=T.Map(t, e.type), loc=spec.loc)
    return ir.SetVar(name=i.prefix + name, value=e, loc=spec.loc)


def _key(i: Instance) -> T.Type:
    return i.indices[0] if len(i.indices) == 1 else T.Tuple(i.indices)


class _Init:
    """Turns the Python value of ``init=`` into an expression, with a Choose for every `anything`."""

    def __init__(self, scope: Scope, i: Instance, spec):
        self.scope, self.i, self.spec = scope, i, spec
        self.choices: list[ir.Stmt] = []

    def wrong(self, t, v, code="SAG240"):
        shown = f"{v!r} = {evaluate(v, self.i.env)!r}" if isinstance(v, Sym) else repr(v)
        whole = self.i.vars.get(next((n for n, s in self.i.decls.vars.items() if s is self.spec), ""))
        hint = (
            "a map takes one value for all keys, or a dict over all keys"
            if isinstance(whole, T.Map) and whole is not t
            else None
        )
        self.scope.complaints.add(
            code,
            f"the initial value {shown} is not {'in' if code == 'SAG241' else 'a value of'} {T.show(t)}",
            self.spec.loc,
            hint,
        )

    def expression(self, t: T.Type, v) -> ir.Expr | None:
        """The expression of `v` at type `t`; None after a complaint."""
        if v is anything:
            return self.anything(t)
        if isinstance(v, Sym) and not (isinstance(v, ConstSpec) and not isinstance(t, (T.Int, T.Bool, T.Enum))):
            return self.symbolic(t, v)
        if isinstance(v, Sym):
            v = evaluate(v, self.i.env)
        if isinstance(t, T.Map):
            return self.map(t, v)
        p = self.plain(t, v)
        if p is None:
            self.wrong(t, v)
            return None
        if not plain.belongs(t, p):
            self.wrong(t, v, "SAG241")
            return None
        return ir.Lit(type=t, value=p, loc=self.spec.loc)

    def anything(self, t: T.Type) -> ir.Expr | None:
        n = plain.size(t)
        if self.i.indices:
            self.scope.complaints.add(
                "SAG242",
                "init=anything in a family of components is not supported",
                self.spec.loc,
                "set it in the parent's @init",
            )
            return None
        if n > 100_000:
            self.scope.complaints.add("SAG236", f"anything means {n} values here (at most 100000)", self.spec.loc)
            return None
        name = self.scope.fresh("any")
        self.scope.assign(name, t, self.spec.loc)
        over = ir.Op(op="domain", args=(), type=T.Set(t), loc=self.spec.loc)
        self.choices.append(ir.Choose(local=name, over=over, loc=self.spec.loc))
        return ir.Local(name=name, type=t, loc=self.spec.loc)

    def symbolic(self, t: T.Type, v: Sym) -> ir.Expr | None:
        value = self.plain(t, evaluate(v, self.i.env))
        if value is None or not plain.belongs(t, value):
            self.wrong(t, v, "SAG240" if value is None else "SAG241")
            return None
        return self.sym_expr(t, v)

    def sym_expr(self, t, v) -> ir.Expr:
        loc = self.spec.loc
        if isinstance(v, ConstSpec):
            return ir.Const(name=self.i.prefix + v.name, type=t, value=self.plain(t, evaluate(v, self.i.env)), loc=loc)
        if isinstance(v, SymOp) and v.op in _SYM_OPS:
            return ir.Op(
                op=_SYM_OPS[v.op],
                args=(self.sym_expr(T.INT, v.left), self.sym_expr(T.INT, v.right)),
                type=T.INT,
                loc=loc,
            )
        return ir.Lit(type=t, value=self.plain(t, evaluate(v, self.i.env)), loc=loc)

    def map(self, t: T.Map, v) -> ir.Expr | None:
        keys = list(plain.domain(t.key))
        if not isinstance(v, dict):
            parts = (
                [self.expression(t.value, v) for _ in keys]
                if _has_anything(v)
                else [self.expression(t.value, v)] * len(keys)
            )
        else:
            given = {self.plain(t.key, k): x for k, x in v.items()}
            if set(given) != set(keys):
                self.scope.complaints.add(
                    "SAG243",
                    f"the initial map must give a value to each of the {len(keys)} keys of {T.show(t.key)}",
                    self.spec.loc,
                    "give one value for all keys, or a dict over all of them",
                )
                return None
            parts = [self.expression(t.value, given[k]) for k in keys]
        if any(p is None for p in parts):
            return None
        if all(isinstance(p, ir.Lit) for p in parts):
            return ir.Lit(type=t, value=tuple(p.value for p in parts), loc=self.spec.loc)
        return ir.Op(op="map", args=tuple(parts), type=t, loc=self.spec.loc)

    def plain(self, t: T.Type, v):
        """The plain value of a Python value at type `t`; None if it is no such value."""
        match t:
            case T.Bool():
                return v if isinstance(v, bool) else None
            case T.Int():
                return v if isinstance(v, int) and not isinstance(v, bool) else None
            case T.Enum():
                return v._sort_order_ if isinstance(v, enum.Enum) and type(v) is self.i.codec.enums.get(t) else None
            case T.Ids(name, n):
                return v.index if isinstance(v, Id) and v.name == name and v.index < n else None
            case T.Option(item):
                if v is None:
                    return ()
                p = self.plain(item, v)
                return None if p is None else (p,)
            case T.Record(_, fields):
                if not isinstance(v, RecordInit):
                    return None
                given = {n: v.fields.get(n) for n, _ in fields}
                return (
                    _all(self.plain(f, evaluate(given[n], self.i.env)) for n, f in fields)
                    if set(v.fields) <= set(given)
                    else None
                )
            case T.Tuple(items):
                return _all(map(self.plain, items, v)) if isinstance(v, tuple) and len(v) == len(items) else None
            case T.Map(key, value):
                keys = list(plain.domain(key))
                if not isinstance(v, dict):
                    return _all([self.plain(value, v)] * len(keys))
                given = {self.plain(key, k): x for k, x in v.items()}
                return _all(self.plain(value, given[k]) for k in keys) if set(given) == set(keys) else None
            case T.Seq(item):
                return _all(self.plain(item, x) for x in v) if isinstance(v, (list, tuple)) else None
            case T.Set(item):
                found = _all(self.plain(item, x) for x in v) if isinstance(v, (set, frozenset, list, tuple)) else None
                return None if found is None else tuple(sorted(set(found)))
            case T.Bag(item):
                found = _all(self.plain(item, x) for x in v) if isinstance(v, (list, tuple)) else None
                return None if found is None else tuple(sorted(found))
        return None


def _all(parts):
    parts = tuple(parts)
    return None if any(p is None for p in parts) else parts


def _has_anything(v) -> bool:
    return v is anything or (isinstance(v, dict) and any(map(_has_anything, v.values())))


def _init_method(flat, scope: Scope, i: Instance) -> list[ir.Stmt]:
    methods = i.decls.of_kind("init")
    if len(methods) > 1:
        names = ", ".join(methods)
        scope.complaints.add(
            "SAG244", f"there are several @init methods: {names}", list(methods.values())[1].loc, "keep one"
        )
        return []
    for m in methods.values():
        if m.fn in flat.refused:
            continue
        node = find(m.fn)
        if len(node.args.args) != 1:
            scope.complaints.add(
                "SAG234",
                "an @init method takes self only",
                m.loc,
                "write x = choose(...) inside it for several initial states",
            )
            return []
        if i.indices:
            scope.complaints.add(
                "SAG242",
                "@init in a family of components is not supported",
                m.loc,
                "use init= of the variables, or the parent's @init",
            )
            return []
        return list(flat.body(i, m.fn, node, (), (), True, scope))
    return []
