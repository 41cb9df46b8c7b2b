"""How is a formula brought into the form that automata are made from?  Negation normal form and simplification.

Rules are rows of pattern and replacement. Equivalence of LTL formulas is closed under substitution, so a row that
holds for two atoms holds for all formulas; the tests evaluate every row on all small lassos. Most rows are those of
[SomenziBloem2000, section 4] and [EtessamiHolzmann2000, section 2].
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..ir.formula import (And, Binary, Const, Finally, Formula, Globally, Iff, Implies, LeadsTo, Not, Or, Release,
                          Unary, Until, WeakUntil, rebuild)
from ..source import NOWHERE


@dataclass(frozen=True)
class Meta(Formula):
    """Stands for any formula in a rule."""

    name: str


def _rules():
    def make(kind):
        return lambda *operands: kind(*operands, loc=NOWHERE)

    p, q, r = (Meta(n, loc=NOWHERE) for n in "pqr")
    yes, no = Const(True, loc=NOWHERE), Const(False, loc=NOWHERE)
    not_, and_, or_, until, release = map(make, (Not, And, Or, Until, Release))
    G, F = make(Globally), make(Finally)
    return (
        (not_(not_(p)), p), (not_(yes), no), (not_(no), yes),
        (and_(p, yes), p), (and_(yes, p), p), (and_(p, no), no), (and_(no, p), no), (and_(p, p), p),
        (or_(p, yes), yes), (or_(yes, p), yes), (or_(p, no), p), (or_(no, p), p), (or_(p, p), p),
        (and_(p, not_(p)), no), (and_(not_(p), p), no), (or_(p, not_(p)), yes), (or_(not_(p), p), yes),
        (and_(p, and_(p, q)), and_(p, q)), (or_(p, or_(p, q)), or_(p, q)),
        (and_(p, or_(p, q)), p), (or_(p, and_(p, q)), p), (and_(or_(p, q), p), p), (or_(and_(p, q), p), p),
        (G(yes), yes), (G(no), no), (F(yes), yes), (F(no), no),
        (G(G(p)), G(p)), (F(F(p)), F(p)), (G(F(G(p))), F(G(p))), (F(G(F(p))), G(F(p))),
        (and_(G(p), G(q)), G(and_(p, q))), (or_(F(p), F(q)), F(or_(p, q))),
        (or_(G(F(p)), G(F(q))), G(F(or_(p, q)))), (and_(F(G(p)), F(G(q))), F(G(and_(p, q)))),
        (F(or_(p, F(q))), F(or_(p, q))), (F(or_(F(p), q)), F(or_(p, q))),
        (G(and_(p, G(q))), G(and_(p, q))), (G(and_(G(p), q)), G(and_(p, q))),
        (F(and_(p, G(F(q)))), and_(F(p), G(F(q)))), (F(and_(G(F(p)), q)), and_(G(F(p)), F(q))),
        (G(or_(p, F(G(q)))), or_(G(p), F(G(q)))), (G(or_(F(G(p)), q)), or_(F(G(p)), G(q))),
        (until(p, yes), yes), (until(p, no), no), (until(no, p), p), (until(yes, p), F(p)), (until(p, p), p),
        (release(p, yes), yes), (release(p, no), no), (release(yes, p), p), (release(no, p), G(p)), (release(p, p), p),
        (until(p, F(q)), F(q)), (release(p, G(q)), G(q)), (F(until(p, q)), F(q)), (G(release(p, q)), G(q)),
        (until(p, until(p, q)), until(p, q)), (release(p, release(p, q)), release(p, q)),
        (until(p, or_(p, q)), or_(p, q)), (release(p, and_(p, q)), and_(p, q)),
        (and_(until(p, r), until(q, r)), until(and_(p, q), r)), (or_(until(p, q), until(p, r)), until(p, or_(q, r))),
        (and_(release(p, q), release(p, r)), release(p, and_(q, r))),
        (or_(release(p, r), release(q, r)), release(or_(p, q), r)),
        (and_(F(p), until(q, p)), until(q, p)), (or_(F(p), until(q, p)), F(p)),
        (and_(G(p), release(q, p)), G(p)), (or_(G(p), release(q, p)), release(q, p)),
    )


RULES = _rules()


def negation_normal_form(formula: Formula, negate: bool = False) -> Formula:
    """An equivalent formula (of its negation, if `negate`) in and, or, F, G, U, R over temporal-free formulas.

    Temporal-free formulas are left whole, under at most one Not: they are the letters of the automaton.
    """
    f, loc = formula, formula.loc

    def nnf(g, flip=False):
        return negation_normal_form(g, negate != flip)

    if isinstance(f, Not):
        return nnf(f.body, True)
    if isinstance(f, Const):
        return Const(f.value != negate, loc=loc)
    if not f.temporal:
        return Not(f, loc=loc) if negate else f
    match f:
        case Implies():
            return (And if negate else Or)(nnf(f.left, True), nnf(f.right), loc=loc)
        case Iff():
            same = And(nnf(f.left), negation_normal_form(f.right), loc=loc)
            neither = And(nnf(f.left, True), negation_normal_form(f.right, True), loc=loc)
            return Or(same, neither, loc=loc)
        case LeadsTo():
            inner = Implies(f.left, Finally(f.right, loc=loc), loc=loc)
            return nnf(Globally(inner, loc=loc))
        case WeakUntil():
            return nnf(Release(f.right, Or(f.left, f.right, loc=loc), loc=loc))
        case Globally() | Finally():
            return (DUAL[type(f)] if negate else type(f))(nnf(f.body), loc=loc)
        case And() | Or() | Until() | Release():
            return (DUAL[type(f)] if negate else type(f))(nnf(f.left), nnf(f.right), loc=loc)
    raise TypeError(f"no LTL formula: {f}")


DUAL: dict[type, type] = {And: Or, Or: And, Until: Release, Release: Until, Globally: Finally, Finally: Globally}


def simplify(formula: Formula) -> Formula:
    """An equivalent formula that no rule applies to, working from the operands up."""
    f = rebuild(formula, simplify)
    for pattern, result in _RULES_OF.get(type(f), ()):
        found: dict[str, Formula] = {}
        if _matches(pattern, f, found):
            return simplify(_fill(result, found, f))
    return f


_RULES_OF: dict[type, list] = {}
for _pattern, _result in RULES:
    _RULES_OF.setdefault(type(_pattern), []).append((_pattern, _result))


def _matches(pattern: Formula, f: Formula, found: dict[str, Formula]) -> bool:
    if isinstance(pattern, Meta):
        return found.setdefault(pattern.name, f) == f
    if isinstance(pattern, Const):
        return pattern == f
    return type(pattern) is type(f) and all(_matches(p, g, found) for p, g in zip(pattern.operands, f.operands))


def _fill(result: Formula, found: dict[str, Formula], at: Formula) -> Formula:
    if isinstance(result, Meta):
        return found[result.name]
    return replace(rebuild(result, lambda g: _fill(g, found, at)), loc=at.loc)


assert all(isinstance(pattern, (Not, Unary, Binary)) for pattern, _ in RULES)
