"""How is a step called in a labelled transition system?  ``action(argument,choice)``, as mCRL2 writes labels."""

from __future__ import annotations

from ..engine.protocol import StepInfo
from ..ir import values as V
from ..ir.nodes import Model


def label(model: Model, info: StepInfo) -> str:
    """The action's name with the values of its parameters and then of its choices, in the user's notation."""
    action = next(a for a in model.actions if a.name == info.name)
    values = [V.show(p.type, v) for p, v in zip(action.params, info.args)]
    values += [V.show(t, v) for _, t, v in info.choices]
    return f"{info.name}({','.join(values)})" if values else info.name
