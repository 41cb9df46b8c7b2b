"""How does one action, or the initialisation, look in mCRL2?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from ..ir.functional import ChoiceSite, Form
from ..ir.limits import Limits
from ..ir.simplify import is_false, is_true
from .mcrl2expr import Scope, atom
from .mcrl2types import FEW
from .tlaranges import stays


@dataclass
class Sites:
    """What a summand sums over: (variable, sort), the conditions on it, and the arguments of the label with their sorts.

    `known` are conditions that can be rewritten to true only where the variable has a value.
    """

    sums: list[tuple[str, str]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    sorts: list[str] = field(default_factory=list)
    params: int = 0

    @property
    def simply_known(self) -> dict[str, tuple[str, str]]:
        """The sort of a variable and the condition that it has a value, of those variables that are no positions.

        Before it explores, lps2lts rewrites new values with everything unknown, which can make them exponentially larger.
        """
        return {v: (sort, known) for (v, sort), known in zip(self.sums, self.known) if sort != "Nat"}


class Unit:
    """The summand of one action (None: of the initialisation), and what can be observed of it."""

    def __init__(self, spec, action: ir.Action | None, form: Form | None = None):
        self.spec, self.action, self.types = spec, action, spec.types
        self.form = form or (spec.forms.action(action) if action else spec.forms.init())
        self.name = spec.actions[action.name] if action else "init"
        self.x = spec.expressions
        self.scope: Scope = spec.scope()
        self.sites = Sites()
        for p in action.params if action else ():
            self._parameter(p)
        self.sites.params = len(self.sites.args)
        model = spec.model
        known = {v.name: v.type for v in model.vars} if action else {}
        limits = Limits(known, {p.name: _type_of(p) for p in (action.params if action else ())})
        for site in self.form.choices:
            self._choice(site, limits)
        self.updates = {}
        self.ranges = []
        types, known = {v.name: v.type for v in model.vars}, self.sites.simply_known
        for name, e in self.form.updates.items():
            self.updates[name] = self.x.unit(f"{self.name}_{name}", self.scope, e, types[name], known)
            if not stays(e, types[name], limits):
                if inside := self.types.member(types[name], atom(self.updates[name])):
                    self.ranges.append(f"({inside})")
        self.guard = [] if is_true(self.form.guard) else self._guard()
        self.fails = bool(self.ranges) or not is_false(self.form.error)

    @property
    def plain(self) -> bool:
        """Does the initialisation lead to one state whatever happens?"""
        return not (self.form.choices or self.guard or self.ranges or self.fails)

    @property
    def label_sorts(self) -> list[str]:
        """The sorts of the arguments of the label."""
        sites = self.sites
        return sites.sorts[:sites.params] if self.spec.observed and self.action else sites.sorts

    def summands(self) -> list[str]:
        """The steps of the action."""
        args = self.sites.args
        conditions = [*self.guard, *self.ranges]
        if self.spec.observed and self.action:
            args = args[:self.sites.params]
            conditions.append(self.changed())
        label = self.name if self.action else self.spec.starting
        if args:
            label += f"({', '.join(args)})"
        return [self._summand(conditions, label, self.spec.process + self.arguments())]

    def arguments(self, positional: bool = False) -> str:
        """The new values of the parameters of the process."""
        if not self.spec.model.vars:
            return ""
        if positional or not self.action:
            return "(" + ", ".join(self.updates[v.name] for v in self.spec.model.vars) + ")"
        return "(" + ", ".join(f"{self.spec.variables[n]} = {e}" for n, e in self.updates.items()) + ")"

    # ---- observations

    def observation(self, condition: list[str], label: str, rest: str, first: str = "") -> str:
        """A step that says that the condition holds for some parameters and choices; `first` depends on none of these."""
        return self._summand(condition, label, rest, first)

    def enabled(self) -> list[str]:
        """Where the action has a step."""
        return [*self.guard, *self.ranges]

    def failure(self) -> list[str]:
        """Where the action fails."""
        ways = [] if is_false(self.form.error) else [
            atom(self.x.unit(f"{self.name}_errs", self.scope, self.form.error))]
        if self.ranges:
            ways.append(" && ".join([*self.guard, f"!({' && '.join(self.ranges)})"]))
        return [" || ".join(f"({w})" for w in ways)]

    def changed(self) -> str:
        """Does the step change the state?"""
        ways = [f"{self.spec.variables[n]} != {atom(e)}" for n, e in self.updates.items()]
        return " || ".join(ways) or "false"

    def breaks(self, name: str, label: str, rest: str) -> str:
        """The observation that a step of the action changes the state and breaks this step invariant."""
        form = self.spec.forms.function(name)
        scope = self.scope.inner()
        for v, text in self.updates.items():
            scope.texts["@" + v], scope.params["@" + v] = text, self.x.free(self.form.updates[v], self.scope)
        for v in self.spec.model.vars:
            scope.bind("$" + v.name, self.spec.variables[v.name], self.types.sort(v.type))
        stem = f"{self.name}_{name}"
        good = [] if is_false(form.error) else [f"!{atom(self._at(stem, scope, form.error))}"]
        good.append(atom(self._at(stem, scope, form.value)))
        bad, steps = f"!({' && '.join(good)})", [*self.guard, *self.ranges, self.changed()]
        if (self._mentioned(form.error) | self._mentioned(form.value)) & {"@" + v for v in self.updates}:
            return self.observation([*steps, bad], label, rest)
        return self.observation(steps, label, rest, bad)    # what it speaks of stays as it is: quickly decided

    def _at(self, stem: str, scope: Scope, e: ir.Expr) -> str:
        """`e` over old and new values: a function of both, applied to the new values once.

        It is no part of the action, whose parameters may have the names of what it binds.
        """
        inner, params, args = Scope(scope.names, held=scope.held), {}, []
        spec = self.spec
        mentioned = self._mentioned(e)
        for v in spec.model.vars:
            sort = self.types.sort(v.type)
            for key, text in (("@" + v.name, scope.texts["@" + v.name]), ("$" + v.name, spec.variables[v.name])):
                if key in mentioned:
                    x = inner.names.new(("new_" if key[0] == "@" else "old_") + v.name)
                    inner.bind(key, x, sort)
                    params[x] = sort
                    args.append(text)
        name = self.x.define(spec.names.new(stem), inner, params, e, T.BOOL)
        return f"{name}({', '.join(args)})" if args else name

    def _mentioned(self, e: ir.Expr) -> set[str]:
        from ..ir import walk
        found = set()
        for x in walk.subexpressions(e):
            match x:
                case ir.Var(name=n):
                    found.add("@" + n)
                case ir.Old(name=n):
                    found.add("$" + n)
                case ir.Call(function=f):
                    found.update("@" + v for v in self.spec.function(f)[1])
        return found

    # ---- parts

    def _guard(self) -> list[str]:
        g = self.form.guard
        if isinstance(g, ir.Op) and g.op == "and" and not self.x._shared(g, self.scope):
            return list(dict.fromkeys(atom(self.x.unit(f"{self.name}_enabled", self.scope, a)) for a in g.args))
        return [atom(self.x.unit(f"{self.name}_enabled", self.scope, g))]

    def _summand(self, conditions: list[str], label: str, rest: str, first: str = "") -> str:
        together = " && ".join(atom(c) if "||" in c else c for c in conditions)
        if together and self.sites.sums:
            together = self._known(together, label)
        return self.summand([c for c in (first, *self.sites.conditions, together) if c], label, rest)

    def summand(self, conditions: list[str], label: str, rest: str, more: list[tuple[str, str]] = ()) -> str:
        """A step under conditions, those on what is chosen included; `more` is summed over as well."""
        sums = ", ".join(f"{v}: {s}" for v, s in [*self.sites.sums, *more])
        text = f"sum {sums} . " if sums else ""
        together = " && ".join(atom(c) if "||" in c and len(conditions) > 1 else c for c in conditions)
        if together:
            text += f"({together})\n      -> "
        return f"{text}{label} . {rest}"

    def _known(self, condition: str, label: str) -> str:
        """The condition as a function that is rewritten only where all that is summed over is known.

        The tools look for solutions by rewriting a condition with unknowns in it, which can make it exponentially larger.
        """
        known = " && ".join(self.sites.known)
        sorts = {self.spec.variables[v.name]: self.types.sort(v.type) for v in self.spec.model.vars}
        words = set(re.findall(r"\w+", f"{condition} {known}"))
        params = dict(self.sites.sums) | {v: s for v, s in sorts.items() if v in words}
        wanted = self.spec.names.new(f"{label.partition('(')[0]}_if")
        name = self.types.define(wanted, list(params.items()), "Bool", condition, when=known)
        return f"{name}({', '.join(params)})"

    def _parameter(self, p: ir.Param) -> None:
        found = tuple(values.domain(p.type)) if p.values is None else tuple(p.values)
        if self.types.exact(p.type) and len(found) == values.size(p.type):
            x = self._sum(p.name, p.type)
            self.sites.known.append(f"{self.types.closed(p.type)}({x})")
        else:
            self._enumerated(p.name, p.type, found)

    def _choice(self, site: ChoiceSite, limits: Limits) -> None:
        t = site.over.type.item
        over = self.x.unit(f"{self.name}_{site.local}_values", self.scope, site.over)
        when = None if is_true(site.when) else self.x.unit(f"{self.name}_{site.local}_due", self.scope, site.when)
        default = self.types.value(t, self.types.default(t))
        # Inside an action a collection may hold values outside its range: ranges are checked at the end.
        if _few(t) and (self.types.exact(t) or stays(site.over, site.over.type, limits)):
            if self.types.exact(t):
                x = self._sum(site.local, t)
                self.sites.known.append(f"{self.types.closed(t)}({x})")
            else:
                x = self._enumerated(site.local, t, tuple(values.domain(t)))
            there = f"{x} in {atom(over)}"
            self.sites.conditions.append(f"if({when}, {there}, {x} == {default})" if when else f"({there})")
        else:
            frees = self.x.free(site.over, self.scope)
            if when:
                frees |= self.x.free(site.when, self.scope)
            self._indexed(site.local, t, over, frees, when and (when, default))

    def _sum(self, local: str, t: T.Type) -> str:
        x, sort = self.scope.names.new(local), self.types.sort(t)
        self.scope.bind(local, x, sort)
        self.sites.sums.append((x, sort))
        self.sites.args.append(x)
        self.sites.sorts.append(sort)
        return x

    def _enumerated(self, local: str, t: T.Type, found: tuple) -> str:
        """The sort has more values than these: sum over a sort that has just these."""
        sort, read, known = self.types.enumerated(t, found)
        x = self.scope.names.new(local)
        value = f"{read}({x})"
        self.scope.texts[local], self.scope.params[local] = value, {x: sort}
        self.sites.sums.append((x, sort))
        self.sites.known.append(f"{known}({x})")
        self.sites.args.append(value)
        self.sites.sorts.append(self.types.sort(t))
        return value

    def _indexed(self, local: str, t: T.Type, listed: str, frees: dict[str, str], due) -> None:
        """The sort has more values than may be chosen: sum over positions of the list of those."""
        i = self.scope.names.new(f"{local}_at")
        inside, element = f"{i} < #{atom(listed)}", f"{atom(listed)} . {i}"
        known = f"{self.types.helpers.of('is_position', t)}({listed}, {i})"
        if due:
            known = f"if({due[0]}, {known}, {i} == 0)"
            inside, element = f"if({due[0]}, {inside}, {i} == 0)", f"if({due[0]}, {element}, {due[1]})"
        self.sites.sums.append((i, "Nat"))
        self.sites.conditions.append(inside)
        self.sites.known.append(known)
        self.scope.texts[local], self.scope.params[local] = atom(element), {i: "Nat", **frees}
        self.sites.args.append(element)
        self.sites.sorts.append(self.types.sort(t))


def _few(t: T.Type) -> bool:
    try:
        return values.size(t) <= FEW
    except ValueError:      # integers without a range
        return False


def _type_of(p: ir.Param) -> T.Type:
    if isinstance(p.type, T.Int) and p.values:
        return T.Int(min(p.values), max(p.values))
    return p.type
