"""What does a user see who makes a mistake?  Pairs of files: a model or spec file with one fault, and what is printed.

The first line of the file is the command. ``pytest --update-golden`` writes what is printed now; read it then
as a newcomer would: is the place right, is it clear what is wrong, is there a way out?
"""

import re
import shlex
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "errors"
MODELS = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("*.spec")])


@pytest.mark.parametrize("model", MODELS, ids=lambda p: p.stem)
def test_error(model, run, root, monkeypatch, request):
    """The command on the first line prints exactly what the .expect file says, and no traceback."""
    monkeypatch.chdir(root)
    first = model.read_text(encoding="utf-8").partition("\n")[0]
    program, *args = shlex.split(first.removeprefix("#"))
    assert program == "sagacity", f"the first line of {model.name} is not a command"
    result = run(*args)
    shown = f"{result.stdout}{result.stderr}".rstrip("\n") + f"\nexit {result.exit_code}\n"
    shown = re.sub(r"\b\d\.\d s\b", "TIME", shown)
    assert "Traceback" not in shown and result.exit_code != 255, shown
    golden = model.with_suffix(".expect")
    if request.config.getoption("--update-golden"):
        golden.write_text(shown, encoding="utf-8")
    if not golden.exists():
        pytest.fail(f"there is no {golden.name} yet: run pytest --update-golden, then read it. Printed was:\n{shown}")
    assert shown == golden.read_text(encoding="utf-8")


def test_every_expectation_has_a_model():
    """No .expect file is left over."""
    assert {p.stem for p in FOLDER.glob("*.expect")} <= {p.stem for p in MODELS}
