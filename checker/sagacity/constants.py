"""What does ``-c NAME=VALUE`` mean?  Texts of constants, read by the type of the default.

A value is written as in Python, with bare names for enum members: ``3``, ``-1``, ``True``, ``NEW``,
``Status.NEW``, ``{A, B}`` (a frozenset), ``(A, 2)``.
"""

from __future__ import annotations

import ast
import enum
from difflib import get_close_matches
from typing import Any, Iterable, Mapping

from .errors import ConstantError, Diagnostic, UsageError


def split(texts: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE`` texts as a mapping; the last one of a name wins. Raises UsageError for a text without ``=``."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name.isidentifier() or not value:
            raise UsageError(Diagnostic(code="SAG110", message=f"-c {text} is not of the form NAME=VALUE"))
        found[name] = value
    return found


def parse(cls: type, texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of the constants of model class `cls` that `texts` sets. Raises ConstantError."""
    from .lang.model import constants_of

    declared = {name: spec.default for name, spec in constants_of(cls).items()}
    return {name: _parsed(cls.__name__, name, text, declared) for name, text in texts.items()}


def text(value: Any) -> str:
    """The value as it would be written after ``-c NAME=``."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, (frozenset, set)):
        return "{" + ", ".join(sorted(map(text, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(text, value)) + ("," if len(value) == 1 else "") + ")"
    return str(value)


def _parsed(model: str, name: str, written: str, declared: dict[str, Any]) -> Any:
    if name not in declared:
        close = get_close_matches(name, declared, 1) or [n for n in declared if n.lower() == name.lower()]
        listed = ", ".join(declared) or "none"
        hint = f"did you mean {close[0]}?" if close else f"its constants: {listed}"
        raise _wrong("SAG111", f"{model} has no constant named {name}", hint)
    default = declared[name]
    if _is_type(default):
        raise _wrong("SAG112", f"the constant {name} is a type; it cannot be set from the command line")
    try:
        value = _value(ast.parse(written, mode="eval").body, _members(default))
    except (SyntaxError, ValueError) as e:
        why = f": {e}" if isinstance(e, ValueError) and not isinstance(e, SyntaxError) else ""
        raise _wrong("SAG113", f"{name}={written} is not a value{why}", _expected(default)) from None
    if not _alike(value, default):
        raise _wrong("SAG114", f"{name}={written} has the wrong type", _expected(default))
    return value


def _value(node: ast.expr, members: dict[str, enum.Enum]) -> Any:
    match node:
        case ast.Constant(bool() | int() as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)) if not isinstance(value, bool):
            return -value
        case ast.Name(id) if id.lower() in ("true", "false"):
            return id.lower() == "true"
        case ast.Name(id) if id in members:
            return members[id]
        case ast.Attribute(ast.Name(cls), attr) if attr in members and type(members[attr]).__name__ == cls:
            return members[attr]
        case ast.Set(items):
            return frozenset(_value(i, members) for i in items)
        case ast.Tuple(items) | ast.List(items):
            return tuple(_value(i, members) for i in items)
        case ast.Dict([], []):
            return frozenset()
        case ast.Name(id):
            close = get_close_matches(id, members, 1)
            raise ValueError(f"{id} is unknown" + (f" (did you mean {close[0]}?)" if close else ""))
    raise ValueError("only numbers, booleans, enum members and collections of them are")


def _members(default: Any) -> dict[str, enum.Enum]:
    """The enum members that may be written by their bare names: those of every enum in the default."""
    if isinstance(default, enum.Enum):
        return dict(type(default).__members__)
    found: dict[str, enum.Enum] = {}
    if isinstance(default, (set, frozenset, tuple, list)):
        for item in default:
            found |= _members(item)
    return found


def _alike(value: Any, default: Any) -> bool:
    """Is the value of the sort that the default shows? Lengths and ranges are the model's own business."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, (set, frozenset, tuple, list)):
        collection = isinstance(value, frozenset) if isinstance(default, (set, frozenset)) else isinstance(value, tuple)
        return collection and all(_alike_one(v, default) for v in value)
    return isinstance(value, type(default))


def _alike_one(value: Any, defaults: Any) -> bool:
    return not defaults or any(_alike(value, d) for d in defaults)


def _expected(default: Any) -> str:
    if isinstance(default, bool):
        return "write True or False"
    if isinstance(default, int):
        return "write an integer"
    if isinstance(default, enum.Enum):
        return f"write one of {', '.join(type(default).__members__)}"
    return f"write it as the default is written: {text(default)}"


def _is_type(default: Any) -> bool:
    from .lang.templates import is_type

    return isinstance(default, type) or is_type(default)


def _wrong(code: str, message: str, hint: str | None = None) -> ConstantError:
    return ConstantError(Diagnostic(code=code, message=message, hint=hint))
