"""What is a thing called in TLA+?  Injective names that avoid everything that already has a meaning there."""

from __future__ import annotations

import re

#: Keywords (Lamport, Specifying Systems, 15.1), and what the standard modules we extend define.
KEYWORDS = frozenset("""
    ASSUME ASSUMPTION AXIOM CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS IF IN INSTANCE LET LOCAL
    MODULE OTHER SF_ SUBSET THEN THEOREM UNCHANGED UNION VARIABLE VARIABLES WF_ WITH TRUE FALSE BOOLEAN STRING LAMBDA
    RECURSIVE BY OBVIOUS HAVE QED TAKE DEF DEFS DEFINE PROOF PROVE WITNESS PICK NEW STATE ACTION TEMPORAL USE HIDE
    ONLY OMITTED LEMMA PROPOSITION COROLLARY SUFFICES """.split())
STANDARD = frozenset("""
    Nat Int Real Infinity Seq Len Append Head Tail SubSeq SelectSeq IsFiniteSet Cardinality Print PrintT Assert
    JavaTime TLCGet TLCSet Permutations SortSeq RandomElement Any ToString TLCEval TLCExt """.split())

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class Names:
    """Hands out identifiers; nothing that it has once given is given again. `taken` are reserved from the start.

    A scope inside (`inner`) avoids the names of its parent, and the parent those of every scope inside it, but
    two scopes may give the same name: what one action calls `x`, another may call `x` too.
    """

    def __init__(self, taken=(), parent: Names | None = None):
        self.used = set(taken)
        self.within: set[str] = set()
        self.parent = parent

    def new(self, wanted: str) -> str:
        """An identifier as close to `wanted` as can be."""
        base = identifier(wanted)
        name, k = base, 1
        while self._is_used(name):
            k += 1
            name = f"{base}_{k}"
        self.used.add(name)
        if self.parent:
            self.parent.within.add(name)
        return name

    def drop(self, name: str) -> None:
        """Let a name be given again that was not used after all."""
        self.used.discard(name)

    def inner(self) -> Names:
        """A scope inside this one."""
        return Names(parent=self)

    def _is_used(self, name: str) -> bool:
        return (name in self.used or name in self.within or name in KEYWORDS or name in STANDARD
                or self.parent is not None and name in self.parent.used)


def identifier(text: str) -> str:
    """`text` as an identifier: dots become underscores, letters beyond ASCII their code."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" if not c.isalnum() else f"u{ord(c):x}"
                    for c in text)
    plain = plain.strip("_")    # parameters of our helpers, and only they, end in one
    if not _PLAIN.match(plain) or plain.startswith(("WF_", "SF_")):
        plain = "x_" + plain
    return plain


def field(name: str) -> str:
    """The name of a record field: fields live apart from other names, only keywords must be avoided."""
    plain = identifier(name)
    return plain if plain == name and name not in KEYWORDS else f"f_{plain}"
