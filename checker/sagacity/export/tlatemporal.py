"""How does a temporal property look in TLA+?  And which cannot be written there?

TLA+ has [], <>, ~> and fairness, over state predicates and over ``[A]_v`` and ``<<A>>_v`` [Lamport1994]. It has no
"until" and no path quantifiers: properties with these are named as left out, with the reason, never dropped silently.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import formula as F
from ..ir import nodes as ir
from ..ir.simplify import is_false
from .atoms import function_of
from .tlaaction import quantified
from .tlaexpr import Expressions, atom, bare, binding

_SIGNS = {F.And: "/\\", F.Or: "\\/", F.Implies: "=>", F.Iff: "<=>", F.LeadsTo: "~>"}
_ABSENT = {F.Until: "until (U)", F.Release: "release (R)", F.WeakUntil: "weak until (W)"}


class NotInTla(Exception):
    """The property cannot be written in TLA+, because of what the text says."""


class TemporalText:
    """The text of one property. Raises NotInTla."""

    def __init__(self, exporter, temporal: ir.Temporal):
        self.exporter = exporter
        self.x: Expressions = exporter.expressions()
        self.text = self._formula(temporal.formula)

    def _formula(self, f: F.Formula) -> str:
        """The text of a temporal formula."""
        if isinstance(f, F.Path):
            raise NotInTla("TLA+ has no path quantifiers: it speaks of each behaviour by itself")
        if type(f) in _ABSENT:
            raise NotInTla(f"TLA+ has no operator for {_ABSENT[type(f)]}")
        match f:
            case F.Const(value=v):
                return self.exporter.about_states("TRUE" if v else "FALSE")
            case F.State(expr=e):
                return self.exporter.about_states(self._predicate(e), function_of(e))
            case F.Enabled(action=call):
                return f"ENABLED {atom(self._call(call))}"
            case F.Globally(body=body) if _speaks_of_steps(body):
                return f"[][{self._step(body)}]_vars"
            case F.Finally(body=body) if _speaks_of_steps(body):
                return f"<><<{self._step(body)}>>_vars"
            case F.Globally(body=body):
                return f"[]{self._operand(body)}"
            case F.Finally(body=body):
                return f"<>{self._operand(body)}"
            case F.Not(body=F.Breaks()):
                raise NotInTla("in TLA+ a step formula stands directly under [] or <>")
            case F.Not(body=body):
                return f"~{atom(self._formula(body))}"
            case F.Quantified():
                inside = _inwards(f)
                return self._quantified(f, self._formula) if inside is f else self._formula(inside)
            case F.Taken() | F.Breaks():
                raise NotInTla("in TLA+ a step formula stands directly under [] or <>")
        return f"{self._operand(f.left, 4)} {_SIGNS[type(f)]} {self._operand(f.right, 4)}"

    def _operand(self, f: F.Formula, rank: float = 15) -> str:
        """The text beside an operator; [] and <> bind more tightly than all that join formulas."""
        text = self._formula(f)
        alone = isinstance(f, (F.Globally, F.Finally)) or isinstance(f, F.State) and binding(f.expr) > rank
        return text if alone else atom(text)

    def _step(self, f: F.Formula) -> str:
        """The text of a formula about one step that changes some variable, as an action."""
        if f.temporal:
            raise NotInTla("in TLA+ a step formula and a temporal one do not stand under the same [] or <>")
        match f:
            case F.Taken(action=call):
                return self._changing(f, self._call(call))
            case F.Not(body=F.Breaks() as b):
                whole = self._allowed(b)
                return whole if b.subscript == "vars" else f"({atom(whole)} \\/ UNCHANGED {self._subscript(b)})"
            case F.Breaks():
                return self._changing(f, f"~{atom(self._allowed(f))}")
            case F.Not(body=body):
                return f"~{atom(self._step(body))}"
            case F.Quantified():
                return self._quantified(f, self._step)
            case F.Binary():
                return f"{atom(self._step(f.left))} {_SIGNS[type(f)]} {atom(self._step(f.right))}"
        return self._formula(f)

    def _changing(self, f: F.Taken | F.Breaks, text: str) -> str:
        if f.subscript == "vars":
            return text
        watched = self._subscript(f)
        return f"({atom(text)} /\\ {watched}' # {watched})"

    def _subscript(self, f: F.Taken | F.Breaks) -> str:
        return f"<<{', '.join(self._predicate(e) for e in f.watched)}>>"

    def _allowed(self, f: F.Breaks) -> str:
        if f.action is not None:
            return self._call(f.action)
        return self._predicate(f.expr, primed=True)

    def _call(self, call: F.ActionCall) -> str:
        """The action for the given arguments, and for some of those that are left open."""
        action = next(a for a in self.exporter.model.actions if a.name == call.action)
        given = {p.name: self._predicate(e) for p, e in zip(action.params, call.args) if e is not None}
        return quantified(self.exporter, action, given, self.x.names)

    def _predicate(self, e: ir.Expr, primed: bool = False) -> str:
        form = self.exporter.forms.function(function_of(e))
        x = self.exporter.expressions(primed=primed)
        x.names, x.locals = self.x.names, dict(self.x.locals)
        text = x.text(form.value)
        return text if is_false(form.error) else f"(~{x.atom(form.error)} /\\ {atom(text)})"

    def _quantified(self, f: F.Quantified, inner) -> str:
        over = bare(self.x.elements(f.over))
        name = self.x.bind(f.name)
        sign = "\\A" if f.universal else "\\E"
        return f"{sign} {name} \\in {over} : {inner(f.body)}"


def _inwards(f: F.Quantified) -> F.Formula:
    """``forall x: [] f`` about steps as ``[] forall x: f``, the dual likewise: TLC takes no [A]_v under a quantifier."""
    body = _inwards(f.body) if isinstance(f.body, F.Quantified) else f.body
    modal = F.Globally if f.universal else F.Finally
    if isinstance(body, modal) and _speaks_of_steps(body.body):
        return replace(body, body=replace(f, body=body.body))
    return f


def _speaks_of_steps(f: F.Formula) -> bool:
    """Does a step formula stand in `f` other than under a further [] or <>?"""
    if isinstance(f, F.STEP):
        return True
    return not isinstance(f, F.Unary) and any(map(_speaks_of_steps, f.operands))
