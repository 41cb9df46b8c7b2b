"""What does the IR mean?  `IrSystem` executes it directly, as a second, independent evaluation of a model.

Statements become closures that return None to go on, or a signal to leave. Choices are
enumerated depth first by executing again with a longer script, which keeps the order of
choices lexicographic and needs no copying of states.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Callable, Iterator

from ..errors import Diagnostic, InternalError, ModelFault
from ..ir import nodes as ir
from ..ir import types as T
from ..ir import values
from .irexpr import Expressions, Frame
from .protocol import Fault, Note, Step, StepInfo

BREAK, CONTINUE, RETURN, DISABLED = "break", "continue", "return", "disabled"


class IrSystem:
    """The transition system of a model, by direct execution of its IR. States are tuples of plain values."""

    def __init__(self, model: ir.Model):
        self.model = model
        self._functions: dict[str, Callable] = {}
        self._compiler = Statements(model, self.function)
        self._init = self._compiler.body(model.init)
        self._actions = [self._compiler.body(a.body) for a in model.actions]
        self.bindings = [list(product(*map(parameter_values, a.params))) for a in model.actions]

    def initial(self) -> Iterator[Step | Fault]:
        """All executions of the initialisation."""
        yield from self._executions(-1, 0, self._init, (None,) * len(self.model.vars), {})

    def successors(self, state) -> Iterator[Step | Fault]:
        """All executions from `state`, in order of actions, bindings and choices."""
        for a, action in enumerate(self.model.actions):
            for b, binding in enumerate(self.bindings[a]):
                yield from self._executions(a, b, self._actions[a], state, bind(action.params, binding))

    def evaluate(self, function_name: str, state, args: tuple = ()) -> Any:
        """The plain value of a function at `state`. Raises ModelFault."""
        return self.function(function_name)(Frame(state), args)

    def evaluate_step(self, function_name: str, old, new) -> bool:
        """The value of a step invariant for the step from `old` to `new`. Raises ModelFault."""
        return self.function(function_name)(Frame(new, old), ())

    def plain(self, state) -> tuple:
        """The state itself."""
        return state

    def state(self, plain: tuple) -> tuple:
        """The state itself."""
        return plain

    def describe(self, state, step: Step | Fault) -> StepInfo:
        """The step in the user's terms, found by executing it again."""
        action = None if step.action < 0 else self.model.actions[step.action]
        args = self.bindings[step.action][step.binding] if action else ()
        run = Run(state or (None,) * len(self.model.vars), bind(action.params, args) if action else {}, step.choices)
        run.notes = []
        try:
            (self._actions[step.action] if action else self._init)(run)
        except ModelFault:
            pass                               # a step that fails is described up to its failure
        return StepInfo(action.name if action else "init", args, tuple(run.chosen), tuple(run.notes))

    def _executions(self, a: int, b: int, body, state, env: dict) -> Iterator[Step | Fault]:
        script: tuple[int, ...] | None = ()
        while script is not None:
            run = Run(state, dict(env), script)
            try:
                if body(run) != DISABLED:
                    target = tuple(run.vars)
                    check_ranges(self.model, a, target)
                    yield Step(a, b, tuple(run.taken), target)
            except ModelFault as fault:
                yield Fault(a, b, tuple(run.taken), fault)
            script = run.next_script()

    def function(self, name: str) -> Callable[[Frame, tuple], Any]:
        """The evaluation of a function of the model, over a frame and arguments."""
        if name not in self._functions:
            function = self.model.function(name)
            body, names = self._compiler.body(function.body), [p.name for p in function.params]

            def call(f: Frame, args: tuple):
                run = Run(f.vars, dict(zip(names, args)), (), f.old)
                body(run)
                return run.result
            self._functions[name] = call
        return self._functions[name]


class Run(Frame):
    """One execution of a body: `script` says which choices to take, `taken` which were; further ones take the first."""

    __slots__ = ("script", "taken", "counts", "chosen", "notes", "result")

    def __init__(self, vars, env: dict, script: tuple[int, ...], old: tuple | None = None):
        super().__init__(list(vars), old, env)
        self.script = script
        self.taken: list[int] = []
        self.counts: list[int] = []
        self.chosen: list[tuple] = []
        self.notes: list[Note] | None = None
        self.result = None

    def choose(self, count: int) -> int:
        """The index to take among `count` values."""
        n = len(self.taken)
        self.taken.append(self.script[n] if n < len(self.script) else 0)
        self.counts.append(count)
        return self.taken[-1]

    def next_script(self) -> tuple[int, ...] | None:
        """The lexicographically next choices, or None if these were the last."""
        for i in reversed(range(len(self.taken))):
            if self.taken[i] + 1 < self.counts[i]:
                return (*self.taken[:i], self.taken[i] + 1)
        return None


def parameter_values(p: ir.Param) -> list:
    """The plain values that a parameter of an action ranges over."""
    return list(values.domain(p.type)) if p.values is None else list(p.values)


def bind(params: tuple[ir.Param, ...], args: tuple) -> dict:
    """Locals of a body that is entered with these arguments."""
    return {p.name: x for p, x in zip(params, args)}


def check_ranges(model: ir.Model, action: int, target: tuple) -> None:
    """Raise the fault of the first variable that is outside its declared type."""
    for decl, v in zip(model.vars, target):
        if not values.belongs(decl.type, v):
            who = model.actions[action] if action >= 0 else None
            message = f"{decl.name} becomes {values.show(decl.type, v)}, which is outside {T.show(decl.type)}"
            raise ModelFault("range", message, who.loc if who else decl.loc)


class Statements:
    """Compiles statements: each becomes a closure over a Run that returns None or a signal."""

    def __init__(self, model: ir.Model, call):
        self.expressions = Expressions(model, call)
        self.slot = self.expressions.slot

    def body(self, stmts: tuple[ir.Stmt, ...]) -> Callable[[Run], str | None]:
        """The statements one after the other, until one signals."""
        steps = [self._statement(s) for s in stmts]

        def run(r):
            for step in steps:
                signal = step(r)
                if signal is not None:
                    return signal
            return None
        return run

    def _statement(self, s: ir.Stmt):
        match s:
            case ir.SetVar() | ir.SetLocal():
                return self._assignment(s)
            case ir.If():
                cond, then, orelse = self.expressions.compile(s.cond), self.body(s.then), self.body(s.orelse)
                return lambda r: then(r) if cond(r) else orelse(r)
            case ir.For():
                return self._for(s)
            case ir.Break():
                return lambda r: BREAK
            case ir.Continue():
                return lambda r: CONTINUE
            case ir.Require():
                cond = self.expressions.compile(s.cond)
                return lambda r: None if cond(r) else DISABLED
            case ir.Assert():
                return self._assert(s)
            case ir.Choose():
                return self._choose(s)
            case ir.Note():
                return self._note(s)
            case ir.Block():
                body, label = self.body(s.body), "leave " + s.label
                return lambda r: None if (signal := body(r)) == label else signal
            case ir.Leave():
                label = "leave " + s.label
                return lambda r: label
            case ir.Return():
                return self._return(s)
        raise InternalError(Diagnostic(code="SAG990", message=f"no execution of {type(s).__name__}", loc=s.loc))

    def _assignment(self, s):
        value = self.expressions.compile(s.value)
        if isinstance(s, ir.SetVar):
            place, target = self.slot[s.name], "vars"
        else:
            place, target = s.name, "env"

        def assign(r):
            getattr(r, target)[place] = value(r)
        return assign

    def _for(self, s: ir.For):
        over, body, local = self.expressions.compile(s.over), self.body(s.body), s.local

        def loop(r):
            for x in over(r):
                r.env[local] = x
                signal = body(r)
                if signal == BREAK:
                    return None
                if signal is not None and signal != CONTINUE:
                    return signal
            return None
        return loop

    def _assert(self, s: ir.Assert):
        cond, message = self.expressions.compile(s.cond), self._text(s.message)

        def check(r):
            if not cond(r):
                raise ModelFault("assert", message(r) or "the assertion fails", s.loc)
        return check

    def _choose(self, s: ir.Choose):
        over, item = self.expressions.compile(s.over), s.over.type.item

        def choose(r):
            candidates = sorted(set(over(r)))
            if not candidates:
                return DISABLED
            r.env[s.local] = x = candidates[r.choose(len(candidates))]
            r.chosen.append((s.local, item, x))
            return None
        return choose

    def _note(self, s: ir.Note):
        parts = [self._text(p) for p in (s.text, s.sender, s.receiver)]

        def label(r):
            if r.notes is not None:            # only when a step is described: a label never decides about a step
                try:
                    r.notes.append(Note(*(part(r) for part in parts)))
                except ModelFault:
                    r.notes.append(Note("?", "", ""))
        return label

    def _return(self, s: ir.Return):
        value = self.expressions.compile(s.value) if s.value is not None else None

        def leave(r):
            if value is not None:
                r.result = value(r)
            return RETURN
        return leave

    def _text(self, parts: tuple[str | ir.Expr, ...]) -> Callable[[Run], str]:
        shown = [p if isinstance(p, str) else (p.type, self.expressions.compile(p)) for p in parts]
        return lambda r: "".join(p if isinstance(p, str) else values.show(p[0], p[1](r)) for p in shown)
