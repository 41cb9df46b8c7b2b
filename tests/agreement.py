"""Do all evaluations of a model agree?  The whole reachable graph, state by state and step by step.

The interpreter, which runs the user's methods under CPython, is the reference. The direct execution of the IR
must give the same steps, faults and values; the functional forms too, except that they say only *that* a
step errs, not how.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, product, zip_longest

from sagacity.engine.formeval import FormSystem
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.protocol import Fault
from sagacity.errors import ModelFault, UnsupportedError
from sagacity.ir import values as plain
from sagacity.lang.lower import compile_model

#: Functions are evaluated for so many combinations of arguments at most.
MOST_ARGUMENTS = 64


@dataclass
class Graph:
    """What was explored: plain states, completed steps and faults as (action name, kind, line)."""

    states: list[tuple] = field(default_factory=list)
    transitions: int = 0
    faults: set[tuple[str, str, int]] = field(default_factory=set)
    complete: bool = True
    forms: bool = True

    @property
    def counts(self) -> tuple[int, int]:
        """States and transitions."""
        return len(self.states), self.transitions

    def values(self, k: int = 0) -> set:
        """The values that the k-th variable takes."""
        return {s[k] for s in self.states}


def assert_all_agree(cls, *, limit: int = 3000, **consts) -> Graph:
    """Compare initial states, successors, faults (kind and line), functions and step invariants, up to `limit` states."""
    compiled = compile_model(cls, consts)
    reference = Interpreter(compiled)
    systems = [("the IR", IrSystem(compiled.ir), _exact)]
    graph = Graph()
    try:
        systems.append(("the functional form", FormSystem(compiled.ir), _coarse))
    except UnsupportedError:
        graph.forms = False
    first = _compared(reference, systems, None, graph)
    queue = list(dict.fromkeys(first))
    seen = set(queue)
    for state in queue:
        if len(graph.states) == limit:
            graph.complete = False
            break
        graph.states.append(state)
        _compare_functions(reference, systems, state)
        for target in _compared(reference, systems, state, graph):
            graph.transitions += 1
            _compare_steps(reference, systems, state, target)
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return graph


def _compared(reference, systems, state, graph) -> list[tuple]:
    """The plain targets of the reference's steps, after comparison with the other systems."""
    expected = _steps(reference, state)
    for name, system, view in systems:
        found = _steps(system, state)
        if (got := list(map(view, found))) != (wanted := list(map(view, expected))):
            pair = next((w, g) for w, g in zip_longest(wanted, got) if w != g)
            raise AssertionError(f"in {_shown(reference, state)}: CPython has {pair[0]}, {name} has {pair[1]}")
    names = [a.name for a in reference.model.actions]
    for a, _, _, target, fault in expected:
        if fault:
            graph.faults.add(("init" if a < 0 else names[a], fault[0], fault[1]))
    return [target for *_, target, fault in expected if fault is None]


def _steps(system, state) -> list[tuple]:
    """(action, binding, choices, plain target, (kind, line)) of every step and fault."""
    found = system.initial() if state is None else system.successors(system.state(state))
    return [(s.action, s.binding, tuple(s.choices), None, (s.fault.kind, s.fault.loc.line if s.fault.loc else None))
            if isinstance(s, Fault) else (s.action, s.binding, tuple(s.choices), system.plain(s.target), None) for s in found]


def _exact(step):
    """A range is a property of the variable, found out after the last statement: it has no line of its own."""
    *rest, fault = step
    return (*rest, fault and (fault[0], None if fault[0] == "range" else fault[1]))


def _coarse(step):
    *rest, fault = step
    return (*rest, fault and ("range" if fault[0] == "range" else "fault"))


def _shown(system, state) -> str:
    if state is None:
        return "the initial states"
    return ", ".join(f"{v.name} = {plain.show(v.type, x)}" for v, x in zip(system.model.vars, state))


def _compare_functions(reference, systems, state) -> None:
    model = reference.model
    steps = set(model.step_invariants)
    named = {n for n in (*model.predicates, *model.invariants, *model.constraints, *model.terminals, *model.possibles)}
    for f in model.functions:
        if f.name not in named or f.name in steps:
            continue
        for args in islice(product(*(plain.domain(p.type) for p in f.params)), MOST_ARGUMENTS):
            expected = _value(lambda: reference.evaluate(f.name, reference.state(state), args))
            for name, system, view in systems:
                found = _value(lambda: system.evaluate(f.name, state, args))
                assert _value_view(view, found) == _value_view(view, expected), \
                    f"{name} differs on {f.name}{args} in {_shown(reference, state)}"


def _compare_steps(reference, systems, old, new) -> None:
    for f in reference.model.step_invariants:
        expected = _value(lambda: reference.evaluate_step(f, reference.state(old), reference.state(new)))
        for name, system, view in systems:
            found = _value(lambda: system.evaluate_step(f, old, new))
            assert _value_view(view, found) == _value_view(view, expected), \
                f"{name} differs on {f} from {_shown(reference, old)} to {_shown(reference, new)}"


def _value(evaluate):
    try:
        return evaluate()
    except ModelFault as fault:
        return ModelFault, fault.kind, fault.loc.line if fault.loc else None


def _value_view(view, value):
    return "fault" if view is _coarse and isinstance(value, tuple) and value[:1] == (ModelFault,) else value
