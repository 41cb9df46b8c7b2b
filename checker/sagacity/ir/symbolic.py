"""What is true at the end of a body?  Symbolic execution that merges where branches join.

An outcome lists the ways out of a body (falling through, break, leaving a block, ...), each
with the condition for it, over the values at entry, and the values of everything there. Conditions
never fault; values are good only where their condition holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Diagnostic, InternalError
from ..source import NOWHERE
from . import nodes as ir
from . import types as T
from . import values
from .faults import Faults
from .limits import Limits
from .nodes import Expr, Lit, Local, Op, Stmt, Var
from .simplify import and_, boolean, is_false, is_true, ite, make, not_, or_
from .walk import VAR, Names, Substitution, children, rebuild

FALL, BREAK, CONTINUE, RETURN = "fall", "break", "continue", "return"

#: The key under which the value of a function travels.
RESULT = "@@result"

#: What locals and variables are worth at a point: by the keys of walk.key, missing where still as at entry.
Env = dict[str, Expr]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a body."""

    cond: Expr
    env: Env


@dataclass(frozen=True, slots=True)
class Site:
    """A Choose that was met."""

    local: str
    over: Expr
    when: Expr


@dataclass(frozen=True, slots=True)
class Outcome:
    """All ways out of a body, the condition of an error, the choices in order of execution."""

    exits: dict[str, Exit]
    error: Expr
    sites: tuple[Site, ...] = ()

    def after(self, cond: Expr) -> Outcome:
        """The outcome where the body is reached only under `cond`."""
        if is_true(cond):
            return self
        exits = {k: Exit(and_(cond, x.cond), x.env) for k, x in self.exits.items()}
        sites = tuple(Site(s.local, s.over, and_(cond, s.when)) for s in self.sites)
        return Outcome(exits, and_(cond, self.error), sites)


class Translation(Substitution):
    """Takes source expressions to expressions over the values at entry, simplified."""

    def __init__(self, forms, faults: Faults, limits: Limits, names: Names):
        super().__init__(names)
        self.forms = forms
        self.faults = faults
        self.limits = limits
        self.bound: frozenset[str] = frozenset()

    def make(self, e: Expr) -> Expr:
        """Simplify."""
        return make(e, self.limits)

    def enter(self, binder: Expr, outer: tuple[Expr, ...]) -> None:
        """Learn the range of a bound variable."""
        if isinstance(binder, (ir.Bind, ir.Fold)):
            self.bind(binder.local, outer[-1])

    def bind(self, local: str, over: Expr) -> None:
        """`local` stands for elements of `over` from here on."""
        known = self.limits.known(over)
        self.limits.locals[local] = known.item if isinstance(known, T.COLLECTIONS) else T.erase(over.type.item)

    def evaluate(self, e: Expr, env: Env) -> tuple[Expr, Expr]:
        """Error condition and value of a source expression at a point."""
        error = self.faults.error(e)
        return self.value(error, env), self.value(e, env)

    def value(self, e: Expr, env: Env) -> Expr:
        """The value of a source expression at a point."""
        return self.apply(self._expand(e, env), env, self.bound)

    def _expand(self, e: Expr, env: Env) -> Expr:
        e = rebuild(e, tuple(self._expand(p, env) for p in children(e)))
        if isinstance(e, ir.Call) and not self.forms.can_stay(e, env):
            return self._expand(self.forms.inline(e, self.forms.raw(e.function).value), env)
        return e


class Execution:
    """Executes one body symbolically, all but its loops."""

    def __init__(self, translation: Translation, model: ir.Model, body: tuple[Stmt, ...], locals_: dict[str, T.Type],
                 params=(), initial: bool = False, result: T.Type | None = None):
        self.translation = translation
        self.names = translation.names
        self.body = body
        self.types = {VAR + v.name: v.type for v in model.vars} | locals_ | {RESULT: result}
        self.at_entry = {p.name: Local(name=p.name, type=p.type, loc=p.loc) for p in params}
        if not initial:
            self.at_entry |= {VAR + v.name: Var(name=v.name, type=v.type, loc=v.loc) for v in model.vars}
        self._chosen: set[str] = set()
        self._looped: set[str] = set()

    def original(self, key: str) -> Expr | None:
        """The value at entry of a variable or parameter; nothing for a local, or in the initialisation."""
        return self.at_entry.get(key)

    def run(self, body: tuple[Stmt, ...], env: Env) -> Outcome:
        """The outcome of a sequence of statements."""
        loc = body[0].loc if body else NOWHERE
        done = Outcome({FALL: Exit(boolean(True, loc), env)}, boolean(False, loc))
        for s in body:
            here = done.exits.get(FALL)
            if here is None:
                break
            done = self.sequence(done, here, self.statement(s, here.env))
        return done

    def sequence(self, first: Outcome, here: Exit, second: Outcome) -> Outcome:
        """`first`, and, where that leaves by `here`, `second`."""
        second = second.after(here.cond)
        exits = {k: x for k, x in first.exits.items() if k != FALL}
        for k, x in second.exits.items():
            if not is_false(x.cond):
                exits[k] = self.either(exits[k], x) if k in exits else x
        return Outcome(exits, or_(first.error, second.error), first.sites + second.sites)

    def either(self, a: Exit, b: Exit) -> Exit:
        """One of two exits that exclude each other."""
        return Exit(or_(a.cond, b.cond), self._merged(a.cond, a.env, b.env))

    def joined(self, outcome: Outcome, *kinds: str) -> Exit | None:
        """The exits of these kinds as one, if there is any."""
        result = None
        for k in kinds:
            if k in outcome.exits:
                result = outcome.exits[k] if result is None else self.either(result, outcome.exits[k])
        return result

    def _merged(self, cond: Expr, a: Env, b: Env) -> Env:
        merged = {}
        for k in {**a, **b}:
            x, y = a.get(k, self.original(k)), b.get(k, self.original(k))
            merged[k] = ite(cond, x, y) if x is not None and y is not None else x if y is None else y
        return merged

    def statement(self, s: Stmt, env: Env) -> Outcome:
        """The outcome of one statement."""
        true, false = boolean(True, s.loc), boolean(False, s.loc)
        match s:
            case ir.SetVar():
                return self._assign(VAR + s.name, s.value, env)
            case ir.SetLocal():
                return self._assign(s.name, s.value, env)
            case ir.If():
                return self._if(s, env)
            case ir.For():
                return self.loop(s, env)
            case ir.Break():
                return Outcome({BREAK: Exit(true, env)}, false)
            case ir.Continue():
                return Outcome({CONTINUE: Exit(true, env)}, false)
            case ir.Leave():
                return Outcome({_leave(s.label): Exit(true, env)}, false)
            case ir.Block():
                return self._block(s, env)
            case ir.Require():
                error, cond = self.translation.evaluate(s.cond, env)
                return Outcome({FALL: Exit(and_(not_(error), cond), env)}, error)
            case ir.Assert():
                error, cond = self.translation.evaluate(s.cond, env)
                return Outcome({FALL: Exit(and_(not_(error), cond), env)}, or_(error, not_(cond)))
            case ir.Choose():
                return self._choose(s, env)
            case ir.Note():
                return Outcome({FALL: Exit(true, env)}, false)
            case ir.Return(value=None):
                return Outcome({RETURN: Exit(true, env)}, false)
            case ir.Return():
                return self._assign(RESULT, s.value, env, RETURN)
        raise InternalError(Diagnostic(code="SAG990", message=f"no form of {type(s).__name__}", loc=s.loc))

    def loop(self, s: ir.For, env: Env) -> Outcome:
        """The outcome of a loop: see loops.LoopExecution."""
        raise NotImplementedError

    def _assign(self, key: str, e: Expr, env: Env, kind: str = FALL) -> Outcome:
        error, value = self.translation.evaluate(e, env)
        return Outcome({kind: Exit(not_(error), {**env, key: value})}, error)

    def _if(self, s: ir.If, env: Env) -> Outcome:
        error, cond = self.translation.evaluate(s.cond, env)
        fine = not_(error)
        if isinstance(cond, Lit):
            chosen = self.run(s.then if cond.value else s.orelse, env).after(fine)
        else:
            chosen = self._branch(cond, self.run(s.then, env), self.run(s.orelse, env)).after(fine)
        return Outcome(chosen.exits, or_(error, chosen.error), chosen.sites)

    def _branch(self, cond: Expr, a: Outcome, b: Outcome) -> Outcome:
        exits = {}
        for k in {**a.exits, **b.exits}:
            x, y = a.exits.get(k), b.exits.get(k)
            if x is None or y is None:
                exits[k] = Exit(and_(cond, x.cond), x.env) if y is None else Exit(and_(not_(cond), y.cond), y.env)
            else:
                exits[k] = Exit(ite(cond, x.cond, y.cond), self._merged(cond, x.env, y.env))
        return Outcome(exits, ite(cond, a.error, b.error), a.after(cond).sites + b.after(not_(cond)).sites)

    def _block(self, s: ir.Block, env: Env) -> Outcome:
        out = self.run(s.body, env)
        label = _leave(s.label)
        exits = {k: x for k, x in out.exits.items() if k not in (FALL, label)}
        end = self.joined(out, label, FALL)
        if end is not None:
            exits[FALL] = end
        return Outcome(exits, out.error, out.sites)

    def _choose(self, s: ir.Choose, env: Env) -> Outcome:
        error, over = self.translation.evaluate(s.over, env)
        if not isinstance(over.type, T.Set):
            over = Op(op="toset", args=(over,), type=T.Set(s.over.type.item), loc=s.loc)
        local = self.unique(s.local, self._chosen)
        self.translation.bind(local, over)
        value = Local(name=local, type=s.over.type.item, loc=s.loc)
        fine = not_(error)
        return Outcome({FALL: Exit(fine, {**env, s.local: value})}, error, (Site(local, over, fine),))

    def unique(self, name: str, seen: set[str]) -> str:
        """`name` the first time, then names like it: a body may be executed more than once."""
        if name in seen:
            return self.names.fresh(name)
        seen.add(name)
        return name

    def loop_local(self, name: str) -> str:
        """A name for the variable of a loop that becomes a fold."""
        return self.unique(name, self._looped)

    def default(self, t: T.Type, loc) -> Lit:
        """Some value of a type, for a place that nothing reads before it is assigned."""
        return Lit(value=_any_value(t), type=t, loc=loc)


def _leave(label: str) -> str:
    return "leave " + label


def _any_value(t: T.Type):
    match t:
        case T.Bool():
            return False
        case T.Int(lo, _):
            return lo or 0
        case T.Enum() | T.Ids():
            return 0
        case T.Record(_, fields):
            return tuple(_any_value(f) for _, f in fields)
        case T.Tuple(items):
            return tuple(map(_any_value, items))
        case T.Map(key, value):
            return (_any_value(value),) * values.size(key)
    return ()
