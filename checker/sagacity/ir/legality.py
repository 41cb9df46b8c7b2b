"""Is this a well-formed model?  Run after the front end and after each pass; a complaint is our own bug.

Names are declared and unique, operators get what oprules says, statements stand where they
may, functions are pure and return. Nothing here is about the user's mistakes.
"""

from __future__ import annotations

from typing import Callable, NoReturn

from ..errors import Diagnostic, InternalError
from . import formula as F
from . import nodes as ir
from . import types as T
from . import values, walk
from .oprules import NAMED, RULES, agree


def check(model: ir.Model) -> None:
    """Raise InternalError at the first offence."""
    _unique(((v.name, v.loc) for v in model.vars), "variable")
    _unique(((f.name, f.loc) for f in model.functions), "function")
    _unique(((a.name, a.loc) for a in model.actions), "action")
    _check_references(model)
    _check_recursion(model)
    _check_defaults(model)
    _check_temporals(model)
    Unit(model, (), model.init_locals, "init").check(model.init)
    for action in model.actions:
        Unit(model, action.params, action.locals, "action").check(action.body)
    steps = _step_functions(model)
    for f in model.functions:
        unit = Unit(model, f.params, f.locals, "function", f.result, may_read_old=f.name in steps)
        unit.check(f.body)
        if not _returns(f.body):
            _fail(f"the function {f.name!r} does not return on every path", f.loc)


def _check_temporals(model: ir.Model) -> None:
    """What stands in atoms and domains is well-formed where their quantified names are known."""
    def check(f: F.Formula, names: dict[str, T.Type]) -> None:
        if isinstance(f, F.Quantified):
            _check_expression(model, f.over, names)
            if not agree(f.over.type.item, f.type):
                _fail(f"{f.name!r} is no element of its domain", f.loc)
            names = names | {f.name: f.type}
        for e in F.expressions(f):
            _check_expression(model, e, names, isinstance(f, F.Breaks))
        if isinstance(f, (F.State, F.Breaks)) and f.expr is not None and f.expr.type != T.BOOL:
            _fail("an atom that is no condition", f.loc)
        if (call := getattr(f, "action", None)) is not None:
            _check_action_call(model, call, f.loc)
        for g in f.operands:
            check(g, names)

    for t in model.temporals:
        check(t.formula, {})


def _check_action_call(model: ir.Model, call: F.ActionCall, loc) -> None:
    params = next((a.params for a in model.actions if a.name == call.action), None)
    if params is None or len(params) != len(call.args) or not all(
            e is None or agree(p.type, e.type) for p, e in zip(params, call.args)):
        _fail(f"the action {call.action!r} does not exist, or not with such arguments", loc)


def _check_expression(model: ir.Model, e: ir.Expr, names: dict[str, T.Type], old: bool = False) -> None:
    """Check an expression that stands on its own, with the types of the names it may use."""
    params = tuple(ir.Param(name=n, type=t, loc=e.loc) for n, t in names.items())
    Unit(model, params, (), "function", e.type, may_read_old=old).check((ir.Return(value=e, loc=e.loc),))


def _fail(message: str, loc) -> NoReturn:
    raise InternalError(Diagnostic(code="SAG990", message=message, loc=loc))


def _unique(named, what: str) -> None:
    seen = set()
    for name, loc in named:
        if name in seen:
            _fail(f"the {what} {name!r} is declared twice", loc)
        seen.add(name)


def _check_references(model: ir.Model) -> None:
    """Properties name functions; fairness names actions and their parameters."""
    functions = {f.name for f in model.functions}
    for group in (model.predicates, model.invariants, model.step_invariants, model.constraints, model.terminals,
                  model.possibles):
        for name in group:
            if name not in functions:
                _fail(f"the property {name!r} is no function", model.loc)
    params = {a.name: {p.name for p in a.params} for a in model.actions}
    for fair in model.fairness:
        for a in fair.actions:
            if a not in params or not set(fair.by or ()) <= params[a]:
                _fail(f"fairness of {a!r} by {fair.by!r} names no such action or parameter", fair.loc)


def _called(body) -> set[str]:
    return {e.function for e in walk.all_expressions(body) if isinstance(e, ir.Call)}


def _check_recursion(model: ir.Model) -> None:
    calls = {f.name: _called(f.body) for f in model.functions}
    for f in model.functions:
        reached, todo = set(), [f.name]
        while todo:
            for g in calls.get(todo.pop(), ()):
                if g == f.name:
                    _fail(f"the function {g!r} calls itself", f.loc)
                if g not in reached:
                    reached.add(g)
                    todo.append(g)


def _step_functions(model: ir.Model) -> set[str]:
    """Step invariants, and the functions that only they may need: those called from them."""
    found, todo = set(), list(model.step_invariants)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(_called(model.function(name).body))
    return found


def _check_defaults(model: ir.Model) -> None:
    """Constants and the values of parameters belong to their types."""
    for c in model.consts:
        if not fits_shape(c.type, c.value):
            _fail(f"the constant {c.name!r} is no value of {T.show(c.type)}", c.loc)
    for a in model.actions:
        for p in a.params:
            if p.values is not None and not all(fits_shape(p.type, v) for v in p.values):
                _fail(f"the parameter {p.name!r} has values that are none of {T.show(p.type)}", p.loc)


def fits_shape(t: T.Type, v) -> bool:
    """Is `v` a plain value of `t`, whatever its ranges?"""
    match t:
        case T.Bool():
            return isinstance(v, bool)
        case T.Int():
            return isinstance(v, int) and not isinstance(v, bool)
        case T.Enum() | T.Ids():
            return isinstance(v, int) and not isinstance(v, bool) and 0 <= v < values.size(t)
        case T.Record(_, fields):
            return isinstance(v, tuple) and len(v) == len(fields) and all(map(fits_shape, (f for _, f in fields), v))
        case T.Tuple(items):
            return isinstance(v, tuple) and len(v) == len(items) and all(map(fits_shape, items, v))
        case T.Option(item):
            return v == () or isinstance(v, tuple) and len(v) == 1 and fits_shape(item, v[0])
        case T.Map(key, value):
            return isinstance(v, tuple) and len(v) == values.size(key) and all(fits_shape(value, x) for x in v)
        case T.Seq(item):
            return isinstance(v, tuple) and all(fits_shape(item, x) for x in v)
        case T.Set(item) | T.Bag(item):
            return (isinstance(v, tuple) and all(fits_shape(item, x) for x in v) and list(v) == sorted(v)
                    and (isinstance(t, T.Bag) or len(set(v)) == len(v)))
    return False


def _returns(body: tuple[ir.Stmt, ...]) -> bool:
    """Does every path through the body end in Return (and none leave an enclosing block first)?"""
    for s in body:
        match s:
            case ir.Return():
                return True
            case ir.If() if _returns(s.then) and _returns(s.orelse):
                return True
            case ir.Block() if _returns(s.body) and not _leaves(s.body, s.label):
                return True
            case ir.Break() | ir.Continue() | ir.Leave():
                return False
    return False


def _leaves(body, label: str) -> bool:
    return any(isinstance(s, ir.Leave) and s.label == label for s in walk.statements(body))


class Unit:
    """One body with its scope. `kind` is init, action or function."""

    def __init__(self, model: ir.Model, params, locals_, kind: str, result: T.Type | None = None,
                 may_read_old: bool = False):
        self.model = model
        self.kind = kind
        self.result = result
        self.may_read_old = may_read_old
        self.vars = {v.name: v.type for v in model.vars}
        self.consts = {c.name: c for c in model.consts}
        self.functions = {f.name: f for f in model.functions}
        _unique([(p.name, p.loc) for p in params] + [(n, model.loc) for n, _ in locals_], "local")
        self.locals = dict(locals_)                       # assigned by statements
        self.scope = {p.name: p.type for p in params}     # what can be read without an assignment
        self.bound = {p.name for p in params}             # names that are taken

    def check(self, body: tuple[ir.Stmt, ...]) -> None:
        """Raise InternalError at the first offence in the body."""
        self._body(body, loops=0, labels=())

    # ---- statements

    def _body(self, body, loops: int, labels: tuple[str, ...]) -> None:
        for s in body:
            self._statement(s, loops, labels)

    def _statement(self, s: ir.Stmt, loops: int, labels: tuple[str, ...]) -> None:
        impure = (ir.SetVar, ir.Require, ir.Assert, ir.Choose, ir.Note)
        if self.kind == "function" and isinstance(s, impure):
            _fail(f"{type(s).__name__} in a function", s.loc)
        for e in walk.expressions_of(s):
            self._expr(e)
        match s:
            case ir.SetVar():
                self._assigned(s, self.vars.get(s.name), f"the variable {s.name!r}")
            case ir.SetLocal():
                self._assigned(s, self._assignable(s.name), f"the local {s.name!r}")
            case ir.If():
                self._need(s.cond, T.BOOL)
                self._body(s.then, loops, labels)
                self._body(s.orelse, loops, labels)
            case ir.For():
                self._collection(s.over)
                self._bind(s.local, s.over.type.item, s.loc,
                           lambda: self._body(s.body, loops + 1, labels))
            case ir.Break() | ir.Continue() if not loops:
                _fail(f"{type(s).__name__} outside of a loop", s.loc)
            case ir.Require() | ir.Assert():
                self._need(s.cond, T.BOOL)
            case ir.Choose():
                self._collection(s.over)
                declared = self._assignable(s.local)
                if declared is None or not agree(declared, s.over.type.item):
                    _fail(f"the choice of {s.local!r} has no declared local of its type", s.loc)
            case ir.Block():
                if s.label in labels:
                    _fail(f"the block {s.label!r} stands inside itself", s.loc)
                self._body(s.body, loops, (*labels, s.label))
            case ir.Leave() if s.label not in labels:
                _fail(f"leaves the block {s.label!r}, but is not in it", s.loc)
            case ir.Return():
                self._return(s)

    def _assignable(self, name: str) -> T.Type | None:
        return None if name in self.bound else self.locals.get(name)

    def _assigned(self, s, t: T.Type | None, what: str) -> None:
        if t is None:
            _fail(f"{what} is not declared, or not assignable", s.loc)
        if not agree(t, s.value.type):
            _fail(f"{what} of type {T.show(t)} gets a value of type {T.show(s.value.type)}", s.loc)

    def _return(self, s: ir.Return) -> None:
        if (s.value is not None) != (self.kind == "function"):
            _fail("a value is returned by functions, and by nothing else", s.loc)
        if s.value is not None and not agree(s.value.type, self.result):
            _fail(f"returns {T.show(s.value.type)} where {T.show(self.result)} is declared", s.loc)

    # ---- expressions

    def _need(self, e: ir.Expr, t: T.Type) -> None:
        if not agree(e.type, t):
            _fail(f"{T.show(t)} is needed here, not {T.show(e.type)}", e.loc)

    def _collection(self, e: ir.Expr) -> None:
        if not isinstance(e.type, T.COLLECTIONS):
            _fail(f"a collection is needed here, not {T.show(e.type)}", e.loc)

    def _expr(self, e: ir.Expr) -> None:
        match e:
            case ir.Lit():
                if not fits_shape(e.type, e.value):
                    _fail(f"the literal {e.value!r} is no value of {T.show(e.type)}", e.loc)
            case ir.Const():
                c = self.consts.get(e.name)
                if c is None or c.value != e.value or not agree(c.type, e.type):
                    _fail(f"the constant {e.name!r} is not declared so", e.loc)
            case ir.Var() | ir.Old():
                self._read(e, self.vars, "variable")
                if isinstance(e, ir.Old) and not self.may_read_old:
                    _fail("the state before the step is read outside of step invariants", e.loc)
            case ir.Local():
                self._read(e, self.locals | self.scope, "local")
            case ir.Op():
                self._op(e)
            case ir.Bind():
                self._quantified(e)
            case ir.Call():
                self._call(e)
            case ir.Let():
                self._expr(e.value)
                self._bind(e.local, e.value.type, e.loc, lambda: self._expr(e.body))
            case ir.Fold():
                self._fold(e)

    def _read(self, e, declared: dict[str, T.Type], what: str) -> None:
        if e.name not in declared:
            _fail(f"the {what} {e.name!r} is not declared here", e.loc)
        if not agree(declared[e.name], e.type):
            _fail(f"the {what} {e.name!r} is read as {T.show(e.type)}, not {T.show(declared[e.name])}", e.loc)

    def _bind(self, name: str, t: T.Type, loc, inside: Callable[[], None]) -> None:
        if name in self.bound:
            _fail(f"the local {name!r} is bound twice", loc)
        self.bound.add(name)
        self.scope[name] = t
        inside()
        del self.scope[name]

    def _op(self, e: ir.Op) -> None:
        if e.op not in ir.OPS:
            _fail(f"there is no operator {e.op!r}", e.loc)
        arity = ir.OPS[e.op][0]
        if arity is not None and len(e.args) != arity:
            _fail(f"{e.op} takes {arity} arguments, not {len(e.args)}", e.loc)
        for a in e.args:
            self._expr(a)
        types = [a.type for a in e.args]
        shown = f"{e.op}({', '.join(map(T.show, types))}) as {T.show(e.type)}"
        if not RULES[e.op](e.type, *types):
            _fail(f"ill-typed: {shown}", e.loc)
        if e.op in NAMED and not NAMED[e.op](types[1] if e.op == "replace" else e.type, types[0], e.name):
            _fail(f"ill-named: {shown}, name {e.name!r}", e.loc)
        self._op_by_value(e)

    def _op_by_value(self, e: ir.Op) -> None:
        """The few rules that look at more than types."""
        if e.op == "map" and len(e.args) != values.size(e.type.key):
            _fail("a map literal without exactly one value for each key", e.loc)
        if e.op == "range" and not (isinstance(e.args[2], (ir.Lit, ir.Const)) and e.args[2].value != 0):
            _fail("the step of a range is a literal other than zero", e.loc)
        if e.op == "domain":
            try:
                values.size(e.type.item)
            except ValueError as error:
                _fail(str(error), e.loc)

    def _quantified(self, e: ir.Bind) -> None:
        self._expr(e.over)
        self._collection(e.over)

        def inside():
            if e.where is not None:
                self._expr(e.where)
                self._need(e.where, T.BOOL)
            self._expr(e.body)
        self._bind(e.local, e.over.type.item, e.loc, inside)
        match e.kind:
            case "all" | "any":
                fine = agree(e.body.type, T.BOOL) and agree(e.type, T.BOOL)
            case "seq" | "set":
                kind = T.Seq if e.kind == "seq" else T.Set
                fine = isinstance(e.type, kind) and agree(e.type.item, e.body.type)
            case "map":
                fine = (isinstance(e.type, T.Map) and agree(e.type.value, e.body.type) and e.where is None
                        and agree(e.type.key, e.over.type.item))
            case _:
                fine = False
        if not fine:
            _fail(f"ill-typed: {e.kind} over {T.show(e.over.type)} as {T.show(e.type)}", e.loc)

    def _call(self, e: ir.Call) -> None:
        f = self.functions.get(e.function)
        if f is None:
            _fail(f"there is no function {e.function!r}", e.loc)
        for a in e.args:
            self._expr(a)
        if len(e.args) != len(f.params) or not all(agree(p.type, a.type) for p, a in zip(f.params, e.args)):
            _fail(f"the arguments of {e.function!r} do not match its parameters", e.loc)
        if not agree(f.result, e.type):
            _fail(f"the call of {e.function!r} has another type than its result", e.loc)

    def _fold(self, e: ir.Fold) -> None:
        self._expr(e.init)
        self._expr(e.over)
        self._collection(e.over)
        self._bind(e.acc, e.init.type, e.loc, lambda: self._bind(
            e.local, e.over.type.item, e.loc, lambda: self._expr(e.body)))
        if not (agree(e.init.type, e.type) and agree(e.body.type, e.type)):
            _fail("a fold whose start, body and value differ in type", e.loc)
