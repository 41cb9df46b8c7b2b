"""From C text to functions that can be called: the compiler, and a cache of what it made.

The cache is keyed by everything that decides about the result. A library is complete before it gets its name,
and its recorded
digest is checked before it is loaded, so two processes may build at once and a damaged file is built again.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from ..cache import folder
from ..errors import Diagnostic, UnsupportedError

HERE = Path(__file__).parent
RUNTIME = ("runtime.h", "store.h", "log.h", "search.h", "pool.h", "growth.h", "entry.h", "graph.h", "walk.h",
           "arena.h", "components.h")

#: Beyond -O1 a small model waits longer for the compiler, and the benchmarks run no faster: they wait for memory, and
#: what must be inlined says so.
FLAGS = ("-O1", "-march=native", "-std=gnu11", "-w", "-fPIC", "-shared", "-fno-semantic-interposition", "-pthread")


def find_compiler() -> list[str] | None:
    """The command of a C compiler: CC, or the first of cc, gcc, clang, or the one in the wheel ziglang, that is there."""
    named = os.environ.get("CC")
    for words in ([shlex.split(named)] if named else []) + [["cc"], ["gcc"], ["clang"]]:
        if words and shutil.which(words[0]):
            return words
    if importlib.util.find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    return None


def library(source: str) -> ctypes.CDLL:
    """The compiled source, from the cache if it is there. Raises UnsupportedError without a working compiler."""
    compiler = find_compiler()
    if compiler is None:
        raise _no("there is no C compiler: install gcc, clang or the wheel ziglang, or set CC")
    path = folder("native") / f"{_key(source, tuple(compiler))}.so"
    if not _intact(path):
        _build(source, compiler, path)
    try:
        return ctypes.CDLL(str(path))
    except OSError as e:
        raise _no(f"the compiled model cannot be loaded: {e}") from None


@lru_cache(maxsize=None)
def _identity(compiler: tuple[str, ...]) -> str:
    """Version and target of the compiler, as -march=native sees this machine."""
    found = []
    for extra in (["--version"], ["-march=native", "-dM", "-E", "-x", "c", os.devnull]):
        done = subprocess.run([*compiler, *extra], capture_output=True, text=True)
        found.append(done.stdout)
    return "\n".join(found)


def _key(source: str, compiler: tuple[str, ...]) -> str:
    h = hashlib.sha256()
    texts = (source, *((HERE / name).read_text() for name in RUNTIME), *FLAGS, *compiler, _identity(compiler))
    for text in texts:
        h.update(hashlib.sha256(text.encode()).digest())
    return h.hexdigest()


def _intact(path: Path) -> bool:
    try:
        return path.with_suffix(".sha256").read_text() == _digest(path)
    except OSError:
        return False


def _digest(path: Path) -> str:
    data = path.read_bytes()
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def _build(source: str, compiler: list[str], path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
            text, made = Path(temporary, "model.c"), Path(temporary, "model.so")
            text.write_text(source)
            done = subprocess.run([*compiler, *FLAGS, f"-I{HERE}", "-o", str(made), str(text)],
                                  capture_output=True, text=True)
            if done.returncode:
                raise _no(f"{compiler[0]} fails on the generated code: {done.stderr.strip()[:600]}")
            record = Path(temporary, "model.sha256")
            record.write_text(_digest(made))
            os.replace(made, path)
            os.replace(record, path.with_suffix(".sha256"))
    except OSError as e:
        raise _no(f"the compiled model cannot be kept in {path.parent}: {e.strerror}") from None


def _no(message: str) -> UnsupportedError:
    return UnsupportedError(Diagnostic(code="SAG951", message=message, hint="use --engine interp"))
