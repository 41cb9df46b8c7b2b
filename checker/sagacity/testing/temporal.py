"""What may a random model claim of its behaviours?  Fairness and temporal properties for `sagacity.testing.models`.

Formulas are stutter-invariant by construction: atoms about steps stand only where `logic.parser` lets them.
"""

from __future__ import annotations

from typing import Callable

from hypothesis import strategies as st

from ..ir import formula as F
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..source import Loc
from .expressions import Scope

_HERE = Loc("random.py", 1)


def fairness(scope: Scope, actions: tuple[ir.Action, ...]) -> tuple[ir.Fairness, ...]:
    """Up to two declarations: of an action for each binding or as a whole, or of all actions together."""
    found = []
    for _ in range(scope.draw(st.integers(0, 2))):
        together = scope.draw(st.integers(0, 3)) == 0
        names = tuple(a.name for a in actions) if together else (scope.pick(actions).name,)
        by = () if together else scope.pick((None, ()))
        found.append(ir.Fairness(strong=scope.draw(st.booleans()), actions=names, by=by, loc=_HERE))
    return tuple(found)


def temporals(scope: Callable[..., Scope], actions: tuple[ir.Action, ...]) -> tuple[ir.Temporal, ...]:
    """Up to two properties, in linear or in branching time. `scope` makes a scope, of a step where `old=True`."""
    drawn = _Temporals(scope, actions)
    count = drawn.here.draw(st.integers(0, 2))
    found = [drawn.branching(2) if drawn.here.draw(st.integers(0, 2)) == 0 else drawn.linear(2) for _ in range(count)]
    return tuple(ir.Temporal(name=f"claim{k}", text=str(f), formula=f, loc=_HERE) for k, f in enumerate(found))


class _Temporals:
    def __init__(self, scope: Callable[..., Scope], actions: tuple[ir.Action, ...]):
        self.here, self.step_scope = scope(), scope(old=True)
        self.actions = actions
        self.atoms: list[F.Atom] = []

    def linear(self, depth: int) -> F.Formula:
        """A formula of LTL."""
        if depth == 0:
            return self.boolean(1)
        if self.here.draw(st.integers(0, 3)) == 0:
            return self.about_steps()
        kind = self.here.pick((F.Globally, F.Finally, F.Globally, F.Finally, F.Not, F.And, F.Or, F.Implies, F.Until,
                               F.Release, F.WeakUntil, F.LeadsTo))
        return kind(*(self.linear(depth - 1) for _ in range(1 + issubclass(kind, F.Binary))), loc=_HERE)

    def branching(self, depth: int) -> F.Formula:
        """A formula of CTL."""
        if depth == 0:
            return self.boolean(1)
        path = self.here.pick((F.All, F.Some))
        kind = self.here.pick((F.Globally, F.Finally, F.Until))
        operands = [self.branching(depth - 1) for _ in range(1 + (kind is F.Until))]
        return path(kind(*operands, loc=_HERE), loc=_HERE)

    def about_steps(self) -> F.Formula:
        """A formula with an atom about steps, in one of the places where it may stand."""
        step, p = self.step(), self.boolean(0)
        never = F.Not(step, loc=_HERE)
        return self.here.pick((
            F.Finally(F.And(step, p, loc=_HERE), loc=_HERE), F.Globally(F.Or(never, p, loc=_HERE), loc=_HERE),
            F.Globally(F.Finally(step, loc=_HERE), loc=_HERE), F.Finally(F.Globally(never, loc=_HERE), loc=_HERE)))

    def boolean(self, depth: int) -> F.Formula:
        """A formula about one state."""
        if depth == 0:
            return self.atom()
        kind = self.here.pick((F.Not, F.And, F.Or, F.Iff))
        return kind(*(self.boolean(depth - 1) for _ in range(1 + issubclass(kind, F.Binary))), loc=_HERE)

    def atom(self) -> F.Atom:
        """An atom about states; sometimes one that stands elsewhere already."""
        known = [a for a in self.atoms if not isinstance(a, F.STEP)]
        if known and self.here.draw(st.booleans()):
            return self.here.pick(known)
        if self.here.draw(st.integers(0, 2)) == 0:
            return self.new(F.Enabled, action=self.call(self.here))
        return self.new(F.State, expr=self.here.expr(T.BOOL, 2))

    def step(self) -> F.Atom:
        """An atom about steps, of all variables or of one."""
        scope = self.step_scope
        variables = scope.variables if scope.draw(st.booleans()) else [scope.pick(scope.variables)]
        watched = tuple(ir.Var(name=n, type=t, loc=scope.loc()) for n, t in variables)
        more = {"watched": watched, "subscript": "vars" if len(watched) == len(scope.variables) else watched[0].name}
        match scope.draw(st.integers(0, 2)):
            case 0:
                return self.new(F.Taken, action=self.call(self.here), **more)
            case 1:
                return self.new(F.Breaks, action=self.call(self.here), **more)
        return self.new(F.Breaks, expr=scope.expr(T.BOOL, 2), **more)

    def call(self, scope: Scope) -> F.ActionCall:
        """An action whose arguments are anything, values or (seldom) expressions over the state."""
        action, args = scope.pick(self.actions), []
        for p in action.params:
            allowed = list(p.values) if p.values is not None else list(values.domain(p.type))
            args.append(scope.pick((None, scope.lit(p.type, scope.pick(allowed)), scope.leaf(p.type))))
        return F.ActionCall(action.name, tuple(args))

    def new(self, kind: type[F.Atom], **fields) -> F.Atom:
        """An atom with a name of its own: texts tell atoms apart."""
        self.atoms.append(kind(f"a{len(self.atoms)}", loc=self.here.loc(), **fields))
        return self.atoms[-1]
