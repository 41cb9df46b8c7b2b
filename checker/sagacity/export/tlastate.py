"""What does a state that TLC prints mean in the model?  The way back from tlatypes: TLC's text to plain values."""

from __future__ import annotations

import re

from ..ir import types as T
from ..ir import values
from .names import field

_TOKEN = re.compile(r"""\s*(?:(?P<int>-?\d+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<word>\w+)
                     |(?P<mark><<|>>|\.\.|\|->|:>|@@|/\\|[][{}(),=]))""", re.X)
_CLOSING = {"<<": ">>", "{": "}"}


class Unreadable(ValueError):
    """TLC printed something that is no value of the type it should have."""


def read_state(text: str, variables: dict[str, tuple[str, T.Type]]) -> tuple:
    """The plain values of a state as TLC prints it; `variables` has the TLA+ name and the type of each, in order.

    Raises Unreadable.
    """
    read = _Reader(text).state()
    missing = [tla for tla, _ in variables.values() if tla not in read]
    if missing:
        raise Unreadable(f"no value for {', '.join(missing)} in: {text}")
    return tuple(plain(t, read[tla]) for tla, t in variables.values())


def plain(t: T.Type, v):
    """The plain value of type `t` that a parsed TLA+ value stands for. Raises Unreadable."""
    try:
        return _plain(t, v)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Unreadable(f"{v!r} is not a value of {T.show(t)}") from None


def _plain(t: T.Type, v):
    match t:
        case T.Bool() | T.Int() | T.Ids():
            if isinstance(v, bool) != isinstance(t, T.Bool) or not isinstance(v, int):
                raise ValueError
            return v
        case T.Enum(_, members):
            return members.index(v)
        case T.Record(_, fields):
            return tuple(_plain(f, v[field(n)]) for n, f in fields) if fields else ()
        case T.Tuple(items):
            return tuple(_plain(i, x) for i, x in zip(items, v, strict=True))
        case T.Option(item):
            return tuple(_plain(item, x) for x in v)
        case T.Map(key, value):
            got = {_plain(key, k): _plain(value, x) for k, x in _function(v)}
            return tuple(got[k] for k in values.domain(key))
        case T.Seq(item):
            return tuple(_plain(item, x) for _, x in sorted(_function(v)))
        case T.Set(item):
            return tuple(sorted(_plain(item, x) for x in v))
        case T.Bag(item):
            return tuple(sorted(_plain(item, x) for x, n in _function(v) for _ in range(n)))
    raise ValueError


def _function(v) -> list[tuple]:
    """The pairs of a function, which TLC prints as a tuple, a record or pairs."""
    if isinstance(v, tuple):
        return list(enumerate(v, 1))
    return list(v.items()) if isinstance(v, dict) else list(v)


class _Reader:
    """TLA+ values as Python's: tuple for a tuple, list for a set, dict for a record, _Pairs for a function."""

    def __init__(self, text: str):
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise Unreadable(f"at {text[at:at + 20]!r} in: {text}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = 0

    def state(self) -> dict:
        """Values by the names of the variables."""
        found = {}
        while self.at < len(self.tokens):
            self.skip("/\\")
            name = self.next()[1]
            self.expect("=")
            found[name] = self.value()
        return found

    def value(self):
        kind, text = self.next()
        match kind, text:
            case "int", _:      # a set that is an interval keeps the form in which it was written
                return list(range(int(text), self.value() + 1)) if self.skip("..") else int(text)
            case "string", _:
                return re.sub(r"\\(.)", r"\1", text[1:-1])
            case "word", ("TRUE" | "FALSE"):
                return text == "TRUE"
            case "mark", ("<<" | "{"):
                items = self.separated(_CLOSING[text], self.value)
                return tuple(items) if text == "<<" else items
            case "mark", "[":
                return dict(self.separated("]", lambda: self.pair("|->")))
            case "mark", "(":
                return self.function()
        raise Unreadable(f"unexpected {text!r}")

    def function(self):
        pairs = [self.pair(":>")]
        while self.skip("@@"):
            pairs.append(self.pair(":>"))
        self.expect(")")
        return Pairs(pairs)

    def pair(self, arrow: str) -> tuple:
        left = self.next()[1] if arrow == "|->" else self.value()
        self.expect(arrow)
        return left, self.value()

    def separated(self, end: str, item) -> list:
        found = []
        while not self.skip(end):
            self.skip(",")
            found.append(item())
        return found

    def next(self) -> tuple[str, str]:
        if self.at == len(self.tokens):
            raise Unreadable("the text ends early")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, mark: str) -> bool:
        here = self.at < len(self.tokens) and self.tokens[self.at] == ("mark", mark)
        self.at += here
        return here

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            raise Unreadable(f"{mark!r} is missing")


class Pairs(list):
    """A function as TLC prints it, pair by pair: its keys may be values that cannot be hashed."""
