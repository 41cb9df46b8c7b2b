"""The starter model holds as it is, and breaks as it says."""

import pytest


@pytest.mark.parametrize("name, cls", [("order_saga", "OrderSaga"), ("status", "StatusModel"), ("x.py", "X")])
def test_new(run, tmp_path, monkeypatch, name, cls):
    monkeypatch.chdir(tmp_path)
    assert run("new", name).exit_code == 0
    file = tmp_path / f"{name.removesuffix('.py')}.py"
    assert f"class {cls}(Model)" in file.read_text() and "@" not in file.read_text().split("class ")[0]
    held = run("check", file.name, "--second-opinion")
    assert held.exit_code == 0 and "never" not in held.stdout
    broken = run("check", file.name, "-c", "ACK_FIRST=True")
    assert broken.exit_code == 12 and "nothing_lost is violated" in broken.stdout and "▶│" in broken.stdout


@pytest.mark.parametrize("name, code", [("two words", "SAG146"), ("class", "SAG146"), ("1st", "SAG146")])
def test_names(run, tmp_path, monkeypatch, name, code):
    monkeypatch.chdir(tmp_path)
    found = run("new", name)
    assert found.exit_code == 2 and code in found.stderr and not list(tmp_path.iterdir())


def test_nothing_is_overwritten(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("# mine")
    found = run("new", "mine")
    assert found.exit_code == 2 and "SAG147" in found.stderr and (tmp_path / "mine.py").read_text() == "# mine"
