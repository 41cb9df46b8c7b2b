"""The table of the layout, the exported C, and the cache that two processes share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sagacity.lang import compile_model
from sagacity.loader import load
from sagacity.native import build
from sagacity.native.standalone import state_layout

TICKET = Path(__file__).resolve().parents[2] / "fixtures" / "models" / "ticket.py"


def test_layout():
    """With 2 clients: two numbers of 0..2, and an option of such a number for each client."""
    found = state_layout(compile_model(load(str(TICKET)).cls, {}).ir)
    assert [(s.name, s.at, s.bits) for s in found.slots] == [("next", 6, 2), ("serving", 4, 2), ("ticket", 0, 4)]
    assert (found.bits, found.words) == (8, 1)


def test_layout_on_the_command_line(run, fixture_models):
    told = run("check", fixture_models / "ticket.py", "--explain-layout")
    assert told.exit_code == 0
    assert "ticket" in told.stdout and "8 bits, 1 word" in told.stdout and "HOLDS" not in told.stdout
    refused = run("check", fixture_models / "not_native.py", "--explain-layout")
    assert refused.exit_code == 2 and "not_native.py:9:9: error SAG950" in refused.stderr


def test_exported_c_is_a_program_with_the_lines_of_the_model(run, fixture_models, tmp_path):
    assert run("export", "c", fixture_models / "ticket.py", "-o", tmp_path).exit_code == 0
    assert "self.next = (self.next + 1) % (self.N + 1)" in (tmp_path / "Ticket.c").read_text()
    subprocess.run([*build.find_compiler(), "-std=gnu11", "-pthread", "-o", "ticket", "Ticket_main.c"], cwd=tmp_path, check=True)
    told = subprocess.run([tmp_path / "ticket", "1"], capture_output=True, text=True, check=True)
    assert told.stdout.split()[:3] == ["15", "24", "7"]      # as the interpreter counts


def test_two_processes_build_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path))
    words = [sys.executable, "-m", "sagacity.cli", "check", str(TICKET), "-q", "--engine", "native"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [p.communicate()[0].split()[0] for p in both] == ["HOLDS", "HOLDS"]
    made = sorted(p.suffix for p in Path(tmp_path, "native").iterdir())
    assert made == [".sha256", ".so"], "nothing half-made is left behind"


def test_the_cache_is_keyed_by_source_flags_and_compiler(monkeypatch):
    text, before = "int f(void) { return 1; }", build._key("int f(void) { return 1; }", ("cc",))
    assert build._key(text, ("cc",)) == before
    assert build._key(text + " ", ("cc",)) != before != build._key(text, ("cc", "-g"))
    monkeypatch.setattr(build, "FLAGS", (*build.FLAGS, "-g"))
    assert build._key(text, ("cc",)) != before
