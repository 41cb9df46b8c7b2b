"""Tests of compiled models need a C compiler; they compile quickly rather than well."""

import sys
from pathlib import Path

import pytest

from sagacity.native import build

for folder in (Path(__file__).parent, *(Path(__file__).parents[1] / name for name in ("ir",))):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


@pytest.fixture(autouse=True)
def quick_compiler(monkeypatch, tmp_path_factory):
    if build.find_compiler() is None:
        pytest.skip("no C compiler: CC, cc, gcc and clang are all missing")
    monkeypatch.setattr(build, "FLAGS", tuple("-O1" if f == "-O3" else f for f in build.FLAGS))
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
