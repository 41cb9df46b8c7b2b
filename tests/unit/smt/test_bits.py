"""Numbers in bits are the integers: every operation over every pair of small numbers, known and unknown."""

import itertools

import pytest
import z3

from sagacity.smt import bits as B

LIMITS = [(0, 0), (0, 3), (-3, 2), (1, 4), (-4, -1), (2, 2)]
OPERATIONS = {
    "add": (B.add, lambda a, b: a + b), "sub": (B.sub, lambda a, b: a - b), "mul": (B.mul, lambda a, b: a * b),
    "floordiv": (B.floordiv, lambda a, b: a // b if b else None), "mod": (B.mod, lambda a, b: a % b if b else None),
    "less": (B.less, lambda a, b: a < b), "equal": (B.equal, lambda a, b: a == b),
    "pick": (lambda a, b: B.pick(B.less(a, b), a, b), min), "absolute": (lambda a, b: B.absolute(a), lambda a, b: abs(a)),
}


def unknown(name, lo, hi):
    return B.literal(lo) if lo == hi else B.Num(lo, hi, z3.BitVec(name, B.width(lo, hi)))


def given(n, value):
    return [] if n.term is None else [(n.term, z3.BitVecVal(value, n.term.size()))]


def value(result, pairs):
    if isinstance(result, bool):
        return result
    term = result.term if isinstance(result, B.Num) else result
    if term is None:
        return result.lo
    known = z3.simplify(z3.substitute(term, *pairs))
    return known.as_signed_long() if isinstance(result, B.Num) else z3.is_true(known)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("left, right", [*itertools.product(LIMITS, LIMITS)])
def test_operations_are_those_of_the_integers(name, left, right):
    operate, meant = OPERATIONS[name]
    a, b = unknown("a", *left), unknown("b", *right)
    result = operate(a, b)
    for x, y in itertools.product(range(left[0], left[1] + 1), range(right[0], right[1] + 1)):
        wanted = meant(x, y)
        if wanted is None:
            continue
        assert value(result, given(a, x) + given(b, y)) == wanted, (x, y)
        if isinstance(result, B.Num):
            assert result.lo <= wanted <= result.hi


def test_a_sum_of_many_has_room():
    parts = [unknown(f"p{i}", 0, 3) for i in range(9)]
    result = B.total(parts)
    assert (result.lo, result.hi) == (0, 27)
    assert value(result, [pair for p in parts for pair in given(p, 3)]) == 27


@pytest.mark.parametrize("lo, hi, wanted", [(0, 0, 1), (0, 1, 2), (-1, 0, 1), (-2, 1, 2), (0, 7, 4), (-8, 7, 4), (-9,
7, 5)])
def test_width(lo, hi, wanted):
    assert B.width(lo, hi) == wanted
