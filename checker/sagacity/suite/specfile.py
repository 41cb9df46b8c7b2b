"""What does a spec file say?  Its text as data: a model, properties, and configurations with what each must show.

The grammar is `spec.lark`. Here only the text is read; whether its names exist is seen when the model is built
(`suite.run`). Configurations may also stand in a table beside the model (`suite.table`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..errors import Complaints, Diagnostic, ModelSourceError, UsageError
from ..grammars import parser
from ..result import Outcome
from ..source import Loc

#: The tag of configurations that run only when they are asked for.
LARGE = "large"


@dataclass(frozen=True, slots=True)
class Property:
    """A property that the spec adds to the model's own. `kind`: temporal, invariant or possible."""

    kind: str
    name: str
    text: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Expectation:
    """The outcome of one property, with the number of steps of its shortest counterexample if that is claimed."""

    name: str
    outcome: Outcome
    steps: int | None
    loc: Loc


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is claimed of the whole exploration: `what` is states, transitions or depth."""

    what: str
    number: int
    loc: Loc


@dataclass(frozen=True, slots=True)
class Setting:
    """A constant as it is written."""

    name: str
    text: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class Config:
    """The model with some constants, and everything it must show. What is not mentioned must hold.

    `limits` are (states, depth or seconds; number); `bounded`: the search is expected to be cut by them, or by a
    constraint of the model.
    """

    name: str
    loc: Loc
    title: str = ""
    tags: frozenset[str] = frozenset()
    constants: tuple[Setting, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    expected: tuple[Expectation, ...] = ()
    figures: tuple[Figure, ...] = ()
    bounded: bool = False

    def answers(self, tag: str) -> bool:
        """Is this configuration meant by ``--config TAG``? A name is a tag too."""
        return tag == self.name or tag in self.tags

    @property
    def large(self) -> bool:
        """Does it run only when asked for?"""
        return self.answers(LARGE)


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A spec file as it is written. `tables` are the places of ``configs from``."""

    path: Path
    model: str
    model_loc: Loc
    properties: tuple[Property, ...]
    configs: tuple[Config, ...]
    tables: tuple[tuple[str, Loc], ...] = ()

    @property
    def name(self) -> str:
        """The name by which reports call it."""
        return self.path.stem


def read(path: Path) -> SpecFile:
    """The spec file at `path`. Raises UsageError if it cannot be read, ModelSourceError for what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as e:
        raise UsageError(Diagnostic(code="SAG700", message=f"{path} cannot be read: {e.strerror}")) from None
    except UnicodeDecodeError:
        raise ModelSourceError(Diagnostic(code="SAG701", message="this is no UTF-8 text", loc=Loc(str(path), 1))) from None
    try:
        tree = _lark().parse(text + "\n")
    except UnexpectedInput as e:
        raise ModelSourceError(_syntax_error(e, text, str(path))) from None
    return _Reader(path).spec(tree)


def _lark() -> Lark:
    return parser(Path(__file__).with_name("spec.lark"), placeholders=True)


# ---- from the tree to data ---------------------------------------------------------------------


@dataclass
class _Reader:
    path: Path
    complaints: Complaints = field(default_factory=Complaints)

    def spec(self, tree: Tree) -> SpecFile:
        model, *rest = tree.children
        parts: dict[str, list] = {kind: [] for kind in ("const", "table", "property", "config")}
        for t in rest:
            parts[t.data].append(getattr(self, t.data)(t))
        self._once(parts["property"], "property")
        self._once(parts["config"], "configuration")
        shared = self._once(parts["const"], "constant")
        configs = parts["config"]
        if not configs and not parts["table"]:
            configs = [Config("default", self._loc(model))]
        self.complaints.raise_if_any()
        return SpecFile(self.path, model.children[0].strip(), self._at(model.children[0]), tuple(parts["property"]),
                        tuple(replace(c, constants=_over(shared, c.constants)) for c in configs),
                        tuple(parts["table"]))

    def table(self, tree: Tree) -> tuple[str, Loc]:
        return tree.children[0].strip(), self._at(tree.children[0])

    def const(self, tree: Tree) -> Setting:
        name, value = tree.children
        return Setting(str(name), value.strip(), self._loc(tree))

    def property(self, tree: Tree) -> Property:
        kind, name, text = tree.children
        plain = text.strip() if kind == "temporal" else _BETWEEN.sub(lambda m: m[1] or " ", text).strip()
        return Property(str(kind), str(name), plain, self._at(text))

    def config(self, tree: Tree) -> Config:
        name, title, *lines = tree.children
        found = Config(str(name), self._at(name), title[1:-1] if title else "")
        for line in lines:
            found = getattr(self, f"_{line.data}_line")(found, line)
        self._once(found.constants, "constant")
        self._once(found.expected, "expectation of")
        self._once([f for f in found.figures], "figure", key=lambda f: f.what)
        return found

    def _const_line(self, c: Config, line: Tree) -> Config:
        return replace(c, constants=(*c.constants, self.const(line)))

    def _tags_line(self, c: Config, line: Tree) -> Config:
        return replace(c, tags=c.tags | {str(t) for t in line.children})

    def _limit_line(self, c: Config, line: Tree) -> Config:
        what, number = line.children
        if int(number) < 1:
            self.complaints.add("SAG703", "a limit is at least 1", self._at(number))
        return replace(c, limits=(*c.limits, (str(what), int(number))))

    def _expect_line(self, c: Config, line: Tree) -> Config:
        for claim in line.children:
            loc = self._loc(claim) if claim.children else c.loc
            match claim.data:
                case "figure":
                    what, number = claim.children
                    c = replace(c, figures=(*c.figures, Figure(str(what), int(number), loc)))
                case "verdict":
                    c = replace(c, expected=(*c.expected, self._expectation(claim, loc)))
                case "bounded":
                    c = replace(c, bounded=True)
        return c

    def _expectation(self, claim: Tree, loc: Loc) -> Expectation:
        name, word, number = claim.children
        outcome = {"holds": Outcome.HOLDS, "violated": Outcome.VIOLATED, "fails": Outcome.ERROR}[word]
        return Expectation(str(name), outcome, None if number is None else int(number), loc)

    def _once(self, items, what: str, key=lambda x: x.name):
        """The items; a complaint about each that repeats the name of an earlier one."""
        seen: dict[str, Loc] = {}
        for x in items:
            if key(x) in seen:
                self.complaints.add("SAG702", f"the {what} {key(x)} is given twice", x.loc,
                                    notes=[("given first here:", seen[key(x)])])
            seen.setdefault(key(x), x.loc)
        return items

    def _loc(self, tree: Tree) -> Loc:
        first = next(tree.scan_values(lambda t: isinstance(t, Token)))
        last = list(tree.scan_values(lambda t: isinstance(t, Token)))[-1]
        return Loc(str(self.path), first.line, first.column, last.end_line, last.end_column)

    def _at(self, token: Token) -> Loc:
        """The place of a token without the white space around it."""
        text = str(token)
        before, width = text[:len(text) - len(text.lstrip())], len(text.strip())
        if "\n" in before:
            column = len(before) - before.rfind("\n")
            return Loc(str(self.path), token.line + before.count("\n"), column)
        line, column = token.line, token.column + len(before)
        end = (line, column + width) if "\n" not in text else (token.end_line, token.end_column)
        return Loc(str(self.path), line, column, *end)


#: A string, to be kept, or the white space and comments between the tokens of an expression.
_BETWEEN = re.compile(r"""("[^"\n]*"|'[^'\n]*')|(?:\s|#[^\n]*)+""")


def _over(shared, own: tuple[Setting, ...]) -> tuple[Setting, ...]:
    named = {s.name for s in own}
    return (*(s for s in shared if s.name not in named), *own)


# ---- syntax errors -----------------------------------------------------------------------------

#: What each terminal stands for in a message.
_SHOWN = {"_NL": "the end of the line", "NAME": "a name", "NUMBER": "a number", "TITLE": "a title in quotes",
          "PLACE": "a path or a name", "VALUE": "a value", "FORMULA": "a formula", "KIND":
          "`temporal`, `invariant`, `possible`", "OUTCOME": "`holds`, `violated`, `fails`", "FIGURE":
          "`states`, `transitions`, `depth` with a number", "BOUND": "`states`, `depth`, `seconds`", "_STEPS":
          "`steps`", "EQUAL": "`=`", "COLON": "`:`", "COMMA": "`,`", "$END": "the end of the file"}

#: First word of the line that is not understood -> what it often wants to say.
_HINTS = {"temporal": "properties belong to every configuration: write them above the first `config`",
          "CONSTANT": "write `const NAME = VALUE`", "CONSTANTS": "write `const NAME = VALUE`, one a line",
          "INVARIANT": "write `invariant NAME: expression`; the model's own invariants are always checked",
          "PROPERTY": "write `temporal NAME: formula`; the model's own properties are always checked",
          "states": "figures are expected: write `expect states N`", "model": "a spec file is about one model"}
_HINTS |= {"invariant": _HINTS["temporal"], "possible": _HINTS["temporal"], "configs":
           "the table stands above the first `config`", "transitions": _HINTS["states"], "depth": _HINTS["states"]}


def _syntax_error(e: UnexpectedInput, text: str, file: str) -> Diagnostic:
    lines = text.split("\n")
    line, col = e.line, e.column
    if line < 1 or line > len(lines):       # the end of the file
        line, col = len(lines), len(lines[-1]) + 1
    shown = lines[line - 1]
    word = shown[col - 1:].split(" ")[0].strip()
    wanted = set()
    if isinstance(e, UnexpectedToken):
        wanted = e.accepts or e.expected
    elif isinstance(e, UnexpectedCharacters):
        wanted = e.allowed or set()
    seen = f"`{word}`" if word else "the end of the line" if line < len(lines) else "the end of the file"
    first = shown.split()[0] if shown.split() else ""
    hint = _HINTS.get(first) if shown[:col - 1].strip() == "" else None
    if hint is None and shown[:1] not in " \t" and {"KIND", "CONFIG"} & wanted and word and not word.isidentifier():
        hint = "a formula goes on in indented lines"
    if wanted == {"FORMULA"} and line < len(lines):
        hint = "the lines of a formula are indented"
    return Diagnostic(code="SAG701", message=f"{seen} is not expected here; expected {_listed(wanted)}", hint=hint,
                      loc=Loc(file, line, col, line, col + max(len(word), 1)))


def _listed(terminals: set[str]) -> str:
    words = sorted(_SHOWN.get(t) or f"`{t.lower()}`" for t in terminals if t not in ("COMMENT",) and "__" not in t)
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "something else"
