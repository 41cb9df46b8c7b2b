"""Temporal properties as formulas of the mu-calculus: their texts, what is refused, and what the tools say of them."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]

import fairgraphs
from mcrl2_agreement import mcrl2_differences, needs_mcrl2

from sagacity.export.mcrl2 import export_mcrl2
from sagacity.lang import compile_model
from sagacity.lang.lower import Claim
from sagacity.source import Loc


def exported(*texts, weak=True, strong=False):
    claims = tuple(Claim(f"c{i}", text, Loc("<claims>", i + 1, 1)) for i, text in enumerate(texts))
    return export_mcrl2(compile_model(fairgraphs.Graph, {"WEAK": weak, "STRONG": strong}, claims).ir)


def formula(text, **fairness):
    found = exported(text, **fairness)
    assert not found.missing
    return next(f.formula for f in found.formulas if f.kind == "temporal")


def test_without_fairness_a_behaviour_may_stop_anywhere():
    assert formula("<> even", weak=False) == "[!(can_step || failed)] (!([now_even] false))"


def test_always_needs_no_fairness():
    assert formula("[] even") == "[!(can_step || failed)] ([true*] (<now_even> true))"


def test_weak_fairness_is_a_fixpoint_for_each_obligation():
    text = formula("<> here(1)")
    assert text.count("nu ") == 1 and text.count("mu ") == 2
    assert "forall k: Int_0_to_1 . mu Y2" in text and "[each(the_Int(k))] false && Z1" in text
    assert "forall b: Bool . mu Y3" in text and "<left(b) || (exists c: Bool . right(b, c))> Z1" in text


def test_strong_fairness_is_met_for_ever_or_its_action_is_disabled_in_the_end():
    text = formula("<> here(1)", weak=False, strong=True)
    assert "[strong] false" in text and "<strong> Z" in text


def test_a_step_formula_is_named_as_not_exported_with_the_reason():
    (name, why), = exported("<> <free>").missing
    assert name == "c0" and "speaks of steps" in why


def test_many_obligations_of_strong_fairness_are_named_with_the_reason():
    from sagacity import Int, Model, action, predicate, strongly_fair, temporal, var

    class Many(Model):
        x = var(Int[0, 9], init=0)

        @strongly_fair
        @action(k=Int[0, 9])
        def put(self, k):
            self.x = k

        @predicate
        def zero(self):
            return self.x == 0

        returns = temporal("[] <> zero")

    (name, why), = export_mcrl2(compile_model(Many).ir).missing
    assert name == "returns" and "strong fairness" in why


@needs_mcrl2
@pytest.mark.parametrize("seed", range(2))
def test_the_tools_judge_random_properties_as_we_do(seed):
    model = fairgraphs.model(seed, 4)
    assert mcrl2_differences(model) == [], f"seed {seed}: {[t.text for t in model.temporals]}"
