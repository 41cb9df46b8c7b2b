"""Every rule, and both transformations as wholes, keep the truth of formulas on all small lassos."""

import sys
from itertools import product
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import logic_cross  # noqa: E402
from logic_terms import always, both, either, eventually, no, state, until  # noqa: E402

from sagacity.ir.formula import Formula, rebuild, walk  # noqa: E402
from sagacity.logic.lasso import holds  # noqa: E402
from sagacity.logic.rewrite import RULES, Meta, negation_normal_form, simplify  # noqa: E402

P, Q, R = state("p"), state("q"), state("r")
INDEX = {P: 0, Q: 1, R: 2}


def lassos(letters, size):
    """All words of at most `size` letters with all places to continue from."""
    for n in range(1, size + 1):
        for word in product(range(letters), repeat=n):
            for loop in range(n):
                yield list(word), loop


def concrete(f: Formula) -> Formula:
    """The rule's side with atoms for its metavariables."""
    return state(f.name) if isinstance(f, Meta) else rebuild(f, concrete)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: "_")
def test_every_rule_is_an_equivalence(rule):
    left, right = map(concrete, rule)
    three = any(f == R for f in walk(left))
    for word, loop in lassos(8 if three else 4, 3 if three else 4):
        assert holds(left, word, loop, INDEX) == holds(right, word, loop, INDEX), (left, right, word, loop)


def test_a_wrong_rule_would_be_noticed():
    wrong = always(eventually(P)), eventually(always(P))
    assert any(holds(wrong[0], w, i, INDEX) != holds(wrong[1], w, i, INDEX) for w, i in lassos(4, 4))


def test_rules_shorten_or_at_least_do_not_lengthen():
    for left, right in RULES:
        assert len(list(walk(right))) <= len(list(walk(left))) and left != right


def test_transformations_keep_the_truth_of_random_formulas():
    index = logic_cross.INDEX
    for seed in range(150):
        random = Random(seed)
        f = logic_cross.temporal(random, 3)
        normal, negated = negation_normal_form(f), negation_normal_form(f, negate=True)
        simple = simplify(normal)
        for _ in range(60):
            word = [random.getrandbits(5) for _ in range(random.randint(1, 5))]
            loop = random.randrange(len(word))
            truth = holds(f, word, loop, index)
            assert holds(normal, word, loop, index) == truth != holds(negated, word, loop, index), f
            assert holds(simple, word, loop, index) == truth, f


def test_letters_are_left_whole():
    f = no(always(either(both(P, Q), R)))
    assert str(negation_normal_form(f)) == "<> not ((p and q) or r)"


def test_known_simplifications():
    assert str(simplify(both(eventually(P), until(Q, P)))) == "q U p"
    assert str(simplify(eventually(always(eventually(P))))) == "[] <> p"
    assert str(simplify(no(no(P)))) == "p"
