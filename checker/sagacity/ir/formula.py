"""What may a temporal property say?  The abstract syntax of LTL and CTL.

LTL here is stutter-invariant, as in TLA+ [Lamport1994]: there is no "next", and step formulas stand only where
inserting a stutter cannot change their truth (`logic.parser` refuses them elsewhere). CTL is written with the same
operators under a path quantifier: ``AG p`` is ``All(Globally(p))``.

Atoms come from the parser as text; the front end lowers them (`lang.temporal`), and every formula in an `ir.Model` is
lowered: each atom then has its `expr` or `action`, each quantifier its `over`. Quantified names are `Local`s there.
Formulas are compared and hashed without their locations, so equal texts are equal formulas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable, Iterator

from ..source import Loc

if TYPE_CHECKING:
    from .nodes import Expr
    from .types import Type

#: The values of quantified variables that an atom mentions.
Env = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Formula:
    """A formula. Operands come first and by position; the location is by keyword and mandatory."""

    loc: Loc = field(kw_only=True, compare=False, repr=False)

    @cached_property
    def operands(self) -> tuple[Formula, ...]:
        """The immediate subformulas, left to right."""
        values = (getattr(self, f.name) for f in fields(self))
        return tuple(v for v in values if isinstance(v, Formula))

    @cached_property
    def temporal(self) -> bool:
        """Does the truth of this formula depend on more than one step?"""
        return isinstance(self, TEMPORAL) or any(f.temporal for f in self.operands)


@dataclass(frozen=True)
class Const(Formula):
    """True or false."""

    value: bool

    def __str__(self):
        return "true" if self.value else "false"


@dataclass(frozen=True)
class ActionCall:
    """An action by its flat name, with one argument for each of its parameters; None where any value will do."""

    action: str
    args: tuple[Expr | None, ...]


@dataclass(frozen=True)
class Atom(Formula):
    """A statement about one state or one step, as text and (in subclasses) lowered.

    `env` gives the plain values of quantified names; it is empty before `logic.ground`. `text_loc` is where the text
    stands, inside the brackets if there are any.
    """

    text: str
    env: Env = field(default=(), kw_only=True)
    text_loc: Loc | None = field(default=None, kw_only=True, compare=False, repr=False)

    def __str__(self):
        return _ground_text(self.text, self.env)


@dataclass(frozen=True)
class State(Atom):
    """A Python-like boolean expression over the variables and predicates of the model."""

    expr: Expr | None = field(default=None, kw_only=True, hash=False, repr=False)


@dataclass(frozen=True)
class Enabled(Atom):
    """``enabled(A(args))``: TLA+'s ENABLED A, where a step that changes nothing counts."""

    action: ActionCall | None = field(default=None, kw_only=True, hash=False, repr=False)

    def __str__(self):
        return f"enabled({super().__str__()})"


@dataclass(frozen=True)
class Taken(Atom):
    """``<A(args)>``: the step changes `subscript` and A(args) can make it; TLA+'s ``<<A>>_vars``.

    `watched` is the subscript lowered: the step changes it if it changes the value of one of these expressions.
    """

    subscript: str = field(default="vars", kw_only=True)
    watched: tuple[Expr, ...] = field(default=(), kw_only=True, hash=False, repr=False)
    action: ActionCall | None = field(default=None, kw_only=True, hash=False, repr=False)

    def __str__(self):
        inner = super().__str__()
        return f"<{inner}>" if self.subscript == "vars" else f"<<{inner}>>_{self.subscript}"


@dataclass(frozen=True)
class Breaks(Atom):
    """The step changes `subscript` and does not satisfy `text`: the negation of ``[text]_subscript``.

    Kept in this polarity so that every step atom is false of a stutter. Lowered, `text` is either an `action` or an
    `expr`, in which `Var` is a variable after the step and `Old` one before it; `watched` is as in Taken.
    """

    subscript: str = field(default="vars", kw_only=True)
    watched: tuple[Expr, ...] = field(default=(), kw_only=True, hash=False, repr=False)
    expr: Expr | None = field(default=None, kw_only=True, hash=False, repr=False)
    action: ActionCall | None = field(default=None, kw_only=True, hash=False, repr=False)

    def __str__(self):
        return f"not [{super().__str__()}]_{self.subscript}"


@dataclass(frozen=True)
class Not(Formula):
    body: Formula

    def __str__(self):
        if isinstance(self.body, Breaks):
            return str(self.body).removeprefix("not ")
        return f"not {_wrap(self.body)}"


@dataclass(frozen=True)
class Binary(Formula):
    """An operator with two operands."""

    left: Formula
    right: Formula

    def __str__(self):
        return f"{_wrap(self.left)} {SPELLING[type(self)]} {_wrap(self.right)}"


class And(Binary):
    """Both."""


class Or(Binary):
    """At least one."""


class Implies(Binary):
    """The right if the left."""


class Iff(Binary):
    """Both or neither."""


class Until(Binary):
    """The right holds at some time, and the left at all times before."""


class Release(Binary):
    """The right holds up to and including the first time that the left does; for ever if it never does."""


class WeakUntil(Binary):
    """The left holds until the right does; for ever if it never does."""


class LeadsTo(Binary):
    """Whenever the left holds, the right holds then or later."""


@dataclass(frozen=True)
class Unary(Formula):
    """A temporal operator or path quantifier with one operand."""

    body: Formula

    def __str__(self):
        return f"{SPELLING[type(self)]} {_wrap(self.body)}"


class Globally(Unary):
    """Now and at all later times."""


class Finally(Unary):
    """Now or at some later time."""


class Path(Unary):
    """A path quantifier, over the behaviours from here."""

    def __str__(self):
        path = SPELLING[type(self)]
        if isinstance(self.body, Until):
            return f"{path}[{self.body}]"
        letter = {Globally: "G", Finally: "F"}.get(type(self.body))
        return f"{path}{letter} {_wrap(self.body.operands[0])}" if letter else f"{path} {_wrap(self.body)}"


class All(Path):
    """On every behaviour from here: CTL's A."""


class Some(Path):
    """On some behaviour from here: CTL's E."""


@dataclass(frozen=True)
class Quantified(Formula):
    """``forall name in domain: body``, or ``exists``. `domain` is text, as in atoms.

    Lowered, `over` is a collection that reads no variable, only constants and the quantified names outside; `type` is
    that of the name.
    """

    universal: bool
    name: str
    domain: str
    body: Formula
    domain_loc: Loc = field(kw_only=True, compare=False, repr=False)
    over: Expr | None = field(default=None, kw_only=True, hash=False, repr=False)
    type: Type | None = field(default=None, kw_only=True, hash=False, repr=False)

    def __str__(self):
        return f"{'forall' if self.universal else 'exists'} {self.name} in {self.domain}: {self.body}"


TEMPORAL = (Until, Release, WeakUntil, LeadsTo, Globally, Finally, All, Some)
STEP = (Taken, Breaks)
SPELLING = {And: "and", Or: "or", Implies: "->", Iff: "<->", Until: "U", Release: "R", WeakUntil: "W",
            LeadsTo: "~>", Globally: "[]", Finally: "<>", All: "A", Some: "E"}


def walk(formula: Formula) -> Iterator[Formula]:
    """The formula and all its subformulas, operators before operands."""
    yield formula
    for f in formula.operands:
        yield from walk(f)


def atoms(formula: Formula) -> tuple[Atom, ...]:
    """The distinct atoms in the order of their first occurrence: the order of bits in the labels of a graph."""
    return tuple(dict.fromkeys(f for f in walk(formula) if isinstance(f, Atom)))


def rebuild(formula: Formula, change: Callable[[Formula], Formula]) -> Formula:
    """The formula with `change` applied to its immediate subformulas; itself if none changes."""
    new: dict[str, Any] = {}
    for f in fields(formula):
        old = getattr(formula, f.name)
        if isinstance(old, Formula) and (changed := change(old)) is not old:
            new[f.name] = changed
    return replace(formula, **new) if new else formula


def expressions(f: Formula) -> tuple[Expr, ...]:
    """The expressions of the IR that stand in a lowered atom, those of its operands aside."""
    call: ActionCall | None = getattr(f, "action", None)
    parts = (getattr(f, "expr", None), *(call.args if call else ()), *getattr(f, "watched", ()))
    return tuple(e for e in parts if e is not None)


def names_in(text: str) -> set[str]:
    """The words of a text that could be names."""
    return set(_NAME.findall(text))


_NAME = re.compile(r"[^\W\d]\w*")


def _wrap(f: Formula) -> str:
    bare = isinstance(f, (Atom, Const, Not, Unary)) and not (isinstance(f, Atom) and " " in str(f))
    return str(f) if bare else f"({f})"


def _ground_text(text: str, env: Env) -> str:
    values = dict(env)
    return _NAME.sub(lambda m: str(values.get(m[0], m[0])), text) if env else text
