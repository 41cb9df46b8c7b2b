"""Configurations from a table: the figures are written once, the spec adds to them."""

import pytest

from sagacity.errors import ModelSourceError
from sagacity.suite.specfile import read
from sagacity.suite.table import with_tables

ROWS = """
[[model]]
name = "other"
[[model.config]]
name = "small"

[[model]]
name = "ticket"
[[model.config]]
name = "small"
constants = { N = "1" }
verdict = "VIOLATED"
violated = { tickets_differ = 3, step = 0 }
states = 4
transitions = 5
depth = 6
why = "One client"
tags = ["quick"]
"""


@pytest.fixture
def table(tmp_path):
    (tmp_path / "rows.toml").write_text(ROWS, encoding="utf-8")


def test_a_row_is_a_configuration(spec_of, table):
    row, = with_tables(read(spec_of("configs from rows.toml\n"))).configs
    assert (row.name, row.title, row.tags, row.loc.line) == ("small", "One client", {"quick"}, 10)
    assert [(s.name, s.text) for s in row.constants] == [("N", "1")]
    assert [(e.name, e.steps) for e in row.expected] == [("tickets_differ", 3), ("step", None)]
    assert [(f.what, f.number) for f in row.figures] == [("states", 4), ("transitions", 5), ("depth", 6)]


def test_a_spec_adds_expectations_and_configurations(spec_of, table):
    text = "configs from rows.toml\ninvariant few: next <= N\nconfig small\n  expect few violated\nconfig mine\n"
    small, mine = with_tables(read(spec_of(text))).configs
    assert [e.name for e in small.expected] == ["tickets_differ", "step", "few"] and len(small.figures) == 3
    assert mine.name == "mine" and not mine.figures


@pytest.mark.parametrize("line", ["expect states 4", "expect tickets_differ violated", "const N = 1", "const M = 1"])
def test_what_the_table_says_is_not_repeated(spec_of, table, line):
    with pytest.raises(ModelSourceError, match="SAG704"):
        with_tables(read(spec_of(f"configs from rows.toml\nconfig small\n  {line}\n")))


@pytest.mark.parametrize("rows", ["[[model]]\nname = 'ticket'", "= 3", ROWS.replace("states = 4", "")])
def test_a_broken_table_is_a_located_error(spec_of, tmp_path, rows):
    (tmp_path / "rows.toml").write_text(rows, encoding="utf-8")
    with pytest.raises(ModelSourceError, match="SAG705") as caught:
        with_tables(read(spec_of("configs from rows.toml\n")))
    assert caught.value.diagnostics[0].loc.line == 2
