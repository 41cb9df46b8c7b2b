"""The layer rule of ARCHITECTURE.md, read off the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "checker" / "sagacity"
FILES = sorted(PACKAGE.rglob("*.py"))

#: folder -> folders of the package that it must not import
FORBIDDEN = {
    "agreement": {"cli", "lang", "eda", "testing"},
    "ir": {"agreement", "lang", "engine", "cli", "logic", "export", "external", "native", "smt", "eda", "testing"},
    "lang": {"agreement", "cli", "export", "external", "native", "smt", "eda", "testing"},
    "engine": {"agreement", "cli", "eda", "export", "external", "testing"},
    "logic": {"agreement", "cli", "eda", "lang", "export", "external", "native", "smt", "testing"},
    "export": {"agreement", "cli", "eda", "lang", "external", "native", "smt", "testing"},
    "report": {"agreement", "cli", "lang", "engine", "logic", "eda", "export", "external", "native", "smt", "testing"},
    "suite": {"cli", "eda", "export", "external", "smt", "testing"},
    "smt": {"agreement", "cli", "eda", "lang", "logic", "export", "external", "native", "report", "suite", "testing"},
    "eda": {"agreement", "cli", "engine", "ir", "logic", "export", "external", "native", "smt", "testing"},
}

#: The rooms of the interpreter: the only engine that runs the user's own methods.
INTERPRETER = {"interp.py", "objects.py", "drive.py"}


def imports(path: Path):
    """(room inside the package or None, top-level module name) of every import of a file, deferred ones included."""
    depth = len(path.relative_to(PACKAGE).parts)
    for n in ast.walk(ast.parse(path.read_text())):
        if isinstance(n, ast.ImportFrom):
            module = (n.module or "").split(".")
            if n.level == depth:        # relative to the package itself
                yield module[0] or n.names[0].name, None
            elif n.level == 0:
                yield (module[1] if module[0] == "sagacity" and len(module) > 1 else None), module[0]
        elif isinstance(n, ast.Import):
            for a in n.names:
                yield None, a.name.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_layers(path):
    room = path.relative_to(PACKAGE).parts[0]
    for inside, outside in imports(path):
        assert inside not in FORBIDDEN.get(room, ()), f"{path.name} imports {inside}"
        assert outside not in ("click", "rich") or room == "cli", f"{path.name} imports {outside}"
        assert outside != "models"
        if room == "engine" and path.name not in INTERPRETER:
            assert inside != "lang", f"{path.name} imports lang"
        if room == "lang" and inside == "logic":
            assert path.name == "temporal.py", f"{path.name} imports logic: only the syntax of formulas is for lang"
