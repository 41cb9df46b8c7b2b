"""Implications that were never tested are named; those that were are not."""

from __future__ import annotations

from sagacity import Int, Model, action, invariant, var
from sagacity.engine.interp import Interpreter
from sagacity.engine.search import check
from sagacity.lang import compile_model


class Wheel(Model):
    x = var(Int[0, 3], init=0)

    @action
    def turn(self):
        self.x = (self.x + 1) % 3

    @invariant
    def vacuous(self):
        return (not self.x == 3 or self.x == 2) and all(y < 5 for y in range(self.x) if y > 7)

    @invariant
    def tested(self):
        return not self.x == 2 or all(y < 2 for y in range(self.x) if y > 0)


def test_left_sides_that_are_never_true():
    result = check(Interpreter(compile_model(Wheel)))
    assert result.vacuity.antecedents == (("vacuous", "self.x == 3"), ("vacuous", "y > 7"))
    assert result.exit_status == 0
