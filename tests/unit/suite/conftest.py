"""Spec files about the ticket lock of the fixtures, written into a temporary folder."""

import shutil
from pathlib import Path

import pytest

TICKET = Path(__file__).resolve().parents[2] / "fixtures" / "models" / "ticket.py"


@pytest.fixture
def spec_of(tmp_path):
    """A function from the text below the line `model ticket.py` to the path of a spec file."""
    shutil.copy(TICKET, tmp_path)

    def write(text: str = "", model: str = "ticket.py") -> Path:
        path = tmp_path / "ticket.spec"
        path.write_text(f"model {model}\n{text}", encoding="utf-8")
        return path

    return write
