"""What must a model offer so that it can be explored?  The next-state protocol.

Every engine implements `System`; search, replay and traces see nothing else. States are
hashable and opaque: only the system that made a state can take it apart, with `plain`.
"""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Protocol

from ..errors import ModelFault
from ..ir.nodes import Model
from ..ir.types import Type

#: The action index of the step into an initial state.
INIT = -1


class Step(NamedTuple):
    """One completed step. Enough to find it again: the indices are independent of the engine.

    `binding` is an index into ``itertools.product`` of the parameters' values. `choices` has, for each
    executed Choose in execution order, the index of the chosen value among the distinct ones in value order.
    """

    action: int
    binding: int
    choices: tuple[int, ...]
    target: Any


class Fault(NamedTuple):
    """A step that fails while it is evaluated: it has no target and is not a transition."""

    action: int
    binding: int
    choices: tuple[int, ...]
    fault: ModelFault


class Note(NamedTuple):
    """The label that a `note` statement gives to a step."""

    text: str
    sender: str
    receiver: str


class StepInfo(NamedTuple):
    """A step for people: `args` are plain values; `choices` are (local name, type, plain value)."""

    name: str
    args: tuple
    choices: tuple[tuple[str, Type, Any], ...]
    notes: tuple[Note, ...]


def may_stop(system: System, state: Any) -> bool:
    """Is it no deadlock that `state` has no step? Where all terminal conditions of the model hold. Raises ModelFault."""
    terminals = system.model.terminals
    return bool(terminals) and all(system.evaluate(name, state) for name in terminals)


class System(Protocol):
    """A transition system over the states of `model`."""

    model: Model

    def initial(self) -> Iterable[Step | Fault]:
        """One step, with action INIT, for every way to run the initialisation."""

    def successors(self, state: Any) -> Iterable[Step | Fault]:
        """Every completed or failing step out of `state`, in the order of action, binding and choices."""

    def evaluate(self, function_name: str, state: Any, args: tuple = ()) -> Any:
        """The plain value of a function of the model in `state`. Raises ModelFault."""

    def evaluate_step(self, function_name: str, old: Any, new: Any) -> bool:
        """Does a step invariant hold of the step from `old` to `new`? Raises ModelFault."""

    def plain(self, state: Any) -> tuple:
        """The state as plain values, one per variable in declaration order."""

    def state(self, plain: tuple) -> Any:
        """The state with these plain values: the inverse of `plain`."""

    def describe(self, state: Any, step: Step | Fault) -> StepInfo:
        """The step out of `state` (None for an initial step) for people to read."""
