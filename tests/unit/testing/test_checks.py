"""`sagacity.testing`: a failing check is a failing test whose message is the counterexample."""

from random import Random

import pytest
from hypothesis import find, given, settings

from sagacity import *
from sagacity.engine.options import SearchOptions
from sagacity.testing import CheckFailed, check
from sagacity.testing.walks import walks


class Register(Model):
    """A number that grows by one or two."""

    TOP = const(3)

    Item = ids("item", 2)

    x = var(Int[0, 9], init=0)
    last = var(Option[Item], init=None)

    @action(i=Item)
    def up(self, i):
        require(self.x < self.TOP)
        by = choose({1, 2})
        self.x += by
        self.last = i
        note(f"add {by}", sender="user", receiver="register")

    @invariant
    def small(self):
        return self.x < 5

    @terminal
    def full(self):
        return self.x >= self.TOP


def test_holds():
    assert check(Register).stats.states == 9   # 0 with None, then 1 to 4 with either item


def test_the_message_is_the_counterexample():
    with pytest.raises(CheckFailed) as failed:
        check(Register, TOP=4)
    text = str(failed.value)
    assert "invariant small is violated" in text and "choosing by = " in text and "reproduce: check(Register, TOP=4)" in text
    assert "▶│" in text and failed.value.result.exit_status == 12


def test_undecided_is_no_pass():
    with pytest.raises(AssertionError, match="undecided"):
        check(Register, options=SearchOptions(max_depth=2))


def test_by_name_and_path(fixture_models):
    assert check(fixture_models / "ticket.py", N=1).stats.states == 4
    with pytest.raises(SagacityError, match="SAG100"):
        check("no_such_model")


def test_a_failing_check_is_a_failing_test(pytester):
    """The user sees the story, not our frames."""
    pytester.makepyfile("""
        from sagacity import *
        from sagacity.testing import check

        class Bad(Model):
            x = var(Int[0, 3], init=0)

            @action
            def up(self):
                self.x += 1

            @invariant
            def small(self):
                return self.x < 2

        def test_bad():
            check(Bad)
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "invariant small is violated" in text and "x: 1 -> 2" in text and "checks.py" not in text.split("short test")[0]


@settings(max_examples=50, deadline=None)
@given(walks(Register, TOP=4, max_steps=6))
def test_walks_are_behaviours(walk):
    """Driving the model by hand along a walk leads through the same states."""
    model = Register(TOP=4)
    before = walk.start["x"]
    for step in walk.steps:
        choices = sorted(({1, 2}))
        model.up(**step.args, choose=choices.index(step.choices["by"]))
        assert model.x == step.state["x"] == before + step.choices["by"] and model.last == step.state["last"]
        before = model.x


def test_walks_shrink():
    walk = find(walks(Register, TOP=4, max_steps=6), lambda w: len(w.steps) >= 1 and w.steps[-1].state["x"] == 4,
                random=Random(1))
    assert len(walk.steps) == 2 and [s.choices["by"] for s in walk.steps] == [2, 2]
