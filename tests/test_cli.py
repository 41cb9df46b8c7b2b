"""The command from end to end: what a user sees on real model files."""

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from sagacity.cli import jsonout


@pytest.fixture
def faulty(run, fixture_models):
    return lambda name, *args: run("check", fixture_models / "faulty.py", "-c", f"FAULT={name}", *args)


def test_story_of_a_counterexample(faulty):
    found = faulty("SAFETY")
    lines = [line.strip() for line in found.stdout.splitlines()]
    assert lines[0] == "VIOLATED  Faulty: invariant small is violated"
    assert any(line.startswith("1  up(by=2)") and "faulty.py:" in line for line in lines)
    assert "note: counter -> display: up by 2" in lines
    assert "x: 0 -> 2" in lines
    assert "log = []" in lines and sum(line.startswith("log") for line in lines) == 1
    assert "false here: (self.FAULT != Fault.SAFETY or self.x != 2)" in found.stdout \
        or "false here: self.FAULT != Fault.SAFETY or self.x != 2" in found.stdout
    assert lines[-1].startswith("reproduce: sagacity check ") and "-c FAULT=SAFETY" in lines[-1]


def test_choices_are_named(faulty):
    assert "choosing" in faulty("STEP").stdout


def test_failing_statement_is_shown_with_a_caret(faulty):
    found = faulty("INDEX").stdout
    assert "SAG901" in found and "self.log[0]" in found and "^" in found


def test_whole_states(faulty):
    assert faulty("SAFETY", "--full").stdout.count("log = []") == 2


def test_quiet(faulty):
    assert faulty("SAFETY", "--quiet").stdout.count("\n") == 1


@pytest.mark.parametrize("name", ["NONE", "SAFETY", "STEP", "DEADLOCK", "ASSERTION", "INDEX", "RANGE", "REACH",
                                  "CONSTRAINT"])
def test_json_obeys_the_schema_and_both_evaluations_agree(faulty, name):
    found = faulty(name, "--json", "--continue", "--second-opinion")
    document = json.loads(found.stdout)
    jsonschema.validate(document, jsonout.schema())
    assert document["exit_status"] == found.exit_code != 16
    assert document["disagreements"] == []


def test_counts_of_the_ticket_lock(run, fixture_models):
    """The order of the waiting clients and the next number determine a state: with one client 2 * 2 states."""
    document = json.loads(run("check", fixture_models / "ticket.py", "-c", "N=1", "--json").stdout)
    assert document["stats"]["states"] == 4 and document["stats"]["transitions"] == 4
    assert document["stats"]["depth"] == 4 and document["verdict"]["outcome"] == "holds"


@pytest.mark.parametrize("name", ["SAFETY", "STEP", "DEADLOCK", "ASSERTION", "INDEX", "RANGE"])
def test_trace_is_accepted_and_refused_after_any_altered_state(run, faulty, tmp_path, name):
    file = tmp_path / "trace.json"
    assert faulty(name, "--trace", file).exit_code in (11, 12, 14, 75)
    assert run("replay", file).exit_code == 0
    original = json.loads(file.read_text())
    for i, step in enumerate(original["steps"]):
        altered = json.loads(json.dumps(original))
        if step["state"] is None:
            altered["steps"][i]["state"] = original["steps"][0]["state"]
        else:
            altered["steps"][i]["state"]["x"] = (step["state"]["x"] + 1) % 4
        file.write_text(json.dumps(altered))
        found = run("replay", file)
        assert found.exit_code == 2 and f"step {i}" in found.stderr, found.stderr


def test_replay_with_another_constant_is_refused(run, faulty, tmp_path):
    file = tmp_path / "trace.json"
    faulty("SAFETY", "--trace", file)
    file.write_text(file.read_text().replace('"SAFETY"', '"NONE"'))
    assert run("replay", file).exit_code == 2


def test_corpus_by_name(run, root, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    if not list((root / "models").glob("*.py")):
        pytest.skip("the corpus is empty")
    names = [line.split()[0] for line in run("list").stdout.splitlines()]
    assert {p.stem for p in (root / "models").glob("*.py")} <= set(names)


def test_as_a_process(root, fixture_models):
    """No terminal: no progress line, and nothing on stderr."""
    command = [sys.executable, "-m", "sagacity.cli", "check", str(fixture_models / "ticket.py")]
    environment = {**os.environ, "PYTHONPATH": str(root / "checker")}
    found = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert found.returncode == 0, found.stderr
    assert found.stderr == "" and "\x1b" not in found.stdout


def test_a_terminal_without_unicode_gets_the_diagram_too(root, fixture_models):
    command = [sys.executable, "-m", "sagacity.cli", "check", str(fixture_models / "faulty.py"), "-c", "FAULT=SAFETY"]
    environment = {**os.environ, "PYTHONPATH": str(root / "checker"), "PYTHONIOENCODING": "ascii"}
    found = subprocess.run(command, capture_output=True, encoding="ascii", env=environment)
    assert found.returncode == 12, found.stderr
    assert " up by 2 --" in found.stdout and "->|" in found.stdout
