"""Which behaviours are fair, said in the modal mu-calculus?

That some fair behaviour stays within p is, for weak fairness of the actions A1, A2, ..., the greatest fixpoint of

    Z = p, and for each Ai: within p, Z can be reached by a step of Ai, or where Ai cannot be taken

as in [EmersonLei1987]. Stuttering costs nothing: where Ai cannot be taken, waiting is fair to it. The steps of the
observed specification change the state, and a step from s to t that A can make is there with A's own label, so
``<A>`` sees every step that discharges A and ``[A] false`` is the absence of ENABLED <<A>>_v.

Strong fairness: for each action, it is either taken for ever, or not possible from some time on. All combinations are
tried, so there may be few of them.
"""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import Iterator, NamedTuple

from ..ir import nodes as ir
from ..ir import values

#: At most so many obligations of strong fairness: 2^n combinations of them are written down.
MOST_STRONG = 4
#: So many obligations, or steps, are listed one by one; more are quantified over, which the tools solve sooner.
FEW = 1


class Inexpressible(Exception):
    """A property, or fairness, cannot be said in the modal mu-calculus; the text says why."""


class Duty(NamedTuple):
    """Fairness of the steps that an action formula describes, for all values of the quantified names ("" for none)."""

    every: str
    step: str

    @property
    def unable(self) -> str:
        """A formula: no such step is possible."""
        return f"[{self.step}] false"


class Fairness:
    """The obligations of a model, as action formulas. Raises Inexpressible."""

    def __init__(self, spec):
        self.spec, self.types = spec, spec.types
        self.weak: list[Duty] = []
        self.strong: list[Duty] = []
        for fair in spec.model.fairness:
            actions = [next(a for a in spec.model.actions if a.name == n) for n in fair.actions]
            by = tuple(p.name for p in actions[0].params) if fair.by is None else fair.by
            groups = _groups(actions, by)
            if fair.strong:
                self.strong += self._listed(groups, by)
                if len(self.strong) > MOST_STRONG:
                    raise Inexpressible(f"there are {len(self.strong)} or more obligations of strong fairness, whose "
                                        f"combinations would all be written down (at most {MOST_STRONG} are)")
            elif len(groups) > FEW and all(members == actions for members in groups.values()):
                self.weak.append(self._quantified(actions, by))
            else:
                self.weak += self._listed(groups, by)

    def splits(self) -> Iterator[tuple[list[Duty], list[Duty]]]:
        """The ways to be fair to the strong obligations: (those that are met for ever, those that cannot be any more)."""
        for n in range(len(self.strong) + 1):
            for met in combinations(range(len(self.strong)), n):
                yield ([d for i, d in enumerate(self.strong) if i in met],
                       [d for i, d in enumerate(self.strong) if i not in met])

    def _quantified(self, actions: list[ir.Action], by: tuple[str, ...]) -> Duty:
        """One obligation for each combination of values."""
        own = [p for n in by for p in actions[0].params if p.name == n]
        names = self.spec.names.inner()
        texts, bound = self._bound(own, names)
        given = {p.name: text for p, text in zip(own, texts)}
        return Duty(f"forall {bound} . ", self._steps(actions, given, names))

    def _listed(self, groups: dict[tuple, list[ir.Action]], by: tuple[str, ...]) -> list[Duty]:
        return [Duty("", self._steps(actions, self._given(actions[0], by, values_), self.spec.names.inner()))
                for values_, actions in groups.items()]

    def _given(self, action: ir.Action, by: tuple[str, ...], values_: tuple) -> dict[str, str]:
        types = {p.name: p.type for p in action.params}
        return {n: self.types.value(types[n], v) for n, v in zip(by, values_)}

    def _steps(self, actions: list[ir.Action], given: dict[str, str], names) -> str:
        """The steps of any of the actions, with the given arguments and any others, as an action formula."""
        return " || ".join(way for a in actions for way in self._steps_of(a, given, names))

    def _steps_of(self, action: ir.Action, given: dict[str, str], names) -> list[str]:
        free = [p for p in action.params if p.name not in given]
        ways = list(islice(product(*map(_values, free)), FEW + 1))
        if len(ways) <= FEW:
            listed = [{p.name: self.types.value(p.type, v) for p, v in zip(free, way)} for way in ways]
            return [self._label(action, given | way) for way in listed] or ["false"]
        texts, bound = self._bound(free, names)
        return [f"(exists {bound} . {self._label(action, given | {p.name: t for p, t in zip(free, texts)})})"]

    def _label(self, action: ir.Action, args: dict[str, str]) -> str:
        name = self.spec.actions[action.name]
        return f"{name}({', '.join(args[p.name] for p in action.params)})" if action.params else name

    def _bound(self, params: list[ir.Param], names) -> tuple[list[str], str]:
        """The values of quantified names, and the names with their sorts."""
        texts, bound = [], []
        for p in params:
            x, sort, read = names.new(p.name), self.types.sort(p.type), ""
            if not (self.types.exact(p.type) and len(_values(p)) == values.size(p.type)):
                sort, read, _ = self.types.enumerated(p.type, _values(p))
            bound.append(f"{x}: {sort}")
            texts.append(f"{read}({x})" if read else x)
        return texts, ", ".join(bound)


def _groups(actions: list[ir.Action], by: tuple[str, ...]) -> dict[tuple, list[ir.Action]]:
    """The combinations of values that fairness is split by, each with the actions that have them."""
    groups: dict[tuple, list[ir.Action]] = {}
    for a in actions:
        own = {p.name: p for p in a.params}
        for given in product(*(_values(own[n]) for n in by)):
            groups.setdefault(given, []).append(a)
    return groups


def _values(p: ir.Param) -> tuple:
    return tuple(values.domain(p.type)) if p.values is None else tuple(p.values)
