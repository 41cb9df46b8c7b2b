"""Where are the models that come with Sagacity?  In a checkout's models/, else inside the package."""

from __future__ import annotations

import ast
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folders() -> list[Path]:
    """The folders that hold corpus models, in order of preference."""
    checkout = _PACKAGE.parent.parent
    found = []
    if (checkout / "checker" / "sagacity").resolve() == _PACKAGE:
        found.append(checkout / "models")
    found.append(_PACKAGE / "_corpus" / "models")
    return [_shortest(f) for f in found if f.is_dir()]


def find(name: str) -> Path | None:
    """The file of the corpus model of that name."""
    for folder in folders():
        if (path := folder / f"{name}.py").is_file():
            return path
    return None


def names() -> list[str]:
    """The names of all corpus models, sorted."""
    return sorted({p.stem for folder in folders() for p in folder.glob("*.py")})


def specs() -> list[Path]:
    """The spec files of the corpus, by name."""
    found = {p.stem: p for folder in reversed(folders()) for p in (folder.parent / "specs").glob("*.spec")}
    return [found[name] for name in sorted(found)]


def summary(path: Path) -> str:
    """The first line of the docstring of a model file, or of its first class that has one."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return ""
    documented = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))]
    return next((doc.splitlines()[0] for n in documented if (doc := ast.get_docstring(n))), "")


def _shortest(folder: Path) -> Path:
    """Relative to the working directory where that is shorter to read."""
    try:
        return folder.relative_to(Path.cwd())
    except ValueError:
        return folder
