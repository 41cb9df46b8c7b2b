"""Generated code and runtime run clean under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from both_engines import FILES

from sagacity import loader
from sagacity.engine import search
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.native import build
from sagacity.native import layout as L
from sagacity.native.emit import emit

FLAGS = ("-O1", "-g", "-std=gnu11", "-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_model(path, tmp_path):
    compiled = compile_model(loader.load(str(path)).cls, {})
    emitted = emit(compiled.ir)
    (tmp_path / "model.c").write_text(emitted.source)
    program = tmp_path / "program"
    made = subprocess.run([*build.find_compiler(), *FLAGS, f'-DMODEL="{tmp_path}/model.c"', f"-I{build.HERE}", "-o",
                           str(program), str(Path(__file__).parent / "standalone.c")], capture_output=True, text=True)
    if made.returncode and "sanitize" in made.stderr:
        pytest.skip("this compiler has no sanitizers")
    assert made.returncode == 0, made.stderr
    system = Interpreter(compiled)
    words = [f"{L.encode(emitted.state, system.plain(s.target)) >> 64 * k & 2**64 - 1:x}"
             for s in system.initial() for k in range(L.words(emitted.state))]
    ran = subprocess.run([str(program), *words], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    states, transitions, depth, undecided = map(int, ran.stdout.split())
    if not undecided:
        r = search.check(system, SearchOptions(deadlock=False, keep_going=True, vacuity=False))
        if r.complete:
            assert (states, transitions, depth) == (r.stats.states, r.stats.transitions, r.stats.depth)
