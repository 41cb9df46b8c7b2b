"""What may a real system be put through?  A Hypothesis strategy that draws random walks of a model.

    @given(walks(Orders, ORDERS=1))
    def test_the_service_does_what_the_model_does(walk):
        service = Service()
        for step in walk.steps:
            service.handle(step.action, **step.args)
            assert service.status == step.state["status"]

A failing walk is shrunk by Hypothesis: fewer steps, and earlier choices among the possible ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ..engine.interp import Interpreter
from ..engine.protocol import Step
from .checks import system_of


@dataclass(frozen=True)
class WalkStep:
    """One step: the action (``bus.ack`` of a component), its arguments and choices by name, and the state after it.

    All values are those that the model's methods see: enum members, ids, records.
    """

    action: str
    args: dict[str, Any]
    choices: dict[str, Any]
    state: dict[str, Any]


@dataclass(frozen=True)
class Walk:
    """A finite behaviour of a model: its initial state and the steps that follow."""

    start: dict[str, Any]
    steps: tuple[WalkStep, ...]


def walks(model: type | str | Path, /, *, max_steps: int = 20, **constants: Any) -> st.SearchStrategy[Walk]:
    """A strategy for walks of at most `max_steps` steps. Steps that fail are not taken: a walk shows what the model allows."""
    return _walks(system_of(model, constants), max_steps)


@st.composite
def _walks(draw: st.DrawFn, system: Interpreter, max_steps: int) -> Walk:
    starts = [s for s in system.initial() if isinstance(s, Step)]
    assume(starts)
    state = first = draw(st.sampled_from(starts)).target
    steps = []
    for _ in range(draw(st.integers(0, max_steps))):
        offered = [s for s in system.successors(state) if isinstance(s, Step)]
        if not offered or not _inside(system, state):
            break
        step = draw(st.sampled_from(offered))
        steps.append(_told(system, state, step))
        state = step.target
    return Walk(_named(system, first), tuple(steps))


def _inside(system: Interpreter, state: Any) -> bool:
    return all(system.evaluate(name, state) for name in system.model.constraints)


def _told(system: Interpreter, state: Any, step: Step) -> WalkStep:
    info, codec = system.describe(state, step), system.compiled.root.codec
    params = system.model.actions[step.action].params
    args = {p.name: codec.runtime(p.type, v) for p, v in zip(params, info.args)}
    choices = {local: codec.runtime(t, v) for local, t, v in info.choices}
    return WalkStep(info.name, args, choices, _named(system, step.target))


def _named(system: Interpreter, state: tuple) -> dict[str, Any]:
    return {v.name: value for v, value in zip(system.model.vars, state)}
