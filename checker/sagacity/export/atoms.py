"""The state predicates inside temporal properties, as functions of the model: so their faults and values are known apart."""

from __future__ import annotations

from dataclasses import replace

from ..ir import formula as F
from ..ir import nodes as ir
from ..ir.walk import subexpressions


def with_atoms(model: ir.Model) -> ir.Model:
    """The model in which each state predicate of a property is a function too; its free names are the parameters."""
    found: dict[str, ir.Function] = {}
    for t in model.temporals:
        for f in F.walk(t.formula):
            for e in F.expressions(f):
                name = function_of(e)
                free = {x.name: x.type for x in subexpressions(e) if isinstance(x, ir.Local)}
                bound = {x.local for x in subexpressions(e) if isinstance(x, ir.Bind)}
                params = tuple(ir.Param(name=n, type=t, loc=e.loc) for n, t in free.items() if n not in bound)
                found[name] = ir.Function(name=name, params=params, body=(ir.Return(value=e, loc=e.loc),),
                                          result=e.type, loc=e.loc)
    return replace(model, functions=(*model.functions, *found.values()))


def function_of(e: ir.Expr) -> str:
    """The name of the function that `with_atoms` makes of an expression; no user can give such a name."""
    return f"atom {id(e)}"
