"""Does the functional form mean the same as the statements?  `FormSystem` executes the forms.

It exists to be compared with IrSystem, state by state. Only its next-state relation goes
through forms; the functional form of a function is compared by `evaluate`.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator

from ..errors import Diagnostic, InternalError, ModelFault
from ..ir import nodes as ir
from ..ir.functional import Form, Forms
from .ireval import IrSystem, Run, bind, check_ranges
from .irexpr import Expressions, Frame
from .protocol import Fault, Step

#: What forms cannot say is the kind of a fault; any fault but that of a range is reported as this one.
SOME_FAULT = "assert"


class FormSystem(IrSystem):
    """The transition system of a model, by evaluation of (guard, error, updates)."""

    def __init__(self, model: ir.Model):
        super().__init__(model)
        self._expressions = Expressions(model, self.function)
        self._forms = Forms(model)
        self._init_form = FormExecution(self._forms.init(), self._expressions)
        self._action_forms = [FormExecution(self._forms.action(a), self._expressions) for a in model.actions]
        self._values: dict[str, tuple] = {}

    def initial(self) -> Iterator[Step | Fault]:
        """All executions of the initialisation."""
        yield from self._form_steps(-1, 0, self._init_form, (None,) * len(self.model.vars), {})

    def successors(self, state) -> Iterator[Step | Fault]:
        """All executions from `state`, in order of actions, bindings and choices."""
        for a, action in enumerate(self.model.actions):
            for b, binding in enumerate(self.bindings[a]):
                yield from self._form_steps(a, b, self._action_forms[a], state, bind(action.params, binding))

    def evaluate(self, function_name: str, state, args: tuple = ()) -> Any:
        """The plain value of a function at `state`, through its form. Raises ModelFault."""
        return self._evaluate(function_name, Frame(state), args)

    def evaluate_step(self, function_name: str, old, new) -> bool:
        """The value of a step invariant, through its form. Raises ModelFault."""
        return self._evaluate(function_name, Frame(new, old), ())

    def _evaluate(self, name: str, frame: Frame, args: tuple) -> Any:
        if name not in self._values:
            form = self._forms.function(name)
            self._values[name] = form, *map(self._expressions.compile, form)
        _, error, value = self._values[name]
        frame.env = bind(self.model.function(name).params, args)
        if unexpected(error, frame):
            raise ModelFault(SOME_FAULT, f"{name} fails", self.model.function(name).loc)
        return unexpected(value, frame)

    def _form_steps(self, a: int, b: int, form: FormExecution, state, env: dict) -> Iterator[Step | Fault]:
        script: tuple[int, ...] | None = ()
        while script is not None:
            run = Run(state, dict(env), script)
            if form.choose(run):
                yield from self._completed(a, b, form, run)
            script = run.next_script()

    def _completed(self, a: int, b: int, form: FormExecution, run: Run) -> Iterator[Step | Fault]:
        taken = tuple(run.taken)
        if unexpected(form.error, run):
            yield Fault(a, b, taken, ModelFault(SOME_FAULT, "the error condition holds", form.loc))
        elif unexpected(form.guard, run):
            target = unexpected(form.target, run)
            try:
                check_ranges(self.model, a, target)
            except ModelFault as fault:
                yield Fault(a, b, taken, fault)
            else:
                yield Step(a, b, taken, target)


def unexpected(part: Callable[[Any], Any], frame: Frame) -> Any:
    """The value of a part of a form. A fault in it is a mistake of the form, not one of the model."""
    try:
        return part(frame)
    except ModelFault as fault:
        message = f"a functional form faults by itself: {fault.message}"
        raise InternalError(Diagnostic(code="SAG990", message=message, loc=fault.loc)) from fault


class FormExecution:
    """A form, compiled."""

    def __init__(self, form: Form, expressions: Expressions):
        self.loc = form.error.loc
        compile = expressions.compile
        self.sites = [(c.local, compile(c.when), compile(c.over)) for c in form.choices]
        self.guard = compile(form.guard)
        self.error = compile(form.error)
        self.updates = [(expressions.slot[name], compile(e)) for name, e in form.updates.items()]

    def choose(self, run: Run) -> bool:
        """Make the choices that are due; False if there is none to take."""
        for local, when, over in self.sites:
            if unexpected(when, run):
                candidates = unexpected(over, run)
                if not candidates:
                    return False
                run.env[local] = candidates[run.choose(len(candidates))]
        return True

    def target(self, run: Run) -> tuple:
        """All updates at once."""
        target = list(run.vars)
        for slot, value in self.updates:
            target[slot] = value(run)
        return tuple(target)
