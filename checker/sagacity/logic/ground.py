"""Which formulas without quantifiers is a property made of, and what is true of them?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Iterable, Mapping

from ..ir.formula import (And, Atom, Binary, Const, Env, Formula, Iff, Implies, Not, Or, Quantified, expressions,
                          names_in, rebuild)
from ..ir.nodes import Local
from ..ir.walk import subexpressions


def instantiate(formula: Formula, domain: Callable[[Quantified, Env], Iterable[Any]], env: Env = ()) -> Formula:
    """The formula without quantifiers: `domain` gives the finitely many values of each."""
    if isinstance(formula, Quantified):
        outer = tuple((n, v) for n, v in env if n != formula.name)
        bodies = [instantiate(formula.body, domain, (*outer, (formula.name, value))) for value in domain(formula, env)]
        return join(And if formula.universal else Or, bodies, formula.loc)
    if isinstance(formula, Atom):
        words = names_in(formula.text) | {e.name for whole in expressions(formula) for e in subexpressions(whole)
                                          if isinstance(e, Local)}
        return replace(formula, env=tuple((n, v) for n, v in env if n in words)) if env else formula
    return rebuild(formula, lambda f: instantiate(f, domain, env))


def join(operator: type[Binary], parts: list[Formula], loc: Loc) -> Formula:
    """The conjunction or disjunction of any number of formulas, as a balanced tree."""
    if not parts:
        return Const(operator is And, loc=loc)
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return operator(join(operator, parts[:half], loc), join(operator, parts[half:], loc), loc=loc)


def conjuncts(formula: Formula) -> list[Formula]:
    """The parts of a conjunction. Checking them one by one keeps automata small and names the part that fails."""
    return conjuncts(formula.left) + conjuncts(formula.right) if isinstance(formula, And) else [formula]


def evaluate(f: Formula, bits: int, index: Mapping[Atom, int]) -> bool:
    """The truth of a temporal-free formula at one position."""
    match f:
        case Atom():
            return bool(bits >> index[f] & 1)
        case Const():
            return f.value
        case Not():
            return not evaluate(f.body, bits, index)
        case And():
            return evaluate(f.left, bits, index) and evaluate(f.right, bits, index)
        case Or():
            return evaluate(f.left, bits, index) or evaluate(f.right, bits, index)
        case Implies():
            return not evaluate(f.left, bits, index) or evaluate(f.right, bits, index)
        case Iff():
            return evaluate(f.left, bits, index) == evaluate(f.right, bits, index)
    raise TypeError(f"not temporal-free: {f}")
