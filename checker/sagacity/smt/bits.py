"""How do truth values and integers become terms of the solver, without ever wrapping round?

A condition is a Python bool where it is known, else a z3 Bool. A number is a signed bit-vector that carries its
limits; every operation computes the limits of its result first and takes as many bits as those need, so that
arithmetic is that of the integers. A number whose limits meet is a literal and has no term.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

import z3

Cond = Union[bool, z3.BoolRef]


def conj(*conds) -> Cond:
    """The conjunction."""
    left = []
    for c in conds:
        if c is False:
            return False
        if c is not True:
            left.append(c)
    return True if not left else left[0] if len(left) == 1 else z3.And(*left)


def disj(*conds) -> Cond:
    """The disjunction."""
    left = []
    for c in conds:
        if c is True:
            return True
        if c is not False:
            left.append(c)
    return False if not left else left[0] if len(left) == 1 else z3.Or(*left)


def neg(c) -> Cond:
    """The negation."""
    return not c if isinstance(c, bool) else z3.Not(c)


def implies(a, b) -> Cond:
    """The implication."""
    return disj(neg(a), b)


def iff(a, b) -> Cond:
    """The equivalence."""
    if isinstance(a, bool):
        return b if a else neg(b)
    if isinstance(b, bool):
        return a if b else neg(a)
    return a == b


def choose(c, a, b) -> Cond:
    """If c then a else b, on conditions."""
    if isinstance(c, bool):
        return a if c else b
    if isinstance(a, bool) or isinstance(b, bool):
        return conj(implies(c, a), implies(neg(c), b)) if a is not b else a
    return z3.If(c, a, b)


@dataclass(frozen=True, slots=True, eq=False)
class Num:
    """An integer between `lo` and `hi`; `term` is a signed bit-vector, or None where lo = hi."""

    lo: int
    hi: int
    term: z3.BitVecRef | None = None


def literal(n: int) -> Num:
    """A known integer."""
    return Num(n, n)


def width(lo: int, hi: int) -> int:
    """The bits of a signed number that can hold everything from `lo` to `hi`."""
    return max((n if n >= 0 else -n - 1).bit_length() for n in (lo, hi)) + 1


def term(n: Num, bits: int) -> z3.BitVecRef:
    """The number in so many bits, which must be enough."""
    if n.term is None:
        return z3.BitVecVal(n.lo, bits)
    have = n.term.size()
    if have == bits:
        return n.term
    return z3.SignExt(bits - have, n.term) if have < bits else z3.Extract(bits - 1, 0, n.term)


def _number(lo: int, hi: int, wide: z3.BitVecRef) -> Num:
    """A term that is known to lie between the limits, in no more bits than they need."""
    if lo == hi:
        return literal(lo)
    bits = width(lo, hi)
    return Num(lo, hi, wide if wide.size() == bits else term(Num(lo, hi, wide), bits))


def add(a: Num, b: Num) -> Num:
    """The sum."""
    lo, hi = a.lo + b.lo, a.hi + b.hi
    bits = max(width(lo, hi), _bits(a), _bits(b))
    return _number(lo, hi, term(a, bits) + term(b, bits))


def sub(a: Num, b: Num) -> Num:
    """The difference."""
    lo, hi = a.lo - b.hi, a.hi - b.lo
    bits = max(width(lo, hi), _bits(a), _bits(b))
    return _number(lo, hi, term(a, bits) - term(b, bits))


def mul(a: Num, b: Num) -> Num:
    """The product."""
    corners = [x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    lo, hi = min(corners), max(corners)
    bits = max(width(lo, hi), _bits(a), _bits(b))
    return _number(lo, hi, term(a, bits) * term(b, bits))


def floordiv(a: Num, b: Num) -> Num:
    """Division rounded down, as Python's. Of no meaning where b is 0."""
    if a.lo == a.hi and b.lo == b.hi:
        return literal(a.lo // b.lo if b.lo else 0)
    most = max(abs(a.lo), abs(a.hi))
    bits = max(_bits(a), _bits(b)) + 1
    x, y = term(a, bits), term(b, bits)
    quotient = x / y                                   # rounds towards zero
    inexact = z3.And(z3.SRem(x, y) != 0, (x < 0) != (y < 0))
    # Division by zero yields any bits: they are cut to the limits, as the value is of no meaning there.
    return _number(-most - 1, most + 1, z3.If(y == 0, z3.BitVecVal(0, bits), z3.If(inexact, quotient - 1, quotient)))


def mod(a: Num, b: Num) -> Num:
    """The remainder, with the sign of the divisor, as Python's. Of no meaning where b is 0."""
    if a.lo == a.hi and b.lo == b.hi:
        return literal(a.lo % b.lo if b.lo else 0)
    bits = max(_bits(a), _bits(b)) + 1
    x, y = term(a, bits), term(b, bits)
    return _number(min(b.lo, 0), max(b.hi, 0), z3.If(y == 0, z3.BitVecVal(0, bits), x % y))   # % is bvsmod


def absolute(a: Num) -> Num:
    """The absolute value."""
    if a.lo >= 0:
        return a
    return pick(less(a, literal(0)), sub(literal(0), a), a)


def less(a: Num, b: Num) -> Cond:
    """a < b."""
    if a.hi < b.lo:
        return True
    if a.lo >= b.hi:
        return False
    bits = max(_bits(a), _bits(b))
    return term(a, bits) < term(b, bits)


def equal(a: Num, b: Num) -> Cond:
    """a = b."""
    if a.hi < b.lo or b.hi < a.lo:
        return False
    if a.term is None and b.term is None:
        return True
    bits = max(_bits(a), _bits(b))
    return term(a, bits) == term(b, bits)


def between(lo: int, n: Num, hi: int) -> Cond:
    """lo <= n <= hi."""
    return conj(neg(less(n, literal(lo))), neg(less(literal(hi), n)))


def pick(c, a: Num, b: Num) -> Num:
    """If c then a else b."""
    if isinstance(c, bool):
        return a if c else b
    if a is b or a.term is None and b.term is None and a.lo == b.lo:
        return a
    lo, hi = min(a.lo, b.lo), max(a.hi, b.hi)
    bits = width(lo, hi)
    return Num(lo, hi, z3.If(c, term(a, bits), term(b, bits)))


def count(conds: Iterable) -> Num:
    """How many of the conditions are true: a balanced sum."""
    parts = [pick(c, literal(1), literal(0)) for c in conds]
    return total(parts)


def narrowed(n: Num, lo: int) -> Num:
    """The same number, where the caller knows that it is at least `lo`."""
    if n.lo >= lo:
        return n
    return literal(lo) if n.hi <= lo else Num(lo, n.hi, n.term)


def capped(n: Num, hi: int) -> Num:
    """The same number, where the caller knows that it is at most `hi`."""
    if n.hi <= hi:
        return n
    return literal(hi) if n.lo >= hi else Num(n.lo, hi, n.term)


def total(parts: list[Num]) -> Num:
    """The sum of any number of numbers, as a balanced tree, which keeps the terms short and narrow."""
    if not parts:
        return literal(0)
    while len(parts) > 1:
        parts = [add(*parts[i:i + 2]) if i + 1 < len(parts) else parts[i] for i in range(0, len(parts), 2)]
    return parts[0]


def _bits(n: Num) -> int:
    return width(n.lo, n.hi)
