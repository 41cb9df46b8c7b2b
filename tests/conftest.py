"""Fixtures for all tests."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser):
    """`--update-golden`: write what is printed now into the golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files with what is printed now")


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def fixture_models() -> Path:
    """The folder of small model files, each for one behaviour of the command."""
    return ROOT / "tests" / "fixtures" / "models"


@pytest.fixture
def run(monkeypatch, tmp_path_factory):
    """Run `sagacity ARGS...` in this process; the result has exit_code, stdout, stderr."""
    from click.testing import CliRunner

    from sagacity.cli import main

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("SAGACITY_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    return lambda *args: CliRunner().invoke(main, [str(a) for a in args], prog_name="sagacity")
