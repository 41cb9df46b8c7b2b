"""Every exit status of the command, one by one (design section 5)."""

import pytest

from sagacity.cli import build


@pytest.fixture
def status(run, fixture_models):
    """The exit status of `sagacity check` on a fixture model; a user's fault never shows a traceback."""
    def check(model, *args):
        found = run("check", fixture_models / model, *args)
        if found.exit_code != 255:
            assert "Traceback" not in found.stderr
        return found.exit_code
    return check


def fault(name, *more):
    return ("faulty.py", "-c", f"FAULT={name}", *more)


def test_0_holds(status):
    assert status("ticket.py") == 0
    assert status(*fault("NONE")) == 0


@pytest.mark.parametrize("args", [
    ["no_such_file.py"], ["several.py"], ["several.py:Third"], ["ticket.py", "--property", "nothing"],
    ["ticket.py", "-c", "N"], ["ticket.py", "--engine", "warp"],
    ["ticket.py", "--engine", "interp", "--workers", "2"], ["ticket.py", "--memory", "much"],
    ["ticket.py", "--resume", "no_such_file"]])
def test_2_usage(status, args):
    assert status(*args) == 2


@pytest.mark.parametrize("constant", ["M=2", "N=two", "N=True", "N=0", "N={1}"])
def test_10_assumption_or_constant(status, constant):
    assert status("ticket.py", "-c", constant) == 10


def test_11_deadlock(status):
    assert status(*fault("DEADLOCK")) == 11
    assert status(*fault("DEADLOCK", "--deadlock", "ignore")) == 0


@pytest.mark.parametrize("name", ["SAFETY", "STEP"])
def test_12_safety(status, name):
    assert status(*fault(name)) == 12


def test_14_assertion(status):
    assert status(*fault("ASSERTION")) == 14


def test_15_reachability(status):
    assert status(*fault("REACH")) == 15


def test_16_engines_disagree(status, monkeypatch):
    right = build.second_system

    def wrong(system):
        second = right(system)
        successors = second.successors
        second.successors = lambda state: list(successors(state))[1:]
        return second

    assert status("ticket.py", "--second-opinion") == 0
    monkeypatch.setattr("sagacity.cli.check.second_system", wrong)
    assert status("ticket.py", "--second-opinion") == 16


@pytest.mark.parametrize("args", [["--depth", "2"], ["--max-states", "3"], ["--max-seconds", "0.000001"]])
def test_20_undecided(status, args):
    assert status("ticket.py", *args) == 20


def test_20_constraint(status):
    assert status(*fault("CONSTRAINT", "--property", "small")) == 20


@pytest.mark.parametrize("name", ["INDEX", "RANGE"])
def test_75_evaluation_error(status, name):
    assert status(*fault(name)) == 75


@pytest.mark.parametrize("model", ["unbounded.py", "missing_import.py", "no_model.py"])
def test_150_model_source(status, model):
    assert status(model) == 150


def test_150_syntax_error(run, fixture_models, tmp_path):
    model = tmp_path / "syntax.py"
    model.write_text((fixture_models / "syntax.py.txt").read_text())
    found = run("check", model)
    assert found.exit_code == 150 and "SAG101" in found.stderr and "^" in found.stderr


def test_255_our_own_bug(status, monkeypatch):
    monkeypatch.setattr("sagacity.engines.checked", lambda *a, **k: 1 // 0)
    assert status("ticket.py") == 255


def test_the_worst_status_wins(status):
    """A violation (12) comes before undecided (20)."""
    assert status(*fault("SAFETY", "--continue", "--depth", "2")) == 12
