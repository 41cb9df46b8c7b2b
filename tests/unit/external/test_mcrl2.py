"""Finding and running the mCRL2 tools, and what they say of the process of the document."""

import re
import stat
from pathlib import Path

import pytest

from sagacity.errors import UsageError
from sagacity.external.mcrl2 import NAMES, ToolError, Tools, available, diamonds

SEED = Path(__file__).resolve().parents[3] / "mcrl2" / "seed"
ROWS = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|$", (SEED / "README.md").read_text(), re.M)
needs_mcrl2 = pytest.mark.skipif(available() is not None, reason=str(available()))


def fake(folder, script):
    """Tools that do nothing but what the script says."""
    for name in NAMES:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return Tools(folder, timeout=1)


def test_a_missing_tool_is_named(tmp_path):
    with pytest.raises(UsageError) as e:
        Tools(tmp_path)
    d = e.value.diagnostics[0]
    assert d.code == "SAG140" and "mcrl22lps" in d.message and "mcrl2.org" in d.hint


def test_a_tool_that_fails_says_what_it_printed(tmp_path):
    with pytest.raises(ToolError, match="status 3: no good") as e:
        fake(tmp_path, "echo no good; exit 3").info(tmp_path / "x")
    assert not e.value.late


def test_a_tool_that_takes_too_long_is_stopped(tmp_path):
    with pytest.raises(ToolError, match="stopped after 1 seconds") as e:
        fake(tmp_path, "exec sleep 30").info(tmp_path / "x")
    assert e.value.late


def test_no_counts_and_no_verdict_are_failures(tmp_path):
    tools = fake(tmp_path, "echo nothing")
    with pytest.raises(ToolError, match="no counts"):
        tools.explore(tmp_path / "x", tmp_path / "y")
    with pytest.raises(ToolError, match="no verdict"):
        tools.check(tmp_path / "x", tmp_path / "y", tmp_path)
    with pytest.raises(ToolError, match="no verdict"):
        tools.compare(tmp_path / "x", tmp_path / "y", "strong")


def test_labels_of_a_distinguishing_formula():
    assert diamonds("<tau*><initial(0)>!(<tau*><up(1)>true)") == ["initial(0)", "up(1)"]


@needs_mcrl2
def test_the_document_as_written_has_a_syntax_error(tmp_path):
    with pytest.raises(ToolError, match="Line 10, column 25: syntax error"):
        Tools().run("mcrl22lps", SEED / "event_processing.mcrl2", tmp_path / "x.lps")


@needs_mcrl2
@pytest.mark.parametrize("name, states, transitions, dead", ROWS)
def test_the_figures_of_the_seed(name, states, transitions, dead, tmp_path):
    tools, lps, lts = Tools(), tmp_path / "x.lps", tmp_path / "x.lts"
    tools.linearise(SEED / f"{name}.mcrl2", lps)
    counts = tools.explore(lps, lts)
    assert (counts.states, counts.transitions, counts.deadlocks) == (int(states), int(transitions), int(dead))
    assert f"Number of states: {states}." in tools.info(lts)
    assert tools.check(lps, SEED / "no_deadlock.mcf", tmp_path) == (dead == "0")


@needs_mcrl2
def test_equivalences_and_a_distinguishing_trace(tmp_path):
    a, b = tmp_path / "a.aut", tmp_path / "b.aut"
    a.write_text('des (0,3,4)\n(0,"x",1)\n(1,"i",2)\n(2,"y",3)\n')
    b.write_text('des (0,2,3)\n(0,"x",1)\n(1,"y",2)\n')
    tools = Tools()
    assert tools.compare(a, b, "branching", ("i",)).equivalent
    found = tools.compare(a, b, "strong")
    assert not found.equivalent and found.trace[0] == "x"
