"""The record of agreement with mCRL2 belongs to the models as they are; it needs no tools to be checked."""

import runpy
from dataclasses import replace
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
    assert found["model"] == TOOL["digest"](TOOL["compiled"](name, row)), (
        "the model, or its export, has changed: python tests/record_mcrl2.py " + name)
    assert found["differences"] == [] and found["bisimilar"] is True and found["tools"].startswith("mCRL2 2")
    assert (found["states"], found["transitions"], found["depth"]) == (row["states"], row["transitions"], row["depth"])


def test_a_changed_model_has_another_hash_and_a_changed_comment_has_not():
    name, row = "saga_choreography", next(r for n, r in ROWS.values() if n == "saga_choreography")
    model = TOOL["compiled"](name, row)
    digest = TOOL["digest"](model)
    first, *others = model.functions
    assert TOOL["digest"](replace(model, functions=(replace(first, doc="% Another text."), *others))) == digest
    assert TOOL["digest"](replace(model, invariants=model.invariants[1:])) != digest
    assert TOOL["digest"](TOOL["compiled"](name, {**row, "constants": {**row.get("constants", {}), "COPIES": "2"}})) != digest
