"""Generated code and runtime run clean under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from both_engines import FILES

from sagacity import loader
from sagacity.engine import search
from sagacity.engine.interp import Interpreter
from sagacity.engine.options import SearchOptions
from sagacity.lang import compile_model
from sagacity.native import build
from sagacity.native.standalone import export_c

FLAGS = ("-O1", "-g", "-std=gnu11", "-w", "-pthread", "-fno-sanitize-recover=all")

#: Those searched by several workers: states of one word and of more.
SEVERAL = [(p, flags) for p in FILES if p.stem in ("kafka", "kafka_log") for flags in ((), ("-DFINGERPRINT=1",))
           if p.stem == "kafka" or not flags]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_memory_and_arithmetic(path, tmp_path):
    run_sanitized(path, tmp_path, "address,undefined", workers=1)


@pytest.mark.parametrize("path, flags", SEVERAL, ids=[f"{p.stem}{'-fingerprint' * bool(f)}" for p, f in SEVERAL])
def test_threads(path, flags, tmp_path):
    run_sanitized(path, tmp_path, "thread", workers=3, flags=flags)


def run_sanitized(path: Path, folder: Path, sanitizers: str, workers: int, flags: tuple[str, ...] = ()) -> None:
    compiled = compile_model(loader.load(str(path)).cls, {})
    system, program = Interpreter(compiled), folder / "program"
    main, *_ = export_c(system).write(folder)
    made = subprocess.run([*build.find_compiler(), *FLAGS, *flags, f"-fsanitize={sanitizers}",
                           "-o", str(program), str(main)], capture_output=True, text=True)
    if made.returncode and "sanitize" in made.stderr:
        pytest.skip("this compiler has no such sanitizer")
    assert made.returncode == 0, made.stderr
    ran = subprocess.run([str(program), str(workers)], capture_output=True, text=True)
    if "unexpected memory mapping" in ran.stderr:
        pytest.skip("the thread sanitizer of this compiler does not know this kernel's address space")
    assert ran.returncode == 0, ran.stderr
    states, transitions, depth, undecided = map(int, ran.stdout.split())
    if not undecided:
        r = search.check(system, SearchOptions(deadlock=False, keep_going=True, vacuity=False))
        if r.complete:
            assert (states, transitions, depth) == (r.stats.states, r.stats.transitions, r.stats.depth)


@pytest.mark.parametrize("tests", ["test_fair.py", "test_simulation.py"])
def test_what_python_calls(tests, tmp_path):
    """The search for fair behaviours and the random walks, called from Python: the sanitizers are loaded before it."""
    compiler = build.find_compiler()
    found = [subprocess.run([*compiler, f"-print-file-name={name}"], capture_output=True, text=True).stdout.strip()
             for name in ("libasan.so", "libubsan.so")]
    if not all(Path(p).is_absolute() for p in found):
        pytest.skip("the sanitizers of this compiler are no libraries that could be loaded first")
    run = ("import sys, pytest; from sagacity.native import build; "
           "build.FLAGS += ('-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'); sys.exit(pytest.main(sys.argv[1:]))")
    here = Path(__file__).with_name(tests)
    ran = subprocess.run([sys.executable, "-c", run, "-q", "-p", "no:cacheprovider", "-k", "not random_models", str(here)],
                         capture_output=True, text=True, env={**os.environ, "LD_PRELOAD": ":".join(found),
                                                              "ASAN_OPTIONS": "detect_leaks=0", "SAGACITY_CROSS": "200",
                                                              "SAGACITY_CACHE": str(tmp_path)})
    assert ran.returncode == 0 and " passed" in ran.stdout, ran.stdout[-3000:] + ran.stderr[-3000:]
