"""Constants as they stand in a class body: symbolic integers, evaluated once the constants are known.

Only arithmetic, comparisons, `lo` and `hi` apply to them. Deciding anything on one in the class body would
freeze its default silently, so `if`, indexing and iteration are errors at the place where they are written.
"""

from __future__ import annotations

import linecache
import operator
import sys
from itertools import islice
from pathlib import Path

from ..errors import Diagnostic, ModelSourceError
from ..source import Loc

_PACKAGE = str(Path(__file__).resolve().parent.parent)


def caller() -> Loc:
    """The place in the user's file from which we were called."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE + "/lang"):
        frame = frame.f_back
    return position(frame)


def position(frame) -> Loc:
    """The expression that a frame is executing."""
    code = frame.f_code
    line, end_line, col, end_col = next(islice(code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    if None in (line, end_line, col, end_col):
        return Loc(code.co_filename, frame.f_lineno, 1)
    text = linecache.getline(code.co_filename, line), linecache.getline(code.co_filename, end_line)
    start, end = (len(t.encode()[:c].decode(errors="ignore")) for t, c in zip(text, (col, end_col)))
    return Loc(code.co_filename, line, start + 1, end_line, end + 1)


def fail(code: str, message: str, hint: str | None = None, loc: Loc | None = None) -> ModelSourceError:
    """An error at the user's line that is being executed."""
    return ModelSourceError(Diagnostic(code=code, message=message, loc=loc or caller(), hint=hint))


class Sym:
    """An expression over constants."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __add__(self, o):
        return SymOp("+", self, o)

    def __radd__(self, o):
        return SymOp("+", o, self)

    def __sub__(self, o):
        return SymOp("-", self, o)

    def __rsub__(self, o):
        return SymOp("-", o, self)

    def __mul__(self, o):
        return SymOp("*", self, o)

    def __rmul__(self, o):
        return SymOp("*", o, self)

    def __floordiv__(self, o):
        return SymOp("//", self, o)

    def __rfloordiv__(self, o):
        return SymOp("//", o, self)

    def __mod__(self, o):
        return SymOp("%", self, o)

    def __rmod__(self, o):
        return SymOp("%", o, self)

    def __neg__(self):
        return SymOp("-", 0, self)

    def __truediv__(self, o):
        raise self._no_operator("/", "write // for floor division")

    def __rtruediv__(self, o):
        raise self._no_operator("/", "write // for floor division")

    def __pow__(self, o):
        raise self._no_operator("**", "write N * N")

    def __rpow__(self, o):
        raise self._no_operator("**", "write N * N")

    def __lt__(self, o):
        return SymOp("<", self, o)

    def __le__(self, o):
        return SymOp("<=", self, o)

    def __gt__(self, o):
        return SymOp(">", self, o)

    def __ge__(self, o):
        return SymOp(">=", self, o)

    def __eq__(self, o):
        return SymOp("==", self, o)

    def __ne__(self, o):
        return SymOp("!=", self, o)

    def __bool__(self):
        raise self._frozen("used as a condition")

    def __index__(self):
        raise self._frozen("used as a number")

    __int__ = __index__

    def __iter__(self):
        raise self._frozen("iterated over")

    def __getitem__(self, key):
        raise self._frozen("indexed")

    def __call__(self, *args, **kwargs):
        raise self._frozen("called")

    def _no_operator(self, sign: str, instead: str):
        return fail("SAG203", f"{sign} does not apply to constants", instead)

    def _frozen(self, how: str):
        _name_constants()
        return fail(
            "SAG201",
            f"the constant expression {self!r} is {how} in the class body, where its value is not known yet",
            "use it in a type, in assume(...), or inside a method as self.NAME; lo(a, b) and hi(a, b) give minimum and maximum",
        )


def _name_constants() -> None:
    """Give the constants of the class body that is being executed their names, which they get for good when the class exists."""
    frame = sys._getframe(1)
    while frame is not None and "__qualname__" not in frame.f_locals:
        frame = frame.f_back
    for name, x in frame.f_locals.items() if frame else ():
        if isinstance(x, ConstSpec) and x.name is None:
            x.name = name


_OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "lo": min,
    "hi": max,
}


class SymOp(Sym):
    """An operator applied to symbols and values."""

    __slots__ = ("op", "left", "right", "loc")

    def __init__(self, op, left, right):
        self.op, self.left, self.right, self.loc = op, left, right, caller()

    def __repr__(self):
        if self.op in ("lo", "hi"):
            return f"{self.op}({self.left!r}, {self.right!r})"
        return f"{_bracketed(self.left)} {self.op} {_bracketed(self.right)}"


def _bracketed(x):
    return f"({x!r})" if isinstance(x, SymOp) and x.op not in ("lo", "hi") else repr(x)


class ConstSpec(Sym):
    """A declared constant: its default, documentation, and (once the class exists) its name and location."""

    __slots__ = ("default", "doc", "name", "loc")

    def __init__(self, default, doc):
        self.default, self.doc, self.name, self.loc = default, doc, None, caller()

    def __set_name__(self, owner, name):
        if self.name is None:
            self.name = name

    def __repr__(self):
        return self.name or "const(...)"


def const(default, *, doc: str = ""):
    """Declare a constant: an integer, bool, enum member, type or frozen collection.

    Override it with ``-c NAME=VALUE`` on the command line or ``MyModel(NAME=value)`` in Python. ``const(type)``
    is a type that whoever uses the component must give.
    """
    return ConstSpec(default, doc)


def lo(a, b):
    """The smaller of two constants, in a class body (where `min` would freeze them)."""
    return SymOp("lo", a, b)


def hi(a, b):
    """The larger of two constants, in a class body (where `max` would freeze them)."""
    return SymOp("hi", a, b)


def evaluate(x, env: dict):
    """The value of a constant expression, `env` mapping names to values. Raises ModelSourceError."""
    if isinstance(x, ConstSpec):
        if x.name not in env:
            raise fail(
                "SAG202", f"the constant {x!r} belongs to another class", "bind it: component(..., NAME=value)", x.loc
            )
        return env[x.name]
    if isinstance(x, SymOp):
        left, right = evaluate(x.left, env), evaluate(x.right, env)
        try:
            return _OPERATORS[x.op](left, right)
        except (TypeError, ZeroDivisionError) as e:
            raise fail("SAG203", f"cannot compute {x!r}: {e}", None, x.loc) from None
    return x
