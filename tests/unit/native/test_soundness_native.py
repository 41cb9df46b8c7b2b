"""The micro-models about safety whose right answers other checkers have missed, in the native engine."""

from __future__ import annotations

import pytest
from both_engines import assert_agreement

from sagacity import Int, Map, Model, Seq, action, const, constraint, invariant, require, var
from sagacity.engine.interp import Interpreter
from sagacity.lang import compile_model
from sagacity.result import Outcome


class Modulo(Model):
    N = const(100)

    n = var(Int[0, N - 1], init=0)

    @action
    def up(self):
        self.n = (self.n + 1) % self.N


class Bits(Model):
    bits = var(Map[Int[0, 4], bool], init=False)

    @action(i=Int[0, 4])
    def flip(self, i):
        self.bits[i] = not self.bits[i]


class TwoDisjuncts(Model):
    x = var(Int[0, 1], init=0)
    y = var(Int[0, 1], init=0)

    @action
    def go(self):
        require(self.x == 0 or self.y == 0)
        self.x = 1


class Unguarded(Model):
    q = var(Seq[Int[0, 1], 1], init=[])
    x = var(Int[0, 1], init=0)

    @action
    def take(self):
        x = self.q[0]
        require(len(self.q) > 0)
        self.x = x


class ErrorAtTheStart(Model):
    n = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.n < 3)
        self.n += 1

    @invariant
    def evaluable(self):
        return 3 // self.n > 0

    @invariant
    def small(self):
        return self.n < 2


class Outside(Model):
    n = var(Int[0, 9], init=0)

    @action(k=Int[1, 6])
    def jump(self, k):
        require(self.n == 0)
        self.n = k

    @constraint
    def near(self):
        return self.n == 0

    @invariant
    def below_nine(self):
        return self.n < 9


def agreed(cls, **options):
    return assert_agreement(Interpreter(compile_model(cls, options.pop("constants", {}))), limit=None, **options).fast


@pytest.mark.parametrize("n", [100, 101])
def test_a_counter_is_explored_to_its_end(n):
    found = agreed(Modulo, constants={"N": n})
    assert found.complete and (found.stats.states, found.stats.transitions, found.stats.depth) == (n, n, n)


def test_flipping_bits_end():
    found = agreed(Bits)
    assert found.complete and (found.stats.states, found.stats.transitions) == (32, 5 * 32)


def test_two_true_disjuncts_are_one_transition():
    found = agreed(TwoDisjuncts, deadlock=False)
    assert (found.stats.states, found.stats.transitions) == (2, 2)     # from (1, 0) the step stays where it is


def test_a_fault_before_the_guard_is_a_fault():
    found = agreed(Unguarded)
    assert [(p.verdict.outcome, p.code) for p in found.failures] == [(Outcome.ERROR, "SAG901")]


def test_an_error_at_the_start_is_never_success():
    assert agreed(ErrorAtTheStart).exit_status == 75
    outcomes = {p.name: p.verdict.outcome for p in agreed(ErrorAtTheStart, keep_going=True, deadlock=False).properties}
    assert outcomes == {"evaluable": Outcome.ERROR, "small": Outcome.VIOLATED}


def test_states_outside_a_constraint_are_targets_and_not_counted():
    found = agreed(Outside, deadlock=False)
    assert (found.stats.states, found.stats.generated) == (1, 7)
    assert str(found.bound) == "BOUNDED(constraint)" and not found.complete
