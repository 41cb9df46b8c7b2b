"""Which variables does an action read, and which may it write?

Conservative: a variable counts as read or written if any path mentions it. A path assignment
is a whole-value assignment in the IR, so ``self.a[k] = v`` both reads and writes ``a``.
"""

from __future__ import annotations

from . import walk
from .nodes import Action, Call, Function, Model, Old, SetVar, Var


def reads(model: Model, unit: Action | Function | tuple) -> frozenset[str]:
    """Names of the variables that an action, a function or a bare body reads, through calls too."""
    found, functions, todo = set(), set(), [_body(unit)]
    while todo:
        for e in walk.all_expressions(todo.pop()):
            if isinstance(e, (Var, Old)):
                found.add(e.name)
            elif isinstance(e, Call) and e.function not in functions:
                functions.add(e.function)
                todo.append(model.function(e.function).body)
    return frozenset(found)


def writes(unit: Action | Function | tuple) -> frozenset[str]:
    """Names of the variables that an action or a bare body may assign."""
    return frozenset(s.name for s in walk.statements(_body(unit)) if isinstance(s, SetVar))


def _body(unit) -> tuple:
    return unit if isinstance(unit, tuple) else unit.body
