"""docs/sagas.md: what can be seen of the two sagas, and where they differ."""

import re
from pathlib import Path

import pytest

from sagacity.external.mcrl2 import available

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "sagas.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\nsagacity ([^\n]*)\n```\n\n```\n(.*?)```", PAGE, re.S)
ORCHESTRATION = ("compare", "saga_choreography", "saga_orchestration", "--only", "place,settle", "-a", "COPIES=0")
ONE = ("-a", "ORDERS=1", "-b", "ORDERS=1")

needs_mcrl2 = pytest.mark.skipif(available() is not None, reason=str(available()))


def test_the_page_shows_what_it_runs():
    assert [("equivalent (branching)" in shown) - ("not equivalent" in shown) for _, shown in COMMANDS] == [1, 0, 0, 0]


@needs_mcrl2
@pytest.mark.parametrize("command, shown", COMMANDS)
def test_a_comparison_of_the_page(run, command, shown):
    result = run(*command.split())
    assert result.exit_code == (16 if "not equivalent" in shown else 0)
    assert result.stdout.endswith(shown)


@needs_mcrl2
@pytest.mark.parametrize("constants", [("COPIES=1",), ("TIMEOUTS=0",), ("COPIES=1", "LOSSES=0"), ("TOMBSTONE=False",)])
def test_of_one_order_nobody_sees_the_difference(run, constants):
    assert run(*ORCHESTRATION, *ONE, *(x for c in constants for x in ("-b", c))).exit_code == 0


@needs_mcrl2
def test_a_compensation_that_is_not_needed_is_seen_if_there_is_no_stock(run):
    result = run(*ORCHESTRATION, *ONE, "-a", "STOCK=0", "-b", "STOCK=0")
    assert result.exit_code == 16 and "2. settle(Message(kind=STOCK_RELEASED, order=order0))" in result.stdout
