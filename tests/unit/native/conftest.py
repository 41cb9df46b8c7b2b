"""Tests of compiled models need a C compiler, and have a cache of their own."""

import sys
from pathlib import Path

import pytest

from sagacity.native import build

for folder in (Path(__file__).parent, *(Path(__file__).parents[1] / name for name in ("ir",))):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


@pytest.fixture(autouse=True)
def compiler_and_cache(monkeypatch, tmp_path_factory):
    if build.find_compiler() is None:
        pytest.skip("no C compiler: CC, cc, gcc and clang are all missing")
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
