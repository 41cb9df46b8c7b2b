"""Shell completion: models, properties and constants."""

import pytest
from click.shell_completion import ShellComplete

from sagacity.cli import main


def offered(*words):
    *before, incomplete = words
    found = ShellComplete(main, {}, "sagacity", "_SAGACITY_COMPLETE").get_completions(list(before), incomplete)
    return [c.value for c in found if c.type == "plain"]


def test_commands_and_models():
    assert offered("sim") == ["simulate"]
    assert offered("check", "kafka_l") == ["kafka_log"] and "saga_choreography" in offered("simulate", "")


def test_properties():
    assert offered("check", "kafka_log", "-p", "key") == ["key_order"]
    assert "deadlock" in offered("check", "kafka_log", "--property", "")


def test_constants():
    assert offered("check", "kafka_log", "-c", "CR") == ["CRASHES="]


@pytest.mark.parametrize("option", ["-p", "-c"])
def test_a_broken_model_offers_nothing(option, fixture_models):
    assert offered("check", str(fixture_models / "missing_import.py"), option, "") == []
