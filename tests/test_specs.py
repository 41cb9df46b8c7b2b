"""The spec files of the corpus: one per model, every row of the table in it, and every configuration as expected."""

import tomllib

import pytest

from sagacity.suite.collect import collect
from sagacity.suite.run import run

SPECS = collect([])
#: The small configurations of the specs that say more than the table, whose rows test_corpus.py runs.
SMALL = [(s, c) for s in SPECS if s.properties for c in s.configs if not c.large]


def test_every_model_has_a_spec_with_every_row_of_the_table(root):
    rows = tomllib.loads((root / "models" / "manifest.toml").read_text())["model"]
    table = {m["name"]: [r["name"] for r in m["config"]] for m in rows}
    assert {s.name: [c.name for c in s.configs][:len(table[s.name])] for s in SPECS} == table
    assert all(s.model == s.name for s in SPECS)


def test_the_figures_are_those_of_the_table(root):
    """No spec has figures of its own for a configuration of the table: they are written once."""
    rows = {(m["name"], r["name"]): r for m in tomllib.loads((root / "models" / "manifest.toml").read_text())["model"]
            for r in m["config"]}
    for s in SPECS:
        for c in s.configs:
            row = rows.get((s.name, c.name))
            assert row is None or {f.what: f.number for f in c.figures} == {
                what: row[what] for what in ("states", "transitions", "depth")}


def test_a_spec_has_properties_of_its_own():
    assert {s.name for s, _ in SMALL} >= {"kafka_log", "saga_choreography"}


@pytest.mark.parametrize("spec, config", SMALL, ids=[f"{s.name}-{c.name}" for s, c in SMALL])
def test_every_configuration_shows_what_is_expected(spec, config):
    report = run(spec, config, "interp")
    unchecked = set(report.result.unchecked)
    assert [s.message for s in report.surprises if s.name not in unchecked] == []
