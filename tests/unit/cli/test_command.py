"""The command as a whole, over a model built by hand: options, errors, traces."""

import json

import pytest

from sagacity.cli import build
from sagacity.cli.build import Built
from sagacity.engine.tracefile import Origin
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.source import NOWHERE

ireval = pytest.importorskip("sagacity.engine.ireval")

NUM = T.Int(0, 9)


def at(node, **parts):
    return node(loc=NOWHERE, **parts)


def counter(limit):
    """x counts up to 3; claims that it stays below `limit`."""
    x = at(N.Var, name="x", type=NUM)

    def lit(v):
        return at(N.Lit, value=v, type=NUM)

    def less(a, b):
        return at(N.Op, op="lt", args=(a, b), type=T.BOOL)

    step = (at(N.Require, cond=less(x, lit(3))),
            at(N.SetVar, name="x", value=at(N.Op, op="add", args=(x, lit(1)), type=T.INT)))
    claim = at(N.Function, name="small", params=(), body=(at(N.Return, value=less(x, lit(limit))),))
    end = at(N.Function, name="end", params=(), body=(at(N.Return, value=less(lit(2), x)),))
    return at(N.Model, name="Counter", vars=(at(N.VarDecl, name="x", type=NUM),),
              init=(at(N.SetVar, name="x", value=lit(0)),), actions=(at(N.Action, name="up", params=(), body=step),),
              functions=(claim, end), invariants=("small",), terminals=("end",))


@pytest.fixture(autouse=True)
def built(monkeypatch):
    """MODEL is the limit of the counter; no file is read."""
    def fake(spec, texts, cls=None):
        if spec == "bug":
            raise RuntimeError("kaboom")
        return Built(ireval.IrSystem(counter(int(spec))), Origin(spec, "Counter", tuple(texts.items())), spec)

    for module in ("check", "replay"):
        monkeypatch.setattr(f"sagacity.cli.{module}.build", fake)
    assert build


def test_holds(run):
    found = run("check", "9")
    assert found.exit_code == 0 and found.stdout.startswith("HOLDS")
    assert "4 states, 3 transitions, depth 4" in found.stdout


def test_violation(run):
    found = run("check", "2")
    assert found.exit_code == 12 and "x: 1 -> 2" in found.stdout


def test_reproduction_line_keeps_what_matters(run):
    found = run("check", "2", "-c", "N=3", "--depth", "3", "--property", "small", "--deadlock=ignore", "--full",
                "--continue")
    line = found.stdout.rstrip().splitlines()[-1]
    assert line == ("reproduce: sagacity check 2 -c N=3 --property small --deadlock ignore --depth 3 --continue")
    again = run(*line.split()[2:])
    assert again.exit_code == found.exit_code


def test_json(run):
    document = json.loads(run("check", "2", "--json").stdout)
    assert document["exit_status"] == 12 and document["properties"][0]["trace"][-1]["state"] == {"x": 2}


def test_second_opinion(run):
    assert run("check", "9", "--second-opinion").exit_code == 0


def test_trace_is_saved_and_replayed_and_refused_when_altered(run, tmp_path):
    file = tmp_path / "t.json"
    assert run("check", "2", "--trace", file).exit_code == 12
    found = run("replay", file)
    assert found.exit_code == 0 and "accepted: 2 steps, and small is violated at the end" in found.stdout
    document = json.loads(file.read_text())
    document["steps"][1]["state"]["x"] = 2
    file.write_text(json.dumps(document))
    found = run("replay", file)
    assert found.exit_code == 2 and "is refused at step 1" in found.stderr


def test_trace_without_counterexample_is_not_written(run, tmp_path):
    file = tmp_path / "t.json"
    assert run("check", "9", "--trace", file).exit_code == 0 and not file.exists()


@pytest.mark.parametrize("args", [["check"], ["check", "9", "--engine", "warp"], ["check", "9", "--depth", "0"],
                                  ["nonsense"], ["check", "9", "--property", "smal"], ["replay", "missing.json"],
                                  ["check", "9", "-c", "N"]])
def test_usage(run, args):
    found = run(*args)
    assert found.exit_code == 2 and "Traceback" not in found.stderr and found.stderr


def test_our_own_bug(run):
    found = run("check", "bug")
    assert found.exit_code == 255 and "kaboom" in found.stderr and "report" in found.stderr


def test_list_and_doctor(run):
    assert run("list").exit_code == 0
    found = run("doctor")
    assert found.exit_code == 0 and "C compiler" in found.stdout and "mcrl22lps" in found.stdout


def test_version_and_help(run):
    assert run("--version").exit_code == 0 and "Exit status" in run("--help").stdout
