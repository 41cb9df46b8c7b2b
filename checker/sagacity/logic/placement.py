"""Is a formula one that we can decide, and is it stutter-invariant?

Step atoms are false of a stutter. So ``<> (... <A> ...)`` and ``[] (... [p]_v ...)`` cannot be changed by inserting
stutters, and nothing else about steps is accepted; this includes TLA+'s ``[][A]_v`` and ``<><<A>>_v`` [Lamport1994].
"""

from __future__ import annotations

from ..errors import Complaints
from ..ir.formula import (STEP, All, And, Atom, Const, Finally, Formula, Globally, Iff, Implies, LeadsTo, Not, Or,
                          Quantified, Some, Until, walk)

#: Whether a formula stands where it has to hold always (True), at some time (False), or neither (None).
Position = bool | None


def check_logic(formula: Formula, complaints: Complaints) -> None:
    """Complain unless the formula is CTL or stutter-invariant LTL."""
    if any(isinstance(f, (All, Some)) for f in walk(formula)):
        _check_ctl(formula, complaints)
    else:
        _check_steps(formula, True, None, complaints)


def is_ctl(formula: Formula) -> bool:
    """Is it branching-time: is there a path quantifier in it?"""
    return any(isinstance(f, (All, Some)) for f in walk(formula))


def _check_ctl(f: Formula, complaints: Complaints) -> None:
    """Path quantifiers and temporal operators come in pairs."""
    match f:
        case All() | Some():
            if not isinstance(f.body, (Globally, Finally, Until)):
                complaints.add("SAG604", "a path quantifier needs one of G, F, U", f.loc)
            for g in f.body.operands:
                _check_ctl(g, complaints)
        case Not() | And() | Or() | Implies() | Iff() | Quantified():
            for g in f.operands:
                _check_ctl(g, complaints)
        case Atom() | Const():
            if isinstance(f, STEP):
                complaints.add("SAG605", "a step formula in a CTL formula", f.loc, "CTL speaks of states")
        case _:
            complaints.add("SAG604", "linear and branching time in one formula", f.loc,
                           "write AG, AF, EG, EF, A[p U q] or E[p U q] throughout, or none of them")


def _check_steps(f: Formula, positive: bool, position: Position, complaints: Complaints) -> None:
    """`positive` is false under an odd number of negations; `position` is as seen from outside all of them."""
    def within(g, flip=False, to=position):
        _check_steps(g, positive != flip, to, complaints)

    match f:
        case Atom():
            if isinstance(f, STEP) and position is not (not positive):
                complaints.add("SAG605", "a stutter could change the truth of this step formula here", f.loc,
                               "write `[] [p]_vars` or `<> <A>`, with state conditions beside them if need be")
        case Not():
            within(f.body, flip=True)
        case Implies():
            within(f.left, flip=True)
            within(f.right)
        case Iff():
            for g in f.operands:
                within(g)
                within(g, flip=True)
        case Globally():
            within(f.body, to=positive)
        case Finally():
            within(f.body, to=not positive)
        case LeadsTo():
            within(f.left, flip=True, to=positive)
            within(f.right, to=not positive)
        case And() | Or() | Quantified():
            for g in f.operands:
                within(g)
        case _:
            for g in f.operands:
                within(g, to=None)
