"""`sagacity verify`: which configurations run, what is printed and written, and the exit status."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from importlib import resources

import jsonschema
import pytest

from sagacity.suite.run import RULES

SPEC = """# What the ticket lock must show.
model ticket.py
invariant first: serving == 0
config two
    expect first violated in 2 steps, states 15
config three
    const N = 3
    tags large
    expect first violated
"""


@pytest.fixture
def folder(tmp_path, monkeypatch, fixture_models):
    monkeypatch.chdir(tmp_path)
    shutil.copy(fixture_models / "ticket.py", tmp_path)
    (tmp_path / "ticket.spec").write_text(SPEC)
    return tmp_path


def test_small_configurations_run_and_large_ones_on_demand(folder, run):
    """Two clients: 3 numbers to serve next; nobody (1), one (2) or both in either order (2) wait: 15 states."""
    small = run("verify", "ticket.spec")
    assert small.exit_code == 0, small.output
    assert "two" in small.stdout and "three" not in small.stdout
    assert small.stdout.endswith("1 configuration: 1 as expected\n")
    both = run("verify", ".", "--config", "all", "--jobs", "2")
    assert both.exit_code == 0 and "2 configurations: 2 as expected" in both.stdout
    large = run("verify", "ticket.spec", "--config", "large")
    assert "three" in large.stdout and "two" not in large.stdout


def test_a_surprise_shows_its_story_and_sets_the_status(folder, run):
    (folder / "ticket.spec").write_text(SPEC.replace("first violated in 2 steps, ", ""))
    result = run("verify", "ticket.spec", "--junit", "j.xml", "--sarif", "s.json")
    assert result.exit_code == 12
    assert "first was expected to hold and is violated" in result.stdout and "serving: 0 -> 1" in result.stdout
    assert "reproduce: sagacity verify ticket.spec --config two" in result.stdout
    assert ET.parse(folder / "j.xml").getroot().get("failures") == "1"
    assert [r["ruleId"] for r in json.loads((folder / "s.json").read_text())["runs"][0]["results"]] == ["violated"]


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_ends_the_suite_with_what_is_known(folder):
    (folder / "slow.py").write_text("import time; open('started', 'w').close(); time.sleep(60)")
    (folder / "slow.spec").write_text("model slow.py\n")
    command = [sys.executable, "-m", "sagacity.cli", "verify", "ticket.spec", "slow.spec", "-j", "1", "--junit", "j.xml"]
    # What is started in the background of a script ignores SIGINT, and so would this, whoever started the tests.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    deadline = time.monotonic() + 60
    while not (folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)       # as a terminal does: the parent and the workers
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 20 and stderr == ""
    assert "the run was interrupted" in stdout and "2 configurations: 1 as expected, 1 not" in stdout
    assert ET.parse(folder / "j.xml").getroot().get("skipped") == "1"


def test_a_property_that_should_fail_and_holds_is_a_failure(folder, run):
    (folder / "ticket.spec").write_text("model ticket.py\nconfig a\n  expect tickets_differ violated\n")
    assert run("verify", "ticket.spec").exit_code == 12


@pytest.mark.parametrize("expected, status", [("states 15", 0), ("states 16", 16)])
def test_json(folder, run, expected, status):
    (folder / "ticket.spec").write_text(SPEC.replace("states 15", expected))
    result = run("verify", "ticket.spec", "--json")
    document = json.loads(result.stdout)
    schema = json.loads(resources.files("sagacity.cli").joinpath("schema", "verify-1.json").read_text())
    jsonschema.validate(document, schema)
    surprise = schema["$defs"]["configuration"]["properties"]["surprises"]["items"]["properties"]["rule"]["enum"]
    assert set(surprise) == set(RULES)
    assert result.exit_code == document["exit_status"] == status
    assert [bool(c["surprises"]) for c in document["configurations"]] == [bool(status)]
