"""Comparing what can be seen of two models."""

import pytest

from sagacity.agreement.equivalence import View, equivalent, has_trace
from sagacity.external.mcrl2 import Tools, available

needs_mcrl2 = pytest.mark.skipif(available() is not None, reason=str(available()))

DIRECT = View((0,), 3, ((0, "place", 1), (1, "ship", 2)))
DETOUR = View((0,), 4, ((0, "place", 1), (1, None, 2), (2, "ship", 3)))
REFUSES = View((0,), 4, ((0, "place", 1), (1, "ship", 2), (1, None, 3)))
LONGER = View((0,), 4, ((0, "place", 1), (1, "ship", 2), (2, "ship", 3)))
TWO_STARTS = View((0, 1), 3, ((0, "place", 2), (1, "ship", 2)))


def test_traces_step_over_what_is_hidden():
    assert has_trace(DETOUR, ("place", "ship")) and not has_trace(DETOUR, ("ship",))
    assert has_trace(TWO_STARTS, ("ship",)) and not has_trace(TWO_STARTS, ("ship", "place"))


@needs_mcrl2
@pytest.mark.parametrize("other, equivalence, same", [
    (DETOUR, "branching", True), (DETOUR, "strong", False), (REFUSES, "trace", True), (REFUSES, "weak", False),
    (LONGER, "trace", False), (TWO_STARTS, "branching", False)])
def test_equivalences(other, equivalence, same):
    assert equivalent(DIRECT, other, equivalence, Tools()).equivalent == same


@needs_mcrl2
def test_the_trace_is_one_that_only_one_of_them_has():
    found = equivalent(DIRECT, LONGER, "branching", Tools())
    assert (found.trace, found.only) == (("place", "ship", "ship"), 1)


@needs_mcrl2
def test_where_traces_are_equal_there_is_none_to_show():
    assert equivalent(DIRECT, REFUSES, "branching", Tools()).trace == ()


def test_an_unknown_action_is_refused(run, tmp_path):
    if available() is not None:
        pytest.skip(available())
    result = run("compare", "saga_choreography", "saga_choreography", "-a", "ORDERS=1", "-b", "ORDERS=1", "--hide", "nothing")
    assert result.exit_code == 2 and "no action is called nothing" in result.stderr


@needs_mcrl2
def test_the_command_tells_two_configurations_apart(run):
    args = ("compare", "saga_choreography", "saga_choreography", "-a", "ORDERS=1", "-b", "ORDERS=1", "--only", "place,settle")
    same, other = run(*args), run(*args, "-b", "IDEMPOTENT=False")
    assert same.exit_code == 0 and "equivalent (branching)" in same.stdout
    assert other.exit_code == 16 and "2. settle(Message(kind=STOCK_REFUSED, order=order0))" in other.stdout
