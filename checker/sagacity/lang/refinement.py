"""Which models does this one claim to implement, and how are its states seen as theirs?  `refines(...)` as IR."""

from __future__ import annotations

from difflib import get_close_matches

from ..ir import nodes as ir
from .elaborate import abstract
from .formula import function_of_text
from .model import Formula


def refinements(flat) -> tuple[ir.Refinement, ...]:
    """The refinements of the root model; complaints go to `flat`, as do the functions of the mappings."""
    found = (_refinement(flat, name, spec) for name, spec in flat.root.decls.refinements.items())
    return tuple(r for r in found if r is not None)


def _refinement(flat, name: str, spec) -> ir.Refinement | None:
    from .lower import Flattening

    model = Flattening(abstract(flat.root, spec)).model()
    variables = {v.name: v.type for v in model.vars}
    for given in spec.mapping:
        if given not in variables:
            close = get_close_matches(given, variables, 1)
            hint = f"did you mean {close[0]}?" if close else f"its variables are {', '.join(variables)}"
            flat.complaints.add("SAG721", f"{model.name} has no variable {given}", spec.loc, hint)
    mapping = []
    for variable, type in variables.items():
        text = spec.mapping.get(variable)
        if text is None and variable not in flat.root.vars:
            flat.complaints.add("SAG722", f"the mapping does not say what {model.name}.{variable} is", spec.loc,
                                f'add "{variable}": "expression" to the dict of refines')
            continue
        formula = Formula("refines", text if text is not None else variable, spec.loc)
        f = function_of_text(flat, flat.root, f"{name}.{variable}", formula, type, f"{model.name}.{variable}")
        if f is not None:
            flat.functions["", name, variable] = f
            mapping.append(f.name)
    return ir.Refinement(name=name, abstract=model, mapping=tuple(mapping), loc=spec.loc)
