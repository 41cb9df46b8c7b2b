"""Can the model really do this?  Replays a recorded behaviour, step by step.

A recording names actions, arguments, choices and states by their text, not by indices, so it can be replayed
by any system over the same model. Nothing is taken on trust: every step must be one that the system offers,
lead to the recorded state, and the property must fail (or for a witness hold) at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable

from ..errors import ModelFault
from ..ir import values as V
from ..result import Kind, NoteText, Outcome, Trace
from .liveness import confirm
from .options import DEADLOCK
from .protocol import Fault, Step, StepInfo, System, may_stop
from .refinement import Refining
from .tracing import INIT_NAME, trace_of


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """One step as JSON values; `state` is None for a step that fails."""

    action: str
    args: dict[str, Any]
    choices: tuple[tuple[str, Any], ...]
    notes: tuple[NoteText, ...]
    state: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Recording:
    """A behaviour and what it is evidence of. `message` is that of the evaluation error at its end, if any.

    A lasso returns at its end to the state after step `loop`, for ever."""

    property: str
    kind: Kind
    outcome: Outcome
    start: RecordedStep
    steps: tuple[RecordedStep, ...]
    message: str = ""
    loop: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a recording is not a behaviour of the model. Step 0 is the initial state."""

    step: int
    expected: str
    found: str

    def __str__(self) -> str:
        return f"step {self.step}: the trace says {self.expected}, but {self.found}"


class _Refused(Exception):
    def __init__(self, expected: str, found: str):
        self.expected, self.found = expected, found


def replay(system: System, recording: Recording) -> Trace | Refusal:
    """The trace, if `system` can do every step of `recording` and the property fails at its end; else the first
    reason why not."""
    number = 0
    path: list[Step | Fault] = []
    try:
        for number, recorded in enumerate((recording.start, *recording.steps)):
            path.append(_replayed(system, path, recorded, recording.message))
        _conclusion(system, recording, path)
    except _Refused as refused:
        return Refusal(number, refused.expected, refused.found)
    return replace(trace_of(system, path), loop=recording.loop)


# ---- one step ----------------------------------------------------------------------------------


def _replayed(system: System, path: list[Step | Fault], recorded: RecordedStep, message: str) -> Step | Fault:
    """The step of the system, after those of `path`, that is the recorded one."""
    title = _title(recorded)
    if not path:
        if recorded.action != INIT_NAME:
            raise _Refused(f"{recorded.action} comes first", "a behaviour starts with init")
        offered = _same_step(system, None, system.initial(), recorded)
        if not offered:
            raise _Refused(f"{title} gives the initial state", "the model's initialisation has no such step")
    elif isinstance(path[-1], Fault):
        raise _Refused(f"{title} follows", "the step before it fails and has no successor")
    else:
        offered = _candidates(system, path[-1].target, recorded, title)
    if recorded.state is None:
        return _failing(offered, title, message)
    return _reaching(system, offered, recorded, title)


def _candidates(system: System, state: Any, recorded: RecordedStep, title: str) -> list[Step | Fault]:
    index = next((i for i, a in enumerate(system.model.actions) if a.name == recorded.action), None)
    if index is None:
        raise _Refused(f"action {recorded.action}", "the model has no action of that name")
    args = _args(system, index, recorded)
    same_action = [s for s in system.successors(state) if s.action == index]
    same_args = [s for s in same_action if tuple(system.describe(state, s).args) == args]
    if not same_args:
        arguments = " with these arguments" if same_action else ""
        raise _Refused(title, f"{recorded.action} is not enabled there{arguments}")
    offered = _same_step(system, state, same_args, recorded)
    if not offered:
        shown = "; ".join(sorted({_labels(system.describe(state, s)) for s in same_args}))
        raise _Refused(title, f"the model offers {recorded.action} only with other choices or notes: {shown}")
    return offered


def _args(system: System, index: int, recorded: RecordedStep) -> tuple:
    params = system.model.actions[index].params
    if set(recorded.args) != {p.name for p in params}:
        raise _Refused(f"{recorded.action} has arguments {', '.join(recorded.args) or 'none'}",
                       f"its parameters are {', '.join(p.name for p in params) or 'none'}")
    return tuple(_value(p.type, recorded.args[p.name], f"argument {p.name}") for p in params)


def _same_step(system: System, state: Any, steps: Iterable[Step | Fault], recorded: RecordedStep) -> list:
    return [s for s in steps if _matches(system.describe(state, s), recorded)]


def _matches(info: StepInfo, recorded: RecordedStep) -> bool:
    if len(info.choices) != len(recorded.choices) or tuple(NoteText(*n) for n in info.notes) != recorded.notes:
        return False
    return all(local == name and V.to_json(t, value) == j
               for (local, t, value), (name, j) in zip(info.choices, recorded.choices))


def _reaching(system: System, offered: list, recorded: RecordedStep, title: str) -> Step:
    """The step among `offered` that leads to the recorded state."""
    wanted = _state(system, recorded.state)
    for step in offered:
        if isinstance(step, Step) and system.plain(step.target) == wanted:
            return step
    first = offered[0]
    if isinstance(first, Fault):
        raise _Refused(f"{title} leads to a state", f"in the model it fails: {first.fault.message}")
    raise _Refused(f"{title} leads to {_difference(system, wanted, first.target)[0]}",
                   f"in the model it leads to {_difference(system, wanted, first.target)[1]}")


def _failing(offered: list, title: str, message: str) -> Fault:
    for step in offered:
        if isinstance(step, Fault) and step.fault.message == message:
            return step
    faults = [s.fault.message for s in offered if isinstance(s, Fault)]
    raise _Refused(f"{title} fails: {message}", f"in the model it fails with: {faults[0]}" if faults
                   else "in the model it completes")


def _state(system: System, recorded: dict[str, Any]) -> tuple:
    variables = system.model.vars
    if set(recorded) != {v.name for v in variables}:
        odd = sorted(set(recorded) ^ {v.name for v in variables})
        raise _Refused(f"the state has variables {', '.join(recorded)}", f"{', '.join(odd)}: unknown or left out")
    return tuple(_value(v.type, recorded[v.name], f"variable {v.name}") for v in variables)


def _value(t, j: Any, what: str) -> Any:
    try:
        return V.from_json(t, j)
    except ValueError as e:
        raise _Refused(f"{what} is {j!r}", str(e)) from None


def _difference(system: System, wanted: tuple, target: Any) -> tuple[str, str]:
    """The first variable in which the recorded and the real target differ, in both versions."""
    for var, said, real in zip(system.model.vars, wanted, system.plain(target)):
        if said != real:
            return f"{var.name} = {V.show(var.type, said)}", f"{var.name} = {V.show(var.type, real)}"
    raise AssertionError("the states are equal")


def _title(recorded: RecordedStep) -> str:
    args = ", ".join(f"{k}={v}" for k, v in recorded.args.items())
    picks = ", ".join(f"{k} = {v}" for k, v in recorded.choices)
    return f"{recorded.action}({args})" + (f" choosing {picks}" if picks else "")


def _labels(info: StepInfo) -> str:
    parts = [f"{local} = {V.show(t, v)}" for local, t, v in info.choices] + [f"note {n[0]!r}" for n in info.notes]
    return ", ".join(parts) or "none"


# ---- what the behaviour is evidence of ---------------------------------------------------------


def _conclusion(system: System, recording: Recording, path: list[Step | Fault]) -> None:
    """Raises _Refused unless the property comes out at the end of `path` as recorded."""
    if isinstance(path[-1], Fault):   # already compared with the recorded one
        kind = Kind.ASSERTION if path[-1].fault.kind == "assert" else Kind.EVALUATION
        if recording.kind is not kind:
            raise _Refused(f"{recording.kind.value} {recording.property}", f"the last step fails ({kind.value})")
        last = (recording.start, *recording.steps)[-1].action
        if last != recording.property:
            raise _Refused(f"{recording.property} fails", f"the last step is one of {last}")
        return
    states = [step.target for step in path]
    evidence = Outcome.HOLDS if recording.kind is Kind.POSSIBLE else Outcome.VIOLATED
    if recording.outcome not in (evidence, Outcome.ERROR):
        raise _Refused(f"{recording.property} {recording.outcome.value}", "a trace is no evidence of that")
    if recording.kind is Kind.TEMPORAL:
        _conclude_temporal(system, recording, path)
    elif recording.outcome is Outcome.ERROR:
        _conclude_error(system, recording, states)
    elif recording.message:
        raise _Refused(f"an error occurs: {recording.message}", "every step of the trace completes")
    elif recording.kind is Kind.DEADLOCK:
        if recording.property != DEADLOCK:
            raise _Refused(f"deadlock {recording.property}", f"that property is called {DEADLOCK}")
        _conclude_deadlock(system, states[-1])
    elif recording.kind in (Kind.ASSERTION, Kind.EVALUATION):
        raise _Refused(f"{recording.property} fails", "every step of the trace completes")
    else:
        value = _guarded(_evaluation(system, recording, states), recording.property)
        if value != (recording.outcome is Outcome.HOLDS):
            raise _Refused(f"{recording.property} is {'false' if value else 'true'} at the end", f"it is {bool(value)}")


def _evaluation(system: System, recording: Recording, states: list) -> Callable[[], bool]:
    """How to evaluate the property at the end of the behaviour."""
    name, model = recording.property, system.model
    if recording.kind is Kind.STEP_INVARIANT:
        if name not in model.step_invariants:
            raise _Refused(f"step invariant {name}", "the model has none of that name")
        if len(states) < 2:
            raise _Refused(f"step invariant {name} is violated", "the trace has no step")
        if states[-1] == states[-2]:
            raise _Refused(f"step invariant {name} is violated", "the last step changes nothing")
        return lambda: system.evaluate_step(name, states[-2], states[-1])
    if recording.kind is Kind.REFINEMENT:
        refinement = next((r for r in model.refinements if r.name == name), None)
        if refinement is None:
            raise _Refused(f"refinement {name}", "the model has none of that name")
        refining = Refining(system, refinement)
        return (lambda: refining.allows(*states[-2:])) if len(states) > 1 else lambda: refining.starts(states[-1])
    known = {Kind.INVARIANT: model.invariants, Kind.POSSIBLE: model.possibles,
             Kind.EVALUATION: (*model.constraints, *model.terminals)}.get(recording.kind, ())
    if name not in known:
        raise _Refused(f"{recording.kind.value} {name}", "the model has none of that name")
    return lambda: system.evaluate(name, states[-1])


def _guarded(evaluate: Callable[[], bool], name: str) -> bool:
    try:
        return bool(evaluate())
    except ModelFault as fault:
        raise _Refused(f"{name} has a value at the end", f"evaluating it fails: {fault.message}") from None


def _conclude_error(system: System, recording: Recording, states: list) -> None:
    evaluate = _evaluation(system, recording, states)
    try:
        value = evaluate()
    except ModelFault as fault:
        if fault.message != recording.message:
            raise _Refused(f"evaluating {recording.property} fails: {recording.message}",
                           f"it fails with: {fault.message}") from None
        return
    raise _Refused(f"evaluating {recording.property} fails", f"it is {value}")


def _conclude_temporal(system: System, recording: Recording, path: list[Step]) -> None:
    try:
        stays = recording.outcome is Outcome.ERROR      # then the fault is in the last state
        reason = confirm(system, recording.property, path, len(path) - 1 if stays else recording.loop)
    except ModelFault as fault:
        if recording.outcome is Outcome.ERROR and fault.message == recording.message:
            return
        raise _Refused(f"{recording.property} has a value", f"evaluating it fails: {fault.message}") from None
    if recording.outcome is Outcome.ERROR:
        reason = "it can be evaluated all along"
    if reason:
        raise _Refused(f"this behaviour breaks {recording.property}", reason)


def _conclude_deadlock(system: System, state: Any) -> None:
    for step in system.successors(state):
        raise _Refused("the last state is a deadlock", f"{system.describe(state, step).name} is enabled in it")
    if may_stop(system, state):
        raise _Refused("the last state is a deadlock", "it is a terminal state, where stopping is allowed")
