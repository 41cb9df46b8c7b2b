"""The record of agreement with mCRL2 belongs to the models as they are; it needs no tools to be checked."""

import runpy
from pathlib import Path

import pytest

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "record_mcrl2.py"))
RECORD = TOOL["read"]()
ROWS = {f"{name}/{row['name']}": (name, row) for name, row in TOOL["rows"]()}


def test_every_configuration_is_recorded():
    missing = sorted(set(ROWS) - set(RECORD))
    assert not missing, "no record yet: python tests/record_mcrl2.py " + " ".join({k.partition("/")[0] for k in missing})


@pytest.mark.parametrize("key", sorted(RECORD))
def test_the_record_is_of_the_model_as_it_is(key):
    assert key in ROWS, f"{key} is not in the manifest any more"
    found, (name, row) = RECORD[key], ROWS[key]
    assert found["model"] == TOOL["digest"](name, row), "the model has changed: python tests/record_mcrl2.py " + name
    assert found["differences"] == [] and found["bisimilar"] is True and found["tools"].startswith("mCRL2 2")
    assert (found["states"], found["transitions"], found["depth"]) == (row["states"], row["transitions"], row["depth"])


def test_a_changed_model_has_another_hash():
    name, row = next(iter(ROWS.values()))
    assert TOOL["digest"](name, row) != TOOL["digest"](name, {**row, "constants": {"NEW": "1"}})
