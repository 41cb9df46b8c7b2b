"""Is every behaviour of a model, seen through a mapping, a behaviour of another model?  Safety refinement.

The mapping is a function of the state, so it is enough that every initial state maps to an initial state and every
step to a step or a stutter (a refinement mapping; Abadi and Lamport, The existence of refinement mappings, 1991).
Fairness is not considered. A step of the abstract model that fails is none.
"""

from __future__ import annotations

from typing import Any

from ..ir import nodes as ir
from ..ir import values as V
from ..result import Seen
from .ireval import IrSystem
from .protocol import Step, System


class Refining:
    """Decides one refinement while `system` is explored. Raises ModelFault where the mapping cannot be evaluated."""

    def __init__(self, system: System, r: ir.Refinement):
        self.name, self.loc, self.abstract = r.name, r.loc, r.abstract
        self._system, self._mapping = system, r.mapping
        self._above = IrSystem(r.abstract)
        self._starts = {s.target for s in self._above.initial() if isinstance(s, Step)}
        self._images: dict[Any, tuple] = {}
        self._successors: dict[tuple, frozenset] = {}

    def image(self, state: Any) -> tuple:
        """The state of the abstract model that `state` maps to."""
        found = self._images.get(state)
        if found is None:
            found = self._images[state] = tuple(self._system.evaluate(f, state) for f in self._mapping)
        return found

    def starts(self, state: Any) -> bool:
        """Does the initial state map to an initial one?"""
        return self.image(state) in self._starts

    def allows(self, old: Any, new: Any) -> bool:
        """Does the step map to a step or to a stutter?"""
        before, after = self.image(old), self.image(new)
        if before == after:
            return True
        if before not in self._successors:
            steps = self._above.successors(before)
            self._successors[before] = frozenset(s.target for s in steps if isinstance(s, Step))
        return after in self._successors[before]

    def seen(self, states: tuple[Any, ...]) -> Seen:
        """What the abstract model does along a path from an initial state."""
        images = tuple(map(self.image, states))
        start = "initial state" if images[0] in self._starts else ""
        return Seen(self.abstract, images, (start, *map(self._named, images, images[1:])))

    def _named(self, before: tuple, after: tuple) -> str:
        """The first abstract step between the two states, "stutter", or nothing."""
        if before == after:
            return "stutter"
        for s in self._above.successors(before):
            if isinstance(s, Step) and s.target == after:
                info = self._above.describe(before, s)
                params = self.abstract.actions[s.action].params
                args = ", ".join(f"{p.name}={V.show(p.type, v)}" for p, v in zip(params, info.args))
                return f"{info.name}({args})" if args else info.name
        return ""
