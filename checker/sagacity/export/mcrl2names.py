"""What is a thing called in mCRL2?  As in TLA+ (export.names), around other words.

Names that we make up ourselves inside definitions end in an underscore, which `identifier` never gives.
"""

from __future__ import annotations

from . import names

#: Keywords, and the functions and sorts that every specification has (mCRL2 language reference).
KEYWORDS = frozenset("""
    act allow block comm cons delay div end eqn exists forall glob hide if in init lambda map mod mu nu pbes proc rename
    sort struct sum val var whr yaled delta tau true false nil dist Bool Pos Nat Int Real List Set Bag FSet FBag
    max min abs succ pred exp floor ceil round sqrt head tail rhead rtail count
    Set2Bag Bag2Set Pos2Nat Pos2Int Pos2Real Nat2Pos Nat2Int Nat2Real Int2Pos Int2Nat Int2Real
    Real2Pos Real2Nat Real2Int """.split())


class Names(names.Names):
    """Hands out identifiers as export.names does, avoiding what has a meaning in mCRL2."""

    def inner(self) -> Names:
        """A scope inside this one."""
        return Names(parent=self)

    def _is_used(self, name: str) -> bool:
        return (name in KEYWORDS or name in self.used or name in self.within
                or self.parent is not None and name in self.parent.used)
