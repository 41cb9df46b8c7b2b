"""A parser from a grammar file.  Its tables take lark a quarter of a second, so they are kept between runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import folder

if TYPE_CHECKING:
    from lark import Lark


@cache
def parser(grammar: Path, placeholders: bool = False) -> Lark:
    """The LALR parser of a `.lark` file; its trees have positions. lark makes kept tables anew where the grammar, its own
    version or Python's is another."""
    from lark import Lark

    return Lark(grammar.read_text(encoding="utf-8"), parser="lalr", propagate_positions=True,
                maybe_placeholders=placeholders, cache=_place(grammar) or False)


def _place(grammar: Path) -> str | None:
    """The file for the tables, in a folder that is there; None where nothing can be kept."""
    at = folder("grammars")
    try:
        at.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(at / f"{grammar.stem}.tables")
