"""The benchmark command runs, with the smallest configurations; its times are nobody's business here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sagacity.native.build import find_compiler

RUN = Path(__file__).parent / "run.py"


@pytest.mark.skipif(find_compiler() is None, reason="no C compiler")
def test_smallest_configuration(tmp_path):
    done = subprocess.run([sys.executable, str(RUN), "tpc_3", "--tools", "sagacity,spin,rumur", "--json", "found.json",
                           "--plot", "plot.svg"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "found.json").read_text())["measurements"]
    assert found[0]["tool"] == "sagacity"
    assert {(m["states"], m["transitions"]) for m in found} == {(288, 1_145)}
    bars = [r for r in ElementTree.parse(tmp_path / "plot.svg").findall(".//{*}rect") if r.get("fill") != "white"]
    assert len(bars) == len(found)


def test_wrong_counts_are_a_failure(tmp_path):
    """The command with an expectation changed on purpose."""
    text = RUN.read_text().replace("288, 1_145", "289, 1_145")
    (tmp_path / "run.py").write_text(text.replace("Path(__file__).parent", f"Path({str(RUN.parent)!r})"))
    done = subprocess.run([sys.executable, "run.py", "tpc_3", "--tools", "sagacity"], cwd=tmp_path, capture_output=True,
                          text=True)
    assert done.returncode == 1 and "(wrong)" in done.stdout


@pytest.mark.parametrize("name", ["tpc_3", "tpc_7", "tpc_9"])
def test_two_phase_commit_has_its_closed_form(name):
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("bench_run", RUN)
    bench = sys.modules["bench_run"] = module_from_spec(spec)
    spec.loader.exec_module(bench)
    c = bench.CONFIGURATIONS[name]
    n = c.constants["RM"]
    assert c.transitions == 4 * n * 6**n // 3 + (n + 1) * 4**n + n * 2**n + 1
