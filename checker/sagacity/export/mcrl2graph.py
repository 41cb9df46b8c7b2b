"""The graph that an engine finds, in the Aldebaran format, with the labels of the mCRL2 export.  For ltscompare.

The format is that of CADP: ``des (first, transitions, states)``, then one line ``(from, "label", to)`` for each
transition.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TextIO

from ..engine.formeval import FormExecution
from ..engine.irexpr import Expressions
from ..engine.ireval import IrSystem, Run, bind
from ..engine.protocol import Fault, Step, System
from ..engine.statespace import too_large
from ..ir import values
from .atoms import with_atoms
from .mcrl2 import Specification


class Labels:
    """The label of a step: the mCRL2 name of its action, its parameters and all its choices.

    In the observed specification an action has no choices in its label.
    """

    def __init__(self, system: System, observed: bool = False):
        model = self.model = with_atoms(system.model) if observed else system.model
        self.spec = Specification(model, observed)
        self.spec.text()
        evaluation = IrSystem(model)
        expressions = Expressions(model, evaluation.function)
        self.forms = [self.spec.forms.action(a) for a in model.actions]
        self.executions = [FormExecution(f, expressions) for f in self.forms]
        self.init_form = self.spec.forms.init()
        self.init = FormExecution(self.init_form, expressions)
        self.bindings = [list(product(*(p.values if p.values is not None else tuple(values.domain(p.type))
                                        for p in a.params))) for a in model.actions]

    @property
    def fresh(self) -> bool:
        """Does the specification have a state of its own from which the initial states are chosen?"""
        return self.spec.fresh

    def of(self, plain: tuple, step: Step) -> str:
        """The label of a step from the state with these plain values."""
        action = self.model.actions[step.action]
        binding = self.bindings[step.action][step.binding]
        parts = [self.spec.types.value(p.type, v) for p, v in zip(action.params, binding)]
        if not self.spec.observed:
            parts += self._choices(self.forms[step.action], self.executions[step.action], plain,
                                   bind(action.params, binding), step.choices)
        return _call(self.spec.actions[action.name], parts)

    def initial(self, step: Step) -> str:
        """The label of the step into an initial state."""
        start = (None,) * len(self.model.vars)
        return _call(self.spec.starting, self._choices(self.init_form, self.init, start, {}, step.choices))

    def _choices(self, form, execution: FormExecution, plain: tuple, env: dict, choices: tuple[int, ...]) -> list[str]:
        run = Run(plain, dict(env), tuple(choices))
        execution.choose(run)
        types = self.spec.types
        found = []
        for site in form.choices:
            t = site.over.type.item
            found.append(types.value(t, run.env[site.local] if site.local in run.env else types.default(t)))
        return found


def write_aut(system: System, out: TextIO, max_states: int | None = None) -> tuple[int, int]:
    """Explore `system` and write its graph; states and transitions as written, a fresh initial state included.

    Raises UnsupportedError for a model that mCRL2 cannot express, and UsageError beyond `max_states`.
    """
    labels = Labels(system)
    number: dict = {}
    queue: list = []
    lines: list[str] = []

    def arrive(state) -> int:
        if state not in number:
            if len(number) == max_states:
                raise too_large(max_states)
            number[state] = len(number) + labels.fresh
            queue.append(state)
        return number[state]

    for step in system.initial():
        if not isinstance(step, Fault):
            target = arrive(step.target)
            if labels.fresh:
                lines.append(f'(0,"{labels.initial(step)}",{target})')
    for state in queue:
        plain = system.plain(state)
        for step in system.successors(state):
            if not isinstance(step, Fault):
                lines.append(f'({number[state]},"{labels.of(plain, step)}",{arrive(step.target)})')
    states = len(number) + labels.fresh
    out.write(f"des (0,{len(lines)},{states})\n" + "\n".join(lines) + "\n" * bool(lines))
    return states, len(lines)


def _call(name: str, parts: list[str]) -> str:
    # The tools print a negative integer without the parentheses that it needs inside an expression.
    shown = [re.sub(r"(?<!\w)\((-\d+)\)", r"\1", p) for p in parts]
    return f"{name}({', '.join(shown)})" if parts else name
