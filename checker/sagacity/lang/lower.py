"""A model class with constants to one flat ir.Model. Read this first: `compile_model`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..errors import Complaints, Diagnostic, InternalError, ModelSourceError
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values as plain
from ..ir.legality import check as check_legality
from ..source import Loc
from . import subset
from .before import Twins
from .effects import Effects
from .elaborate import Instance, const_type, elaborate
from .initial import initial_statements
from .model import Method
from .refinement import refinements
from .scope import Frame, Scope, root_frame
from .sourcefile import find, location
from .inlining import always_returns
from .passage import passage
from .statements import Statements
from .temporal import temporal
from .unshare import unshare

#: An action with more bindings than this is refused.
MOST_BINDINGS = 100_000
_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Compiled:
    """A compiled model: the flat IR, and the instance tree from which the interpreter builds its objects."""

    ir: ir.Model
    root: Instance
    declared_init: int  # so many statements of ir.init come from declarations; the rest from @init methods


@dataclass(frozen=True)
class Claim:
    """A temporal property of a model that is not in its class: its name, and its text, which begins at `at` in a file."""

    name: str
    text: str
    at: Loc


def compile_model(
    cls: type, constants: dict[str, Any] | None = None, claims: tuple[Claim, ...] = ()
) -> Compiled:
    """Compile a model class, with further claims about it. Raises ModelSourceError with every complaint found, or
    ConstantError."""
    items = tuple(sorted((constants or {}).items()))
    try:
        hash(items)
    except TypeError:
        return _compile(cls, items, claims)
    return _cached(cls, items, claims)


@lru_cache(maxsize=64)
def _cached(cls, items, claims):
    return _compile(cls, items, claims)


def _compile(cls, items, claims) -> Compiled:
    root = elaborate(cls, dict(items))
    flat = Flattening(root, claims)
    return Compiled(flat.model(), root, flat.declared_init)


class Flattening:
    """Collects the parts of the flat model from an instance tree."""

    def __init__(self, root: Instance, claims: tuple[Claim, ...] = ()):
        self.root, self.claims = root, claims
        self.complaints = Complaints()
        self.functions: dict[tuple, ir.Function | None] = {}
        self.in_progress: list[str] = []
        self.declared_init = 0
        self.refused: set = set()  # methods outside the subset
        self.inlining: list[tuple[str, str]] = []  # helpers whose bodies are being inlined
        self._effects = Effects(self.complaints)
        self.twins = Twins(
            lambda name: next(f for f in self.functions.values() if f is not None and f.name == name),
            lambda twin: self.functions.__setitem__((twin.name,), twin),
        )

    def model(self) -> ir.Model:
        """The flat model. Raises ModelSourceError."""
        instances = list(self.root.walk())
        self.check_subset(instances)
        actions = tuple(a for i in instances for a in self.actions(i))
        lists = {
            kind: tuple(f for i in instances for f in self.properties(i, kind))
            for kind in ("invariant", "step_invariant")
        }
        for kind in ("constraint", "terminal", "possible"):
            lists[kind] = self.properties(self.root, kind)
        predicates = tuple(
            f.name for i in instances for n, m in i.decls.of_kind("predicate").items() if (f := self.declared(i, n, m))
        )
        temporals = self.temporals(instances)
        refined = refinements(self)
        init, init_locals = initial_statements(self, instances)
        self.complaints.raise_if_any()
        m = ir.Model(
            name=self.root.cls.__name__,
            doc=self.root.cls.__doc__ or "",
            loc=self.class_loc(),
            consts=self.constants(instances),
            vars=tuple(
                ir.VarDecl(name=i.prefix + n, type=i.stored(t), doc=i.decls.vars[n].doc, loc=i.decls.vars[n].loc)
                for i in instances
                for n, t in i.vars.items()
            ),
            init=init,
            init_locals=init_locals,
            actions=actions,
            functions=tuple(f for f in self.functions.values() if f is not None),
            predicates=predicates,
            invariants=lists["invariant"],
            step_invariants=lists["step_invariant"],
            constraints=lists["constraint"],
            terminals=lists["terminal"],
            possibles=lists["possible"],
            fairness=tuple(f for i in instances for f in self.fairness(i)),
            temporals=temporals,
            refinements=refined,
        )
        self.complaints.raise_if_any()
        if not m.actions:
            raise ModelSourceError(
                Diagnostic(
                    code="SAG232",
                    message=f"{m.name} has no actions, so nothing can happen in it",
                    loc=m.loc,
                    hint="decorate a method with @action",
                )
            )
        check_legality(m)
        return m

    def class_loc(self):
        from ..source import NOWHERE
        from .sourcefile import class_location

        return class_location(self.root.cls) or NOWHERE

    def check_subset(self, instances) -> None:
        """Every method of every class, called or not. Those outside the subset are `refused`: they are not typed as well."""
        for d in {id(i.decls): i.decls for i in instances}.values():
            for fn in [*(m.fn for m in d.methods.values()), *d.helpers.values()]:
                before = len(self.complaints.found)
                subset.check(fn.__code__.co_filename, find(fn), self.complaints)
                if len(self.complaints.found) > before:
                    self.refused.add(fn)

    def effects(self, instance: Instance, name: str) -> bool:
        """Does a helper change the state, require, choose, assert or note?"""
        return self._effects.of(instance, name)

    def constants(self, instances) -> tuple[ir.ConstDecl, ...]:
        out = []
        for i in instances:
            for n, spec in i.decls.consts.items():
                if n in i.types:
                    continue
                try:
                    t, v = const_type(i.env[n], i.codec)
                except TypeError as e:
                    self.complaints.add(
                        "SAG504",
                        str(e),
                        spec.loc,
                        "constants are integers, bools, enum members, types or frozen collections of these",
                    )
                    continue
                out.append(ir.ConstDecl(name=i.prefix + n, type=t, value=v, doc=spec.doc, loc=spec.loc))
        return tuple(out)

    # ---- bodies

    def infer(self, build) -> tuple[Any, Scope]:
        """Run `build(scope)` until the types of its locals no longer change; complaints of the last round count."""
        previous: dict[str, T.Type] = {}
        for round in range(_ROUNDS):
            scope = Scope(Complaints(), previous, round=round)
            result = build(scope)
            if scope.types == previous:
                break
            previous = scope.types
        else:
            if not scope.complaints.found:
                raise InternalError(Diagnostic(code="SAG999", message="type inference did not settle"))
        for d in scope.complaints.found:
            self.complaints.record(d)
        return result, scope

    def index_params(self, i: Instance, taken) -> tuple[ir.Param, ...]:
        """The parameters that name a member of a family."""
        names = [n for n in ("i", "j", "k", "l", "m", "n") if n not in taken] + [f"at{n}" for n in range(9)]
        return tuple(ir.Param(name=n, type=t, loc=i.loc) for n, t in zip(names, i.indices))

    def params(self, i: Instance, name: str, m: Method, node: ast.FunctionDef) -> tuple[ir.Param, ...] | None:
        """The declared parameters of a decorated method, with their values."""
        args = [a.arg for a in node.args.args[1:]]
        if m.kind == "step_invariant":
            if len(args) != 1:
                self.complaints.add(
                    "SAG233",
                    "a step invariant takes two parameters: the state after the step, and the old one",
                    m.loc,
                    f"write def {name}(self, old)",
                )
                return None
            args = []
        elif args and m.kind not in ("action", "predicate"):
            self.complaints.add(
                "SAG237",
                f"the {m.kind} {name} cannot have parameters",
                m.loc,
                "quantify inside: all(... for x in self.Domain)",
            )
            return None
        if set(args) != set(m.params) or node.args.defaults:
            odd = sorted(set(args) ^ set(m.params))
            what = (
                f"{odd[0]} is {'not a parameter of the method' if odd[0] in m.params else 'given no domain'}"
                if odd
                else "a default value has no meaning"
            )
            known = ", ".join(f"{a}=..." for a in args) or "name=Domain"
            hint = (
                f"write @{m.kind}({known}) and def {name}({', '.join(['self', *args])})" if odd else "drop the default"
            )
            self.complaints.add("SAG234", f"the parameters of {name} and of its decorator differ: {what}", m.loc, hint)
            return None
        e = replace_loc(i, m.loc)
        return tuple(self.param(i, e, a, m) for a in args)

    def param(self, i: Instance, e, name: str, m: Method) -> ir.Param:
        domain = m.params[name]
        from .symbolic import Sym, evaluate

        value = evaluate(domain, i.env) if isinstance(domain, Sym) else domain
        if isinstance(value, (frozenset, set, tuple, range)):
            t, v = const_type(frozenset(value), i.codec)
            return ir.Param(name=name, type=t.item, values=v, loc=m.loc)
        t = e.type(domain)
        try:
            n = plain.size(t)
        except ValueError as wrong:
            raise ModelSourceError(Diagnostic(code="SAG235", message=str(wrong), loc=m.loc)) from None
        if n > MOST_BINDINGS:
            raise ModelSourceError(
                Diagnostic(
                    code="SAG236", message=f"the domain of {name} has {n} values (at most {MOST_BINDINGS})", loc=m.loc
                )
            )
        return ir.Param(name=name, type=t, values=tuple(plain.domain(t)) if m.kind == "action" else None, loc=m.loc)

    def actions(self, i: Instance) -> list[ir.Action]:
        out = []
        for name, m in i.decls.of_kind("action").items():
            if m.fn in self.refused:
                continue
            node = find(m.fn)
            declared = self.params(i, name, m, node)
            if declared is None:
                continue
            index = tuple(
                replace(p, values=tuple(plain.domain(p.type))) for p in self.index_params(i, {p.name for p in declared})
            )
            n = 1
            for p in index + declared:
                n *= len(p.values)
            if n > MOST_BINDINGS:
                self.complaints.add(
                    "SAG236",
                    f"the action {name} has {n} bindings (at most {MOST_BINDINGS})",
                    m.loc,
                    "make the domains smaller, or choose some of the values inside the action",
                )
                continue
            body, scope = self.infer(lambda s: self.body(i, m.fn, node, index, declared, True, s))
            out.append(
                ir.Action(
                    name=i.prefix + name,
                    params=index + declared,
                    body=body,
                    locals=tuple(scope.types.items()),
                    doc=(m.fn.__doc__ or "").strip(),
                    loc=m.loc,
                )
            )
        return out

    def body(self, i, fn, node, index, params, effects, scope, old=None, boolean=False):
        """The lowered statements of a method with these parameters."""
        keys = tuple(ir.Local(name=p.name, type=p.type, loc=p.loc) for p in index)
        frame: Frame = root_frame(i, keys, fn, node, effects)
        frame.old_name = old
        scope.used |= {"return"} | {p.name for p in (*index, *params)}
        for p in params:
            frame.names[p.name] = ir.Local(name=p.name, type=p.type, loc=p.loc)
            frame.fixed.add(p.name)
        s = Statements(self, scope, frame)
        s.result_bool = boolean
        return unshare(s.block(node.body), scope)

    # ---- functions

    def declared(self, i: Instance, name: str, m: Method) -> ir.Function | None:
        """The function of a predicate or property; in a family its first parameters are the indices."""
        key = (i.prefix, name)
        if key in self.functions:
            return self.functions[key]
        self.functions[key] = None
        if m.fn in self.refused:
            return None
        node = find(m.fn)
        params = self.params(i, name, m, node)
        if params is None:
            return None
        index = self.index_params(i, {p.name for p in params})
        old = node.args.args[1].arg if m.kind == "step_invariant" else None
        full = i.prefix + name + ("" if m.kind == "predicate" or not index else ".each")
        self.functions[key] = self.function(i, full, m.fn, node, index, params, old, True)
        return self.functions[key]

    def function(self, i, full, fn, node, index, params, old=None, boolean=False) -> ir.Function | None:
        loc = location(fn.__code__.co_filename, node)
        if full in self.in_progress:
            self.complaints.add("SAG341", f"{full} calls itself", loc, "recursion cannot be compiled; write a loop")
            return None
        if not always_returns(node.body):
            self.complaints.add(
                "SAG331", f"{node.name} may end without returning a value", loc, "every path needs return value"
            )
            return None
        self.in_progress.append(full)
        body, scope = self.infer(lambda s: self.body(i, fn, node, index, params, False, s, old, boolean))
        self.in_progress.pop()
        result = T.BOOL if boolean else scope.types.pop("return", T.BOTTOM)
        return ir.Function(
            name=full,
            params=index + params,
            body=body,
            result=result,
            locals=tuple(scope.types.items()),
            doc=(fn.__doc__ or "").strip(),
            loc=loc,
        )

    def call(self, x, c, name: str, node: ast.Call):
        """The call of a predicate or pure helper from an expression."""
        from .calls import arguments
        from .scope import Abandon

        i = c.instance
        method = i.decls.methods.get(name)
        fn = method.fn if method else i.decls.helpers[name]
        tree = find(fn)
        names = [a.arg for a in tree.args.args[1:]]
        given = arguments(x, node, names, len(tree.args.defaults))
        if method:
            f = self.declared(i, name, method)
            if f is None:
                raise Abandon
            own = {p.name: p.type for p in f.params[len(i.indices) :]}
            args = [x.typed(given[n], own[n], f"the argument {n}") for n in names]
        else:
            args = [x.value(given[n]) if n in given else x.default(fn, tree, names, n, node) for n in names]
            f = self.instantiate(i, name, fn, tree, names, args, node, x)
        if f is None:
            raise Abandon
        call = ir.Call(function=f.name, args=(*c.indices, *args), type=f.result, loc=x.loc(node))
        return self.twins.call(call) if c.old else call

    def instantiate(self, i, name, fn, tree, names, args, node, x) -> ir.Function | None:
        """The function of a pure helper for arguments of these types."""
        from .scope import Abandon

        types = tuple(T.INT if isinstance(a.type, T.Int) else a.type for a in args)
        key = (i.prefix, name, types)
        if fn in self.refused:
            return None
        if key not in self.functions:
            count = sum(1 for k in self.functions if k[:2] == key[:2])
            full = f"{i.prefix}{name}" + (f"_{count + 1}" if count else "")
            if full in self.in_progress:
                raise Abandon  # effects() has complained already
            params = tuple(ir.Param(name=n, type=t, loc=x.loc(node)) for n, t in zip(names, types))
            found = self.function(i, full, fn, tree, self.index_params(i, set(names)), params)
            self.functions[key] = found
        return self.functions[key]

    def properties(self, i: Instance, kind: str) -> tuple[str, ...]:
        """The names of the functions of all properties of one kind; a family's hold for every member."""
        out = []
        for name, m in i.decls.of_kind(kind).items():
            f = self.declared(i, name, m)
            if f is None:
                continue
            if f.params and len(f.params) > len(i.indices):
                self.complaints.add(
                    "SAG237", f"a {kind} has no parameters", m.loc, "quantify inside: all(... for x in Domain)"
                )
                continue
            out.append(self.for_all(i, name, f) if i.indices else f.name)
        for name, formula in i.decls.formulas.items():
            if formula.kind == kind:
                from .formula import function_of_text

                if (f := function_of_text(self, i, name, formula)) is not None:
                    self.functions[(i.prefix, name)] = f
                    out.append(f.name)
        return tuple(out)

    def for_all(self, i: Instance, name: str, f: ir.Function) -> str:
        """The conjunction of a family's property over all members."""
        body: ir.Expr = ir.Call(
            function=f.name,
            args=tuple(ir.Local(name=p.name, type=p.type, loc=f.loc) for p in f.params),
            type=T.BOOL,
            loc=f.loc,
        )
        for p in reversed(f.params):
            over = ir.Op(op="domain", args=(), type=T.Set(p.type), loc=f.loc)
            body = ir.Bind(kind="all", local=p.name, over=over, body=body, type=T.BOOL, loc=f.loc)
        whole = ir.Function(
            name=i.prefix + name,
            params=(),
            body=(ir.Return(value=body, loc=f.loc),),
            doc=f.doc,
            loc=f.loc,
            locals=tuple((p.name, p.type) for p in f.params),
        )
        self.functions[(i.prefix, name, "for all")] = whole
        return whole.name

    def wanted(self, i: Instance, fair) -> bool:
        """Do the constants say that this fairness is assumed?"""
        from .symbolic import evaluate

        when = evaluate(fair.when, i.env)
        if not isinstance(when, bool):
            self.complaints.add("SAG238", f"when= needs a constant that is true or false, not {when!r}", fair.loc)
        return bool(when)

    # ---- temporal properties and fairness

    def temporals(self, instances) -> tuple[ir.Temporal, ...]:
        """The temporal properties of all instances, then the claims about the root."""
        stated = [
            (i, n, f.text, f.loc) for i in instances for n, f in i.decls.formulas.items() if f.kind == "temporal"
        ]
        stated += [(self.root, c.name, c.text, c.at) for c in self.claims]
        found = (temporal(self, i, n, passage(text, at)) for i, n, text, at in stated)
        return tuple(t for t in found if t is not None)

    def fairness(self, i: Instance) -> list[ir.Fairness]:
        out = []
        for name, m in i.decls.of_kind("action").items():
            if m.fair and self.wanted(i, m):
                by = None if m.each else tuple(p.name for p in self.index_params(i, set(m.params)))
                out.append(ir.Fairness(strong=m.fair == "strong", actions=(i.prefix + name,), by=by, loc=m.loc))
        for spec in filter(lambda spec: self.wanted(i, spec), i.decls.fairness):
            names = [
                next((n for n, m in i.decls.methods.items() if m is a and m.kind == "action"), None)
                for a in spec.actions
            ]
            if None in names or not names:
                self.complaints.add(
                    "SAG238",
                    "fairness of a union names actions of this class",
                    spec.loc,
                    "write weak_fair(send, receive) after both actions",
                )
                continue
            missing = [(b, n) for b in spec.by for n in names if b not in i.decls.methods[n].params]
            if missing:
                self.complaints.add(
                    "SAG238",
                    f"the action {missing[0][1]} has no parameter {missing[0][0]}",
                    spec.loc,
                    "by= names a parameter that all the actions share",
                )
                continue
            own = tuple(p.name for p in self.index_params(i, set().union(*(i.decls.methods[n].params for n in names))))
            out.append(
                ir.Fairness(
                    strong=spec.strong, actions=tuple(i.prefix + n for n in names), by=own + spec.by, loc=spec.loc
                )
            )
        return out


def replace_loc(i: Instance, loc):
    """The elaborator of an instance, complaining at `loc`."""
    from .templates import Elaborator

    return Elaborator(i.env, i.codec, loc)
