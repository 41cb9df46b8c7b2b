"""Which part of a false property is false?  The failing conjunct, found by evaluating parts.

A property whose value is a conjunction, or `all(...)` over a collection, is taken apart as far as such parts
reach; for each part the model gets one more function, which the typed evaluation runs in the offending state.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..errors import ModelFault
from ..ir import nodes as N
from ..ir import values as V
from ..ir.substitute import substitute
from ..ir.types import BOOL, Seq, Type
from ..result import CheckResult, Conjunct, Kind, Outcome, PropertyResult

_PROBE = "<conjunct>"


def explained(result: CheckResult) -> CheckResult:
    """The same result, with the failing conjunct of every violated (step) invariant where one can be told."""
    properties = tuple(_explained(result.model, p) for p in result.properties)
    return dataclasses.replace(result, properties=properties)


def _explained(model: N.Model, p: PropertyResult) -> PropertyResult:
    if p.kind not in (Kind.INVARIANT, Kind.STEP_INVARIANT) or p.verdict.outcome is not Outcome.VIOLATED:
        return p
    return dataclasses.replace(p, conjunct=failing_conjunct(model, p.name, p.trace.states[-2:]))


def failing_conjunct(model: N.Model, name: str, states: tuple[tuple, ...]) -> Conjunct | None:
    """The innermost false conjunct of the function `name` in the last of the plain `states` (step invariants:
    of the step between the last two); the whole expression where it is no conjunction. None where there are statements."""
    function = model.function(name)
    *prefix, last = function.body
    if not isinstance(last, N.Return) or function.params or not all(isinstance(s, N.SetLocal) for s in prefix):
        return None
    probe = _Probe(model, function, tuple(prefix), states)
    part, bindings = last.value, ()
    try:
        while (inner := _false_part(probe, part)) is not None:
            part, bindings = inner[0], bindings + inner[1]
    except (ModelFault, ImportError):
        pass   # what has been told so far stands
    return Conjunct(part.loc, part.loc.fragment(), bindings)


class _Probe:
    """Evaluates closed expressions in the place of the function's result."""

    def __init__(self, model: N.Model, function: N.Function, prefix: tuple, states: tuple[tuple, ...]):
        self.model, self.function, self.prefix, self.states = model, function, prefix, states

    def value(self, e: N.Expr) -> Any:
        from .ireval import IrSystem   # only here: search and results do without the second evaluation

        body = self._closed((*self.prefix, N.Return(value=e, loc=e.loc)))
        extra = dataclasses.replace(self.function, name=_PROBE, body=body, result=e.type)
        others = tuple(dataclasses.replace(f, body=self._closed(f.body)) for f in self.model.functions)
        system = IrSystem(dataclasses.replace(self.model, functions=(*others, extra)))
        return system.evaluate(_PROBE, system.state(self.states[-1]))

    def _closed(self, body: tuple) -> tuple:
        """A step invariant (in a family: what it calls) becomes a function of one state when the old variables are the
        values they had.
        """
        if self.function.name not in self.model.step_invariants:
            return body
        old = {v.name: N.Lit(value=x, type=v.type, loc=v.loc) for v, x in zip(self.model.vars, self.states[0])}
        return substitute(body, lambda n: old[n.name] if isinstance(n, N.Old) else None)


def _false_part(probe: _Probe, e: N.Expr) -> tuple[N.Expr, tuple[tuple[str, str], ...]] | None:
    """The first false part of a conjunction, with the values bound on the way to it; None for any other expression."""
    match e:
        case N.Op(op="and"):
            return next(((a, ()) for a in e.args if not probe.value(a)), None)
        case N.Bind(kind="all"):
            item = e.over.type.item
            found = probe.value(_counterexamples(e, item))
            if not found:
                return None
            element = N.Lit(value=found[0], type=item, loc=e.over.loc)
            body = substitute(e.body, lambda n: element if isinstance(n, N.Local) and n.name == e.local else None)
            return body, ((e.local, V.show(item, found[0])),)
    return None


def _counterexamples(e: N.Bind, item: Type) -> N.Bind:
    """The sequence of elements for which the body of the quantifier is false."""
    wrong = N.Op(op="not", args=(e.body,), type=BOOL, loc=e.loc)
    where = wrong if e.where is None else N.Op(op="and", args=(e.where, wrong), type=BOOL, loc=e.loc)
    element = N.Local(name=e.local, type=item, loc=e.loc)
    return N.Bind(kind="seq", local=e.local, over=e.over, where=where, body=element, type=Seq(item), loc=e.loc)
