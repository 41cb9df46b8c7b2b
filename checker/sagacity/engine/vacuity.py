"""Was an invariant ever put to the test?  The left sides of its implications.

``not p or q`` says nothing in states where p is false, and ``all(q for x in c if p)`` nothing where no element passes. If
that is so in every reachable state, the invariant holds vacuously (Beer, Ben-David, Eisner, Rodeh 1997, restricted to
antecedents), which is worth a word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterable, Iterator

from ..errors import ModelFault
from ..ir import nodes as ir
from ..ir.types import BOOL
from .ireval import IrSystem


class Antecedents:
    """The left sides of the implications in some invariants that have not been true in any state so far."""

    def __init__(self, model: ir.Model, invariants: Iterable[str]):
        probes = {}
        for name in invariants:
            for k, (text, e) in enumerate(_of_function(model.function(name))):
                f = model.function(name)
                probe = replace(f, name=f"<antecedent {k} of {name}>", body=(ir.Return(value=e, loc=e.loc),))
                probes[name, text] = probe
        self.model = replace(model, functions=(*model.functions, *probes.values()))
        self.open = {key: f.name for key, f in probes.items()}
        self._system = IrSystem(self.model) if probes else None

    def watch(self, plain_state: tuple[Any, ...]) -> None:
        """Strike out what is true in this state."""
        for key, probe in tuple(self.open.items()):
            try:
                if self._system.evaluate(probe, plain_state):
                    del self.open[key]
            except ModelFault:
                del self.open[key]      # the invariant itself reports the fault

    @property
    def never(self) -> tuple[tuple[str, str], ...]:
        """(invariant, text of the left side) of every implication that was never tested."""
        return tuple(self.open)


def _of_function(f: ir.Function) -> Iterator[tuple[str, ir.Expr]]:
    if len(f.body) == 1 and isinstance(f.body[0], ir.Return) and not f.params:
        yield from _of(f.body[0].value)


def _of(e: ir.Expr) -> Iterator[tuple[str, ir.Expr]]:
    """(text, expression that is true where the implication says something) of every implication in a conjunction."""
    match e:
        case ir.Op(op="and", args=args):
            for a in args:
                yield from _of(a)
        case ir.Op(op="or", args=args) if any(_negated(a) is not None for a in args):
            left = [n for a in args if (n := _negated(a)) is not None]
            whole = left[0] if len(left) == 1 else ir.Op(op="and", args=tuple(left), type=BOOL, loc=left[0].loc)
            yield " and ".join(n.loc.fragment() for n in left), whole
        case ir.Op(op="implies", args=(left, _)):
            yield left.loc.fragment(), left
        case ir.Bind(kind="all"):
            inner = list(_of(e.body))
            true = ir.Lit(type=BOOL, value=True, loc=e.loc)
            if e.where is not None and not inner:
                inner = [(e.where.loc.fragment(), true)]
            for text, x in inner:
                body = x if e.where is None else ir.Op(op="and", args=(e.where, x), type=BOOL, loc=x.loc)
                yield text, replace(e, kind="any", where=None, body=body, type=BOOL)


def _negated(e: ir.Expr) -> ir.Expr | None:
    return e.args[0] if isinstance(e, ir.Op) and e.op == "not" else None
