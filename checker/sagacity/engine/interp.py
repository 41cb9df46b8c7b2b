"""The reference interpreter: runs the user's own (rewritten) methods under CPython.

It defines what a model means; every other engine is compared with it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any, Callable, Iterator

from ..errors import ModelFault
from ..ir import nodes as ir
from ..ir import types as T
from ..lang.lower import Compiled
from ..lang.support import CHOOSER, DISABLED, Disabled
from ..source import Loc
from .ireval import IrSystem
from .objects import Objects
from .protocol import Fault, Step

#: What CPython raises where the language has a fault.
_FAULTS = (ModelFault, ZeroDivisionError, TypeError, AttributeError, KeyError, IndexError)


class Interpreter:
    """System (engine.protocol) of a compiled model. States are tuples of runtime values."""

    def __init__(self, compiled: Compiled, objects: Objects | None = None):
        self.model = compiled.ir
        self.compiled = compiled
        self.objects = objects or Objects(compiled.root)
        self._codec = compiled.root.codec
        self._types = [v.type for v in self.model.vars]
        self._checks = [(k, c) for k, v in enumerate(self.model.vars) if (c := range_check(v.type))]
        self._actions = self._bindings()
        self._old = Objects(compiled.root) if self.model.step_invariants else self.objects
        self._functions = dict(self._named_functions())
        self._step_functions = dict(self._named_steps())
        self._files = {m.__code__.co_filename for m in self.objects.methods.values()} | {
            f.loc.file for f in self.model.functions
        }
        self._ir: IrSystem | None = None

    # ---- construction

    def _bindings(self) -> list[tuple[list[tuple[Callable, tuple]], bool, bool]]:
        """For each action: its bindings as (bound method, arguments); may it choose; does it write only once it cannot be disabled."""
        by_name = {a.name: a for a in self.model.actions}
        out = []
        for i in self.compiled.root.walk():
            for name in i.decls.of_kind("action"):
                a = by_name[i.prefix + name]
                fn = self.objects.methods[id(i), name]
                entries = []
                for combo in product(*([self._codec.runtime(p.type, v) for v in p.values] for p in a.params)):
                    keys, args = combo[: len(i.indices)], combo[len(i.indices) :]
                    entries.append((fn.__get__(self.objects.object_of(i, keys)), args))
                out.append((entries, may_choose(a.body), not _disabled_after_write(a.body)))
        return out

    def _named_functions(self) -> Iterator[tuple[str, Callable]]:
        """The functions of the flat model that a property may name, as callables on the objects."""
        for i in self.compiled.root.walk():
            for name in [*i.decls.methods, *(n for n, f in i.decls.formulas.items() if f.kind == "possible")]:
                if name not in i.decls.of_kind("action") and name not in i.decls.of_kind("init"):
                    members = [(keys, getattr(o, name)) for keys, o in self.objects.members[id(i)].items()]
                    yield i.prefix + name, _of_family(members, len(i.indices)) if i.indices else members[0][1]

    def _named_steps(self) -> Iterator[tuple[str, Callable]]:
        """The step invariants, bound to the objects that show the state before the step."""
        for i in self.compiled.root.walk():
            for name in i.decls.of_kind("step_invariant"):
                bound = [
                    partial(getattr(o, name), self._old.object_of(i, keys))
                    for keys, o in self.objects.members[id(i)].items()
                ]
                yield i.prefix + name, _all_of(bound) if i.indices else bound[0]

    # ---- protocol

    def initial(self) -> Iterator[Step | Fault]:
        """The initial states: the declared values, then the @init methods under CPython."""
        n = self.compiled.declared_init
        declared = (
            IrSystem(replace(self.model, init=self.model.init[:n])) if n < len(self.model.init) else self._reference()
        )
        methods = [
            getattr(self.objects.object_of(i, ()), name)
            for i in self.compiled.root.walk_up()
            for name in i.decls.of_kind("init")
        ]

        def run():
            return next((DISABLED for method in methods if method() is DISABLED), None)

        for first in declared.initial():
            if isinstance(first, Fault) or not methods:
                yield first if isinstance(first, Fault) else Step(-1, 0, first.choices, self.state(first.target))
                continue
            start = self.state(first.target)
            for script, result in self._branches(start, run):
                choices = first.choices + script
                if isinstance(result, ModelFault):
                    yield Fault(-1, 0, choices, result)
                elif result is not DISABLED:
                    yield self._completed(None, -1, 0, choices)

    def successors(self, state: tuple) -> Iterator[Step | Fault]:
        """Every completing step of every action and binding, and every fault."""
        objects = self.objects
        load, save = objects.load, objects.save
        for a, (entries, chooses, clean) in enumerate(self._actions):
            if chooses:
                for b, (fn, args) in enumerate(entries):
                    yield from self._choosing(state, a, b, fn, args, clean)
                continue
            for b, (fn, args) in enumerate(entries):
                if objects.shown is not state:
                    load(state)
                try:
                    disabled = fn(*args) is DISABLED
                except Disabled:
                    disabled = True
                except _FAULTS as e:
                    objects.shown = None
                    yield Fault(a, b, (), self.fault(e))
                    continue
                if not disabled:
                    target = save()
                    wrong = self._wrong(state, target)
                    yield Step(a, b, (), target) if wrong is None else Fault(a, b, (), wrong)
                elif not clean:
                    objects.shown = None

    def _choosing(self, state, a, b, fn, args, clean):
        for script, result in self._branches(state, fn, args, clean):
            if isinstance(result, ModelFault):
                yield Fault(a, b, script, result)
            elif result is not DISABLED:
                yield self._completed(state, a, b, script)

    def _branches(self, state, fn, args=(), clean=False) -> Iterator[tuple[tuple[int, ...], Any]]:
        """Run a body once per sequence of choices, by replay; yields (choices, result). `clean`: see _bindings."""
        objects, script = self.objects, []
        while script is not None:
            objects.show(state)
            CHOOSER.start(script)
            try:
                result = fn(*args)
            except Disabled:
                result = DISABLED
            except _FAULTS as e:
                result = self.fault(e)
            if result is not DISABLED or not clean:
                objects.shown = None
            following, taken = CHOOSER.next_script(), tuple(CHOOSER.script[: len(CHOOSER.sizes)])
            yield taken, result
            script = following

    def _completed(self, old, a, b, choices) -> Step | Fault:
        """The step to the state that the objects show now, if all declared ranges hold."""
        target = self.objects.save()
        wrong = self._wrong(old, target)
        return Step(a, b, choices, target) if wrong is None else Fault(a, b, choices, wrong)

    def _wrong(self, old, target) -> ModelFault | None:
        """The fault of the first changed variable that is outside its declared range."""
        for k, check in self._checks:
            v = target[k]
            if (old is None or v is not old[k]) and not check(v):
                return self._out_of_range(k, v)
        return None

    def _out_of_range(self, k: int, v) -> ModelFault:
        decl = self.model.vars[k]
        return ModelFault("range", f"{decl.name} = {v!r} is outside {T.show(decl.type)}", decl.loc)

    def evaluate(self, function: str, state: tuple, args=()) -> Any:
        """The value of a function of the model in a state. Raises ModelFault."""
        f = self._functions.get(function)
        if f is None:
            return self._reference().evaluate(function, self.plain(state), args)
        if self.objects.shown is not state:
            self.objects.load(state)
        try:
            return f(*self._runtime_args(function, args)) if args else f()
        except _FAULTS as e:
            raise self.fault(e) from None

    def evaluate_step(self, function: str, old: tuple, new: tuple) -> bool:
        """The value of a step invariant on a step. Raises ModelFault."""
        self.objects.show(new)
        self._old.show(old)
        try:
            return self._step_functions[function]()
        except _FAULTS as e:
            raise self.fault(e) from None

    def _runtime_args(self, function: str, args) -> tuple:
        return tuple(self._codec.runtime(p.type, v) for p, v in zip(self.model.function(function).params, args))

    def plain(self, state: tuple) -> tuple:
        """The state as plain values."""
        return tuple(map(self._codec.plain, self._types, state))

    def state(self, values: tuple) -> tuple:
        """The state of plain values."""
        return tuple(map(self._codec.runtime, self._types, values))

    def describe(self, state, step):
        """The step in words: its action, arguments, choices and notes."""
        if isinstance(step, Step):
            step = step._replace(target=self.plain(step.target))
        return self._reference().describe(None if state is None else self.plain(state), step)

    def _reference(self) -> IrSystem:
        if self._ir is None:
            self._ir = IrSystem(self.model)
        return self._ir

    def fault(self, e: BaseException) -> ModelFault:
        """The fault that an exception of a body means, with the line where it happened."""
        loc, tb = None, e.__traceback__
        while tb is not None:
            if tb.tb_frame.f_code.co_filename in self._files:
                loc = Loc(tb.tb_frame.f_code.co_filename, tb.tb_lineno, 1)
            tb = tb.tb_next
        if isinstance(e, ModelFault):
            return e if e.loc else ModelFault(e.kind, e.message, loc)
        if loc is None or (isinstance(e, (TypeError, AttributeError)) and "NoneType" not in str(e)):
            raise e  # typed bodies fail on None only: anything else is a bug of ours
        kind, message = {
            ZeroDivisionError: ("division", "division by zero"),
            KeyError: ("index", "no such key"),
            IndexError: ("index", "no such position"),
        }.get(type(e), ("none", "a value that is None is used here"))
        return ModelFault(kind, message, loc)


def _of_family(members, depth: int) -> Callable:
    """A method of a family: the first arguments select the member; without any, all must agree."""
    by_key = dict(members)
    everyone = _all_of([m for _, m in members])
    return lambda *args: by_key[args[:depth]](*args[depth:]) if args else everyone()


def _all_of(methods) -> Callable:
    return lambda: all(m() for m in methods)


def may_choose(body) -> bool:
    """Does a Choose stand anywhere in these statements?"""
    return any(isinstance(s, ir.Choose) for s in _flat(body))


def _disabled_after_write(body) -> bool:
    """Can a Require or Choose run after an assignment to the state? Then a disabled run may have left its mark on the objects."""
    written = False
    for s in _flat(body):
        if isinstance(s, ir.For):
            kinds = {type(x) for x in _flat(s.body)}
            if ir.SetVar in kinds and kinds & {ir.Require, ir.Choose}:
                return True  # the second round comes after the assignment of the first
        if isinstance(s, ir.SetVar):
            written = True
        elif isinstance(s, (ir.Require, ir.Choose)) and written:
            return True
    return False


def _flat(body) -> Iterator[ir.Stmt]:
    """All statements, in textual order."""
    for s in body:
        yield s
        match s:
            case ir.If(then=then, orelse=orelse):
                yield from _flat(then)
                yield from _flat(orelse)
            case ir.For(body=inner) | ir.Block(body=inner):
                yield from _flat(inner)


def range_check(t: T.Type) -> Callable[[Any], bool] | None:
    """A test of ranges and capacities on runtime values; None where every value of the right shape passes."""
    match t:
        case T.Int(lo, hi) if lo is not None:
            return lambda v: lo <= v <= hi
        case T.Option(item):
            inner = range_check(item)
            return inner and (lambda v: v is None or inner(v))
        case T.Record(_, fields):
            return _parts([f for _, f in fields])
        case T.Tuple(items):
            return _parts(items)
        case T.Map(_, value):
            inner = range_check(value)
            return inner and (lambda v: all(map(inner, tuple.__iter__(v))))
        case T.Set(item, cap) | T.Seq(item, cap) | T.Bag(item, cap):
            inner = range_check(item)
            if inner is None:
                return None if cap is None else (lambda v: len(v) <= cap)
            return lambda v: (cap is None or len(v) <= cap) and all(map(inner, v))
    return None


def _parts(types) -> Callable | None:
    checks = [(k, c) for k, t in enumerate(types) if (c := range_check(t))]
    return (lambda v: all(c(tuple.__getitem__(v, k)) for k, c in checks)) if checks else None
