"""What does the text of a property say?  Temporal formulas from their concrete syntax, `ltl.lark`.

State expressions stay text: the front end lowers them. What the text means is settled here: which logic it is, and
that it cannot count stutters.
"""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Iterator

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..errors import Complaints, Diagnostic, ModelSourceError
from ..grammars import parser
from ..ir import formula as F
from ..source import Loc, at_text
from .placement import check_logic

#: Rule of the grammar → constructor, where the operands are the subtrees.
OPERATORS: dict[str, type[F.Formula]] = {
    "implies": F.Implies, "iff": F.Iff, "leads_to": F.LeadsTo, "either": F.Or, "both": F.And, "until": F.Until,
    "weak_until": F.WeakUntil, "release": F.Release, "negation": F.Not, "always": F.Globally, "eventually": F.Finally}

PATHS: dict[str, tuple[type[F.Unary], type[F.Unary]]] = {
    "all_globally": (F.All, F.Globally), "all_finally": (F.All, F.Finally),
    "some_globally": (F.Some, F.Globally), "some_finally": (F.Some, F.Finally)}

#: What may stand in a state expression: rules with a Python meaning.
PYTHON = {"expression", "name", "parentheses", "both", "either", "negation", "conditional", "arguments",
          "comprehension", "compare", "or_", "and_", "not_"}


def parse(text: str, at: Loc | None = None) -> F.Formula:
    """The formula of a text that begins at `at` in its file. Raises ModelSourceError, with all that is wrong.

    Operators by precedence, loosest first: ``forall x in D:`` and ``exists``; ``->``, ``<->``; ``~>``; ``or``; ``and``;
    ``U``, ``W``, ``R``; ``not``, ``[]``, ``<>``, ``G``, ``F``, ``AG``, ``AF``, ``EG``, ``EF``; comparisons. TLA+'s
    spellings are understood too.
    """
    build = _Builder(text, at or Loc(_remembered(text), 1, 1))
    try:
        tree = _lark().parse(text)
    except UnexpectedInput as e:
        raise ModelSourceError(_syntax_error(e, text, build)) from None
    found = build(tree.children[0])
    build.complaints.raise_if_any()
    check_logic(found, build.complaints)
    build.complaints.raise_if_any()
    return found


def _lark() -> Lark:
    return parser(Path(__file__).with_name("ltl.lark"))


_texts: dict[str, str] = {}
_numbers = count(1)


def _remembered(text: str) -> str:
    """A name for a text from no file, under which messages find its lines."""
    if text not in _texts:
        _texts[text] = at_text(text, f"<property {next(_numbers)}>").file
    return _texts[text]


class _Builder:
    """From parse trees to formulas."""

    def __init__(self, text: str, at: Loc):
        self.text = text
        self.at = at
        self.complaints = Complaints()

    def __call__(self, tree) -> F.Formula:
        loc, kind, trees = self.loc(tree), tree.data, [c for c in tree.children if isinstance(c, Tree)]
        if kind in OPERATORS:
            operands = [self(t) for t in trees if t.data not in ("or_", "and_", "not_")]
            return OPERATORS[kind](*operands, loc=loc)
        if kind in PATHS:
            path, operator = PATHS[kind]
            return path(operator(self(trees[0]), loc=loc), loc=loc)
        match kind:
            case "parentheses":
                return self(trees[0])
            case "all_path" | "some_path":
                return self.until_path(F.All if kind == "all_path" else F.Some, trees[0], loc)
            case "forall" | "exists":
                return self.quantified(kind == "forall", trees, loc)
            case "enabled":
                return F.Enabled(self.python(trees[0]), loc=loc, text_loc=self.loc(trees[0]))
            case "angle":
                subscript = self.source(trees[1]) if len(trees) > 1 else "vars"
                return F.Taken(self.python(trees[0]), subscript=subscript, loc=loc, text_loc=self.loc(trees[0]))
            case "box":
                return F.Not(F.Breaks(self.python(trees[0]), subscript=self.source(trees[1]), loc=loc,
                                      text_loc=self.loc(trees[0])), loc=loc)
        text = self.python(tree)
        if text in ("true", "false", "True", "False", "TRUE", "FALSE"):
            return F.Const(text.lower() == "true", loc=loc)
        return F.State(text, loc=loc, text_loc=loc)

    def until_path(self, path: type[F.Unary], tree: Tree, loc: Loc) -> F.Formula:
        body = self(tree)
        if not isinstance(body, F.Until):
            self.complaints.add("SAG601", "between the brackets of a path quantifier there must be `p U q`", loc,
                                "put an operand that is itself made with `and`, `or` or `->` in parentheses")
        return path(body, loc=loc)

    def quantified(self, universal: bool, trees: list[Tree], loc: Loc) -> F.Formula:
        *bounds, body = trees
        found = self(body)
        for bound in reversed(bounds):
            domain = bound.children[-1]
            for name in reversed(bound.children[:-1]):
                found = F.Quantified(universal, str(name), self.python(domain.children[0]), found, loc=loc,
                                     domain_loc=self.loc(domain))
        return found

    def python(self, tree: Tree) -> str:
        """The text of an expression, with complaints about what is no Python in it."""
        for t in tree.iter_subtrees_topdown():
            if t.data not in PYTHON:
                self.complaints.add("SAG602", "a temporal operator or quantifier inside a state expression",
                                    self.loc(t),
                                    "temporal operators apply to whole conditions; put a comparison in parentheses "
                                    "after the operator, and use any(...) or all(...) inside expressions")
                break
            if token := next((c for c in t.children if isinstance(c, Token) and c.type.startswith("FOREIGN")), None):
                plain = {"FOREIGN_AND": "and", "FOREIGN_OR": "or", "FOREIGN_NOT": "not"}[token.type]
                self.complaints.add("SAG603", f"`{token}` inside a state expression", self.loc(t),
                                    f"inside expressions write `{plain}`, as in Python")
        return self.source(tree)

    def source(self, tree: Tree) -> str:
        """The text of a tree on one line, without comments."""
        text = self.text[tree.meta.start_pos:tree.meta.end_pos]
        return _BETWEEN.sub(lambda m: m[1] or " ", text)

    def loc(self, tree: Tree) -> Loc:
        m = tree.meta
        return self.place(m.line, m.column, m.end_line, m.end_column)

    def place(self, line: int, col: int, end_line: int, end_col: int) -> Loc:
        """A place of the text as one of the file: only its first line is shifted to the right."""
        right, end_right = (self.at.col - 1 if n == 1 else 0 for n in (line, end_line))
        down = self.at.line - 1
        return Loc(self.at.file, line + down, col + right, end_line + down, end_col + end_right)


#: A string, to be kept, or the white space and comments between tokens.
_BETWEEN = re.compile(r"""("[^"\n]*"|'[^'\n]*')|(?:\s|#[^\n]*|\\\*[^\n]*)+""")

#: What an unexpected text often wants to say.
HINTS = {"=": "equality is written `==`", "X": "there is no next-state operator: formulas cannot count steps",
         "'": "there are no primes: `old.x` is the value before the step", "&": "write `and`", "|": "write `or`"}


def _syntax_error(e: UnexpectedInput, text: str, build: _Builder) -> Diagnostic:
    """A diagnostic with a caret, and what could have stood there."""
    if isinstance(e, UnexpectedToken) and e.token.type == "$END":
        lines = text.rstrip().split("\n")
        line, col, width, seen = len(lines), len(lines[-1]) + 1, 1, "the end"
    else:
        line, col = e.line, e.column
        token = str(e.token) if isinstance(e, UnexpectedToken) else text[e.pos_in_stream or 0]
        width, seen = max(len(token.split("\n")[0]), 1), f"`{token}`"
    loc = build.place(line, col, line, col + width)
    wanted: set[str] | None = None
    if isinstance(e, UnexpectedToken):
        wanted = e.accepts or e.expected
    elif isinstance(e, UnexpectedCharacters):
        wanted = e.allowed
    message = f"{seen} is not expected here; expected {_listed(list(_expected(wanted or set())))}"
    before = _BETWEEN.sub(" ", text[:e.pos_in_stream]).split()
    hint = HINTS.get(seen.strip("`")) or HINTS.get("X" if before[-1:] == ["X"] else "")
    return Diagnostic(code="SAG600", message=message, loc=loc, hint=hint)


def _expected(terminals: set[str]) -> Iterator[str]:
    """What terminals stand for, the most telling first."""
    if {"NAME", "LPAR", "NUMBER"} <= terminals:
        yield "a formula" if "_BOX" in terminals else "an expression"
    elif "NAME" in terminals:
        yield "a name"
    if "AND" in terminals or "_UNTIL" in terminals:
        yield "an operator such as `and`, `->`, `U`"
    elif "COMPARE" in terminals:
        yield "a comparison"
    for name, shown in (("RPAR", "`)`"), ("RSQB", "`]`"), ("_BOX_END", "`]_vars`"), ("_ANGLE_END", "`>>_vars`"),
                        ("_IN", "`in`"), ("COLON", "`:`"), ("COMMA", "`,`"), ("ELSE", "`else`"), ("RBRACE", "`}`"),
                        ("$END", "the end")):
        if name in terminals and not (name == "_IN" and "COMPARE" in terminals):
            yield shown
    if terminals <= {"MORETHAN", "LPAR", "LSQB", "DOT"} and "MORETHAN" in terminals:
        yield "`>` after the action"


def _listed(items: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else "something else"
