"""Driving a model by hand: ``s = Choreography(ORDERS=1); s.place(s.Order[0])``."""

from __future__ import annotations

import sys

from ..errors import ActionDisabled, AmbiguousChoice, Diagnostic, ModelFault, UsageError
from ..ir import types as T
from ..lang.lower import compile_model
from ..lang.support import CHOOSER, DISABLED, Disabled
from ..source import Loc
from .interp import Interpreter
from .objects import Objects
from .protocol import Fault


def prepare(instance, constants: dict) -> None:
    """Turn a fresh Model instance into the root object of its model, in its first initial state.

    Raises ModelSourceError, ConstantError, or ModelFault if the initial state cannot be computed.
    """
    compiled = compile_model(type(instance), constants)
    objects = Objects(compiled.root, instance)
    system = Interpreter(compiled, objects)
    for i in compiled.root.walk():
        for keys, o in objects.members[id(i)].items():
            for name, m in i.decls.of_kind("action").items():
                o.__dict__[name] = Driver(system, o, name, m, objects.methods[id(i), name])
    first = next(iter(system.initial()), None)
    if isinstance(first, Fault):
        raise first.fault
    if first is None:
        raise UsageError(Diagnostic(code="SAG510", message=f"{compiled.ir.name} has no initial state"))
    objects.load(first.target)


def bound(instance, method):
    """What an action or predicate is on an instance that was not prepared: an error that says so."""
    raise AttributeError(f"{method.fn.__name__} is not available: Model.__init__ was not called")


class Driver:
    """One action of a model that is driven by hand."""

    def __init__(self, system: Interpreter, owner, name: str, method, fn):
        self.system, self.owner, self.name, self.method, self.fn = system, owner, name, method, fn
        self.__doc__ = method.fn.__doc__

    def __repr__(self):
        return f"<action {self.name}>"

    def __call__(self, *args, choose: int | None = None, **kwargs) -> None:
        """Take the step. Raises ActionDisabled, AmbiguousChoice (pass `choose=k`), or ModelFault; the state is then unchanged."""
        args = self._arguments(args, kwargs)
        objects = self.system.objects
        before = objects.save()
        outcomes = list(self._outcomes(before, args))
        objects.load(before)
        enabled = [o for o in outcomes if o[1] is not None]
        if not enabled:
            raise ActionDisabled(
                Diagnostic(
                    code="SAG511",
                    message=f"the action {self.name} is disabled: this require does not hold",
                    loc=self._failing_require(before, args),
                )
            )
        targets = {o[1] for o in enabled if not isinstance(o[1], ModelFault)}
        if choose is None and (len(enabled) > 1 and len(targets) != 1):
            raise AmbiguousChoice(
                Diagnostic(
                    code="SAG512",
                    message=f"{self.name} has {len(enabled)} enabled choices: " + self._listed(enabled),
                    hint=f"pass choose=0 to choose={len(enabled) - 1}",
                )
            )
        if choose is not None and not 0 <= choose < len(enabled):
            raise UsageError(Diagnostic(code="SAG513", message=f"there is no choice {choose}: {self._listed(enabled)}"))
        _, result, script = enabled[choose or 0]
        if isinstance(result, ModelFault):
            self._fail(before, args, script, result)
        objects.load(result)

    def _arguments(self, args, kwargs) -> tuple:
        names = list(self.method.params)
        given = dict(zip(names, args)) | kwargs
        if len(args) > len(names) or set(given) != set(names):
            raise UsageError(Diagnostic(code="SAG514", message=f"{self.name} takes ({', '.join(names)})"))
        for p, allowed in self._domains():
            if given[p.name] not in allowed:
                raise UsageError(
                    Diagnostic(
                        code="SAG514",
                        message=f"{given[p.name]!r} is not a value of {T.show(p.type)}, so {self.name} "
                        f"cannot take it as {p.name}",
                    )
                )
        return tuple(given[n] for n in self.fn.__code__.co_varnames[1 : 1 + len(names)])

    def _domains(self):
        """(parameter, its values) of the action, without the indices of a family."""
        node, codec = self.owner._node, self.system.compiled.root.codec
        action = next(a for a in self.system.model.actions if a.name == node.prefix + self.name)
        for p in action.params[len(node.indices) :]:
            yield p, [codec.runtime(p.type, v) for v in p.values]

    def _fail(self, before, args, script, fault: ModelFault) -> None:
        """Raise the fault with the traceback of the body, for pytest and pdb; the state is as before."""
        self.system.objects.load(before)
        CHOOSER.start(script)
        tb = None
        try:
            self.fn(self.owner, *args)
        except Exception as e:
            tb = e.__traceback__
        self.system.objects.load(before)
        raise fault.with_traceback(tb)

    def _outcomes(self, before, args):
        """(values chosen, target state, fault, or None where disabled; choices) for every sequence of choices."""
        fn = self.fn.__get__(self.owner)
        for script, result in self.system._branches(before, fn, args):
            chosen = tuple(CHOOSER.values)
            if isinstance(result, ModelFault):
                yield chosen, result, script
            elif result is DISABLED:
                yield chosen, None, script
            else:
                step = self.system._completed(before, 0, 0, ())
                yield chosen, step.fault if isinstance(step, Fault) else step.target, script

    @staticmethod
    def _listed(enabled) -> str:
        return "; ".join(f"{k}: {', '.join(map(repr, values))}" for k, (values, *_) in enumerate(enabled))

    def _failing_require(self, before, args) -> Loc | None:
        """The line of the `require` that disables the action, by tracing one run of it."""
        self.system.objects.load(before)
        lines: list[Loc] = []

        def trace(frame, event, arg):
            if frame.f_code.co_filename in self.system._files:
                if event == "line":
                    lines.append(Loc(frame.f_code.co_filename, frame.f_lineno, 1))
                return trace
            return None

        previous = sys.gettrace()
        CHOOSER.start([])
        sys.settrace(trace)
        try:
            self.fn(self.owner, *args)
        except (Disabled, ModelFault):
            pass
        finally:
            sys.settrace(previous)
            self.system.objects.load(before)
        return lines[-1] if lines else None
