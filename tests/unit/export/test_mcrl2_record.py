"""The record of agreement with mCRL2 belongs to the models as they are; it needs no tools to be checked."""

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from sagacity.agreement.mcrl2 import NAMES
from sagacity.export.mcrl2 import export_mcrl2

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "record_mcrl2.py"))
RECORD = TOOL["read"]()
ROWS = TOOL["rows"]()


def test_every_configuration_is_recorded():
    missing = sorted(set(ROWS) - set(RECORD))
    models = sorted({key.partition("/")[0] for key in missing})
    assert not missing, "no record yet: python tests/record_mcrl2.py " + " ".join(models)


@pytest.mark.parametrize("key", sorted(RECORD))
def test_the_record_is_of_the_model_as_it_is(key):
    assert key in ROWS, f"{key} is not in the manifest any more"
    found, (name, row) = RECORD[key], ROWS[key]
    exported = export_mcrl2(TOOL["compiled"](name, row))
    assert found["model"] == TOOL["digest"](exported), (
        "the model, or its export, has changed: python tests/record_mcrl2.py " + name)
    assert found["differences"] == [] and found["bisimilar"] is True and found["tools"].startswith("mCRL2 2")
    assert (found["states"], found["transitions"], found["depth"]) == (row["states"], row["transitions"], row["depth"])
    assert set(found["properties"]) == {NAMES.get(f.name, f.name) for f in exported.formulas}
    bad = {n for n, outcome in found["properties"].items() if outcome == "violated"}
    assert bad == set(row["violated"]) & set(found["properties"])


def test_a_changed_model_has_another_hash_and_a_changed_comment_has_not():
    name, row = next((n, r) for n, r in ROWS.values() if n == "saga_choreography")

    def digest(model):
        return TOOL["digest"](export_mcrl2(model))

    model = TOOL["compiled"](name, row)
    first, *others = model.functions
    assert digest(replace(model, functions=(replace(first, doc="% Another text."), *others))) == digest(model)
    assert digest(replace(model, invariants=model.invariants[1:])) != digest(model)
    more = {**row, "constants": {**row.get("constants", {}), "COPIES": "2"}}
    assert digest(TOOL["compiled"](name, more)) != digest(model)
