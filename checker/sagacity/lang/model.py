"""What a model class may declare, and how the declarations of a class are gathered."""

from __future__ import annotations

import enum
import linecache
import sys
import types
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Callable

from ..source import Loc
from .sourcefile import member_location
from .symbolic import ConstSpec, Sym, caller, fail
from .templates import is_type


class _Anything:
    def __repr__(self):
        return "anything"


#: ``init=anything``: every value of the type is a possible initial value.
anything = _Anything()
_MISSING = object()


@dataclass
class VarSpec:
    type: Any
    init: Any
    doc: str
    loc: Loc


@dataclass
class ComponentSpec:
    cls: type
    bindings: dict
    each: tuple
    loc: Loc


@dataclass
class Method:
    """A decorated method. `kind` is action, init, predicate, invariant, step_invariant, constraint, terminal or possible."""

    kind: str
    fn: Callable
    params: dict
    loc: Loc
    fair: str | None = None
    each: bool = True
    when: Any = True

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        """On an instance: the action or predicate, callable by hand. On the class: the declaration."""
        if instance is None:
            return self
        from ..engine.drive import bound

        return bound(instance, self)

    def __call__(self, *args, **kwargs):
        raise fail(
            "SAG220", f"{self.fn.__name__} was called on the class", "make an instance first: MyModel().name(...)"
        )


@dataclass
class Formula:
    """A property given as text: temporal or possible."""

    kind: str
    text: str
    loc: Loc


@dataclass
class RefinesSpec:
    """The claim that the model implements another one. `mapping`: abstract variable -> text of an expression."""

    cls: type
    mapping: dict[str, str]
    bindings: dict
    loc: Loc


@dataclass
class FairnessSpec:
    strong: bool
    actions: tuple
    by: tuple[str, ...]
    loc: Loc
    when: Any = True


@dataclass
class AssumeSpec:
    condition: Any
    loc: Loc


def var(type, *, init=_MISSING, doc: str = ""):
    """Declare a state variable. `init` is a value, `anything`, or for a map a dict over all keys or an init of its values.

    It may be left out if the model's ``@init`` method assigns the variable.
    """
    return VarSpec(type, init, doc, caller())


def component(cls, *, each=(), **bindings):
    """Nest a model. Keyword arguments bind its constants, types included.

    ``each=(A, B)`` makes an indexed family: ``self.chan[a, b]``.
    """
    if not (isinstance(cls, type) and issubclass(cls, Model)):
        raise fail(
            "SAG221",
            f"component needs a Model class, not {getattr(cls, '__name__', repr(cls))}",
            "write component(Bus, Item=Message)",
        )
    return ComponentSpec(cls, bindings, each if isinstance(each, tuple) else (each,), caller())


def _decorator(kind: str, args: tuple, params: dict):
    if args:
        if len(args) != 1 or not isinstance(args[0], types.FunctionType):
            hint = f"write @{kind} or @{kind}(name=Domain)"
            raise fail("SAG222", f"@{kind} takes parameters by name only", hint)
        return Method(kind, args[0], {}, _at(args[0]))

    def decorate(fn):
        if not isinstance(fn, types.FunctionType):
            raise fail("SAG222", f"@{kind} decorates a method", "@fair stands above @action, not below it")
        return Method(kind, fn, params, _at(fn))

    return decorate


def _at(fn) -> Loc:
    """The first line of a method, its decorators included."""
    file, line = fn.__code__.co_filename, fn.__code__.co_firstlineno
    text = linecache.getline(file, line).rstrip()
    return Loc(file, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1) if text else Loc(file, line, 1)


def action(*args, **params):
    """A method that is one atomic step, for each value of its parameters: ``@action(o=Order)``."""
    return _decorator("action", args, params)


def predicate(*args, **params):
    """A method that says yes or no about a state; temporal properties use it by name."""
    return _decorator("predicate", args, params)


def _plain_decorator(kind: str, args: tuple, params: dict):
    """A decorator that takes no parameters."""
    if params:
        raise fail(
            "SAG237",
            f"@{kind} takes no parameters",
            "quantify inside: all(... for x in self.Domain)" if kind != "init" else None,
        )
    return _decorator(kind, args, {})


def init(*args, **params):
    """The method that sets the initial state; it may `choose`. One per model."""
    return _plain_decorator("init", args, params)


def invariant(*args, **params):
    """A method that must return true in every reachable state."""
    return _plain_decorator("invariant", args, params)


def step_invariant(*args, **params):
    """A method ``(self, old)`` that must return true on every step that changes the state."""
    return _plain_decorator("step_invariant", args, params)


def constraint(*args, **params):
    """A method that limits the search: states where it is false are checked but not expanded. Makes the verdict BOUNDED."""
    return _plain_decorator("constraint", args, params)


def terminal(*args, **params):
    """A method that says in which states stopping is fine, so that they are no deadlock."""
    return _plain_decorator("terminal", args, params)


def possible(*args, **params):
    """What must be reachable: a decorated method, or the text of an expression over the model's names."""
    if args and isinstance(args[0], str):
        return Formula("possible", args[0], caller())
    return _plain_decorator("possible", args, params)


def temporal(text: str):
    """A temporal property, as text."""
    if not isinstance(text, str):
        raise fail(
            "SAG245",
            f"temporal takes the text of a formula, not {text!r}",
            'write temporal("[] (placed -> <> settled)")',
        )
    return Formula("temporal", text, caller())


def refines(cls, mapping=None, **bindings):
    """The claim that this model implements the model `cls`: a safety refinement (Abadi and Lamport 1991).

    `mapping` gives, for each variable of `cls`, the text of an expression over this model's names; a variable that
    is left out is this model's variable of the same name. Every initial state must map to an initial state of
    `cls`, and every step to a step of it or to none. Keyword arguments bind constants of `cls`. Fairness and
    temporal properties of `cls` are not claimed; where this model is a component, nor is its refinement.
    """
    if not (isinstance(cls, type) and issubclass(cls, Model)):
        raise fail(
            "SAG720",
            "refines needs a Model class first",
            'write refines(Abstract, {"variable": "expression"})',
        )
    mapping = {} if mapping is None else mapping
    if not isinstance(mapping, dict) or not all(isinstance(x, str) for kv in mapping.items() for x in kv):
        raise fail(
            "SAG720",
            "the mapping of a refinement is a dict from names of variables to texts of expressions",
            'write refines(Abstract, {"variable": "expression"})',
        )
    return RefinesSpec(cls, mapping, bindings, caller())


def _fairness(strength: str, args, each, when):
    def decorate(m):
        if not isinstance(m, Method) or m.kind != "action":
            raise fail("SAG223", "fairness applies to an action", "write @fair above @action(...)")
        if m.fair:
            raise fail(
                "SAG223",
                f"{m.fn.__name__} has two fairness decorators",
                "strong fairness implies weak fairness: keep one",
            )
        return replace(m, fair=strength, each=each, when=when)

    return decorate(args[0]) if args else decorate


def fair(*args, each: bool = True, when=True):
    """Weak fairness of an action for each binding of its parameters (``each=False``: of the action as a whole), if the
    constant `when` is true."""
    return _fairness("weak", args, each, when)


def strongly_fair(*args, each: bool = True, when=True):
    """Strong fairness of an action for each binding of its parameters (``each=False``: of the action as a whole), if
    the constant `when` is true."""
    return _fairness("strong", args, each, when)


def _register(key: str, spec):
    """Append to a list in the class body that is being executed."""
    frame = sys._getframe(2)
    if "__qualname__" not in frame.f_locals:
        raise fail("SAG224", f"{key.strip('_')} belongs in the body of a model class")
    frame.f_locals.setdefault(key, []).append(spec)


def weak_fair(*actions, by: str | tuple = (), when=True):
    """Weak fairness of the union of some actions, optionally for each value of a parameter that they share, and only if
    the constant `when` is true."""
    _register("__fairness__", FairnessSpec(False, actions, (by,) if isinstance(by, str) else tuple(by), caller(), when))


def strong_fair(*actions, by: str | tuple = (), when=True):
    """Strong fairness of the union of some actions, optionally for each value of a parameter that they share, and only
    if the constant `when` is true."""
    _register("__fairness__", FairnessSpec(True, actions, (by,) if isinstance(by, str) else tuple(by), caller(), when))


def assume(condition):
    """What the constants must satisfy; otherwise the model does not run (exit status 10)."""
    _register("__assumes__", AssumeSpec(condition, caller()))


def require(condition):
    """In an action: the step is possible only if the condition holds."""
    raise fail(
        "SAG225",
        "require was called outside a model's method",
        "write it inside an action; conditions on constants belong in assume(...)",
    )


def choose(collection):
    """In an action: branch over the distinct values of a collection."""
    raise fail("SAG225", "choose was called outside a model's method", "write x = choose(...) inside an action")


def note(text, *, sender=None, receiver=None):
    """In an action: label the step, for diagrams and reports; the state is not touched."""
    raise fail("SAG225", "note was called outside a model's method", "write it inside an action")


class Model:
    """Base of every model. ``MyModel(N=3)`` is an instance with constants, in its (first) initial state, to be driven by hand."""

    def __init__(self, **constants):
        from ..engine.drive import prepare

        prepare(self, constants)


@dataclass
class Declarations:
    """Everything that a model class declares, by name, in order of declaration, inherited first."""

    consts: dict[str, ConstSpec] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    types: dict[str, Any] = field(default_factory=dict)
    vars: dict[str, VarSpec] = field(default_factory=dict)
    components: dict[str, ComponentSpec] = field(default_factory=dict)
    methods: dict[str, Method] = field(default_factory=dict)
    helpers: dict[str, Callable] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)
    refinements: dict[str, RefinesSpec] = field(default_factory=dict)
    fairness: list[FairnessSpec] = field(default_factory=list)
    assumes: list[AssumeSpec] = field(default_factory=list)

    def named(self, name: str) -> bool:
        """Is there a declaration of that name?"""
        return any(
            name in d
            for d in (
                self.consts,
                self.fixed,
                self.types,
                self.vars,
                self.components,
                self.methods,
                self.helpers,
                self.formulas,
                self.refinements,
            )
        )

    def names(self) -> list[str]:
        """All declared names."""
        return [
            n
            for d in (
                self.consts,
                self.fixed,
                self.types,
                self.vars,
                self.components,
                self.methods,
                self.helpers,
                self.formulas,
                self.refinements,
            )
            for n in d
        ]

    def of_kind(self, kind: str) -> dict[str, Method]:
        """The decorated methods of one kind."""
        return {n: m for n, m in self.methods.items() if m.kind == kind}


def with_formulas(cls: type, formulas: dict[str, Formula]) -> type:
    """The model class with more invariants and possibles, given as text, as if they stood in its body."""
    if not formulas:
        return cls
    return type(cls.__name__, (cls,), {**formulas, "__module__": cls.__module__, "__doc__": cls.__doc__,
                                       "__qualname__": cls.__qualname__})


@lru_cache(maxsize=None)
def declarations(cls: type) -> Declarations:
    """The declarations of a class and its bases. Raises ModelSourceError for what cannot stand in a model class."""
    d = Declarations()
    for base in reversed(cls.__mro__):
        if base in (object, Model):
            continue
        d.fairness += vars(base).get("__fairness__", [])
        d.assumes += vars(base).get("__assumes__", [])
        for name, x in vars(base).items():
            if not (name.startswith("__") and name.endswith("__")):
                _declare(d, base, name, x)
    return d


def _declare(d: Declarations, cls: type, name: str, x) -> None:
    table = _table(d, x)
    if table is None:
        raise fail(
            "SAG226",
            f"{cls.__name__}.{name} is {_what(x)}, which a model class cannot hold",
            _INSTEAD.get(type(x), "declare it with var(...) or const(...), or make it a method"),
            member_location(cls, name),
        )
    if name in _RESERVED:
        raise fail(
            "SAG227", f"{name!r} is a name of the base class Model", "choose another name", member_location(cls, name)
        )
    for other in (d.consts, d.fixed, d.types, d.vars, d.components, d.methods, d.helpers, d.formulas, d.refinements):
        other.pop(name, None)
    table[name] = x


#: What to write instead of an attribute of this type.
_INSTEAD = {
    list: "write a tuple for a constant, or var(Seq[T, cap], init=[...]) for state",
    str: "text belongs in the docstring, or use an Enum",
    dict: "declare it with var(Map[K, V], init={...})",
    set: "write frozenset(...) for a constant, or var(Set[T], init=...) for state",
    float: "use integers; count in the smallest unit",
    property: "make it a plain method, and call it: self.name()",
    staticmethod: "make it a method with self",
    classmethod: "make it a method with self",
    type: "define the class outside the model; nest a model with component(...)",
}


def _what(x) -> str:
    if isinstance(x, (list, dict, set, str, float)):
        return f"the {type(x).__name__} {x!r}"
    return f"a {type(x).__name__}"


_RESERVED = frozenset({"_caps", "_node"})


def _table(d: Declarations, x) -> dict | None:
    if isinstance(x, ConstSpec):
        return d.consts
    if isinstance(x, Sym) or isinstance(x, (bool, int, enum.Enum, frozenset, tuple)):
        return d.fixed
    if is_type(x):
        return d.types
    for kind, table in (
        (VarSpec, d.vars),
        (ComponentSpec, d.components),
        (Method, d.methods),
        (types.FunctionType, d.helpers),
        (Formula, d.formulas),
        (RefinesSpec, d.refinements),
    ):
        if isinstance(x, kind):
            return table
    return None


def constants_of(cls: type) -> dict[str, ConstSpec]:
    """The constants of a model class: name to declaration, which has `default` and `doc`."""
    return declarations(cls).consts
