"""Automata: their size where it is known, and that they accept what formulas say."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from logic_terms import always, both, const, either, eventually, implies, leads_to, no, state, until  # noqa: E402

from sagacity.logic.buchi import translate  # noqa: E402

P, Q, R = state("p"), state("q"), state("r")


@pytest.mark.parametrize("formula, size", [
    (always(P), 1), (eventually(P), 2), (always(eventually(P)), 1), (eventually(always(P)), 2), (until(P, Q), 2),
    (leads_to(P, Q), 2), (no(leads_to(P, Q)), 2), (both(always(eventually(P)), always(eventually(Q))), 1),
    (always(either(both(P, Q), no(R))), 1)])
def test_sizes(formula, size):
    """The sizes that minimal transition-based automata have."""
    assert len(translate(formula).transitions) == size


def test_contradictions_have_no_transitions():
    assert translate(const(False)).transitions == ((),)
    assert translate(both(always(P), no(P))).transitions == ((),)


def test_letters_are_whole_conditions():
    automaton = translate(always(implies(both(P, Q), R)))
    assert [str(f) for f in automaton.letters] == ["(p and q) -> r"]
    index = {P: 0, Q: 1, R: 2}
    assert [automaton.valuation(bits, index) for bits in (0b011, 0b111, 0b001)] == [0, 1, 1]


def test_fairness_as_a_formula_stays_small():
    fair = both(both(always(eventually(P)), always(eventually(Q))), always(eventually(R)))
    assert len(translate(fair).transitions) == 1 and translate(fair).acceptance.bit_count() >= 3
