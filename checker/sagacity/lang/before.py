"""What a helper or predicate is on the state before the step: `old.total()` in a step invariant.

A function of the IR reads the state after the step, and only a step invariant itself may read the one before. So the
function gets a twin that has what it reads of the state as further parameters, and is called with the old values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

from ..ir import nodes as ir
from ..ir.substitute import substitute


class Twins:
    """The twins of functions; `function` finds one by name, and each twin is handed to `add`."""

    def __init__(self, function: Callable[[str], ir.Function], add: Callable[[ir.Function], None]):
        self.function, self.add = function, add
        self.made: dict[str, tuple[ir.Function, tuple[ir.Var, ...]]] = {}

    def call(self, e: ir.Call) -> ir.Call:
        """The same call in the state before the step."""
        twin, reads = self.twin(e.function)
        old = tuple(ir.Old(name=v.name, type=v.type, loc=e.loc) for v in reads)
        return replace(e, function=twin.name, args=(*e.args, *old))

    def twin(self, name: str) -> tuple[ir.Function, tuple[ir.Var, ...]]:
        """The function over parameters instead of the state, and the variables which these stand for, in order."""
        if name not in self.made:
            f = self.function(name)
            reads: dict[str, tuple[ir.Var, str]] = {}

            def parameter(v: ir.Var) -> ir.Local:
                # numbered, for `bus.queue` and `bus_queue` are two
                _, local = reads.setdefault(v.name, (v, f"{v.name.replace('.', '_')}_before{len(reads)}"))
                return ir.Local(name=local, type=v.type, loc=v.loc)

            def instead(n: ir.Node) -> ir.Node | None:
                if isinstance(n, ir.Var):
                    return parameter(n)
                if isinstance(n, ir.Call):
                    callee, more = self.twin(n.function)
                    return replace(n, function=callee.name, args=(
                        *(substitute(a, instead) for a in n.args), *(parameter(replace(v, loc=n.loc)) for v in more)))
                return None

            body = substitute(f.body, instead)
            new = tuple(ir.Param(name=local, type=v.type, loc=v.loc) for v, local in reads.values())
            twin = replace(f, name=f"{name}.before", params=(*f.params, *new), body=body)
            self.made[name] = twin, tuple(v for v, _ in reads.values())
            self.add(twin)
        return self.made[name]
