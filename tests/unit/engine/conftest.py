"""A system given as a graph, so that search and replay are tested without any engine."""

import pytest

from sagacity.engine.protocol import Fault, Note, Step, StepInfo
from sagacity.errors import ModelFault
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.source import NOWHERE

INT = T.Int(0, 99)


def function(name, params=()):
    body = (N.Return(value=N.Lit(value=True, type=T.BOOL, loc=NOWHERE), loc=NOWHERE),)
    return N.Function(name=name, params=params, body=body, loc=NOWHERE)


class Graph:
    """States are the integers; edges are (source, action, target) or (source, action, kind of fault).

    Each action has one parameter ``i``, the number of the edge among those of its source and action, and one
    choice, the target. Functions are Python predicates on integers, named by their section of the model.
    """

    def __init__(self, initial, edges, **sections):
        self.starts, self.edges = initial, edges
        self.names = sorted({a for _, a, _ in edges})
        self.functions = {n: f for fs in sections.values() for n, f in fs.items()}
        param = N.Param(name="i", type=INT, loc=NOWHERE)
        actions = tuple(N.Action(name=a, params=(param,), body=(), loc=NOWHERE) for a in self.names)
        self.model = N.Model(
            name="Graph", vars=(N.VarDecl(name="x", type=INT, loc=NOWHERE),), actions=actions,
            functions=tuple(function(n) for n in self.functions), loc=NOWHERE,
            **{section: tuple(fs) for section, fs in sections.items()})

    def initial(self):
        for x in self.starts:
            yield self._step(-1, 0, x)

    def successors(self, state):
        count = {}
        for source, name, target in self.edges:
            if (source,) == state:
                binding = count[name] = count.get(name, -1) + 1
                yield self._step(self.names.index(name), binding, target)

    def _step(self, action, binding, target):
        if isinstance(target, str):
            return Fault(action, binding, (), ModelFault(target, f"a fault of kind {target}"))
        return Step(action, binding, (target,), (target,))

    def evaluate(self, name, state, args=()):
        value = self.functions[name](*state, *args)
        if isinstance(value, str):
            raise ModelFault(value, f"{name} fails")
        return value

    def evaluate_step(self, name, old, new):
        return self.functions[name](*old, *new)

    def plain(self, state):
        return state

    def state(self, plain):
        return plain

    def describe(self, state, step):
        name = "init" if step.action < 0 else self.names[step.action]
        args = () if step.action < 0 else (step.binding,)
        picks = tuple(("to", INT, c) for c in step.choices)
        return StepInfo(name, args, picks, (Note("moved", "", ""),) if picks and args else ())


@pytest.fixture
def graph():
    """The class of systems given as graphs."""
    return Graph
