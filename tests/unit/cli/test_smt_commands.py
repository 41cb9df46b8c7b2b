"""The commands that need a solver: exit statuses and what is printed."""

import json

import pytest

from sagacity.cli import solve


def test_check_bounded(run):
    found = run("check", "saga_choreography", "--engine", "smt", "--depth", "3")
    assert found.exit_code == 20 and "BOUNDED (depth limit 3)" in found.stdout
    assert "sagacity check saga_choreography --engine smt --depth 3" in found.stdout


def test_check_violated(run, fixture_models):
    found = run("check", fixture_models / "dedupe.py", "--engine", "smt", "--json")
    document = json.loads(found.stdout)
    assert found.exit_code == 12 and document["engine"] == "smt"
    assert [len(p["trace"]) for p in document["properties"] if p["name"] == "handled_once"] == [4]


def test_check_induction(run):
    found = run("check", "saga_choreography", "--induction", "-p", "stock_conserved")
    assert found.exit_code == 0 and "the property holds in all reachable states" in found.stdout


def test_what_is_not_inductive_is_shown_as_such(run):
    found = run("check", "saga_choreography", "--induction", "-p", "never_shipped_and_cancelled")
    assert found.exit_code == 20
    assert "induction for never_shipped_and_cancelled (these states may be unreachable)" in found.stdout
    assert "some state" in found.stdout and "initial state" not in found.stdout


@pytest.mark.parametrize("args", [
    ["check", "saga_choreography", "--engine", "interp", "--induction"],
    ["check", "saga_choreography", "--engine", "smt", "--max-states", "9"],
    ["check", "saga_choreography", "--engine", "smt", "--second-opinion"],
    ["induct", "saga_choreography", "-i", "nothing"], ["induct", "saga_choreography", "-i", "placed"],
    ["synthesize", "saga_choreography", "--minimise", "COPIES"],
    ["synthesize", "saga_choreography", "--minimise", "COPIES", "-c", "COPIES=3..1"],
    ["synthesize", "saga_choreography", "--minimise", "COPIES", "-c", "COPIES=0..1", "-c", "ORDERS=1..2"]])
def test_usage(run, args):
    found = run(*args)
    assert found.exit_code == 2 and "SAG13" in found.stderr


def test_without_z3(run, monkeypatch):
    monkeypatch.setattr(solve, "find_spec", lambda name: None)
    found = run("check", "saga_choreography", "--engine", "smt")
    assert found.exit_code == 2 and "pip install z3-solver" in found.stderr


@pytest.mark.parametrize("args, status", [
    (["-i", "stock_conserved", "-p", "no_overselling"], 0), (["-i", "never_shipped_and_cancelled"], 20)])
def test_induct(run, args, status):
    found = run("induct", "saga_choreography", *args)
    assert found.exit_code == status and "consecution" in found.stdout


def test_induct_takes_an_expression(run):
    found = run("induct", "saga_choreography", "-i", "stock + 0 >= 0", "-i", "stock_conserved", "-p", "no_overselling")
    assert found.exit_code == 0 and "stock + 0 >= 0 and stock_conserved are inductive" in found.stdout
    found = run("induct", "saga_choreography", "-i", "stok >= 0")
    assert found.exit_code == 150 and "stok" in found.stderr and "^" in found.stderr


def test_induct_where_the_start_is_wrong(run, fixture_models, tmp_path):
    path = tmp_path / "wrong.py"
    path.write_text((fixture_models / "dedupe.py").read_text().replace("init=0", "init=2"))
    assert run("induct", path, "-i", "handled_once").exit_code == 12


def test_synthesize_finds_the_smallest(run, fixture_models):
    found = run("synthesize", fixture_models / "dedupe.py", "-c", "TTL=-1..5", "--minimise", "TTL")
    assert found.exit_code == 0
    assert "TTL = 3 is the smallest value for which the properties hold" in found.stdout
    assert "why TTL = 2 is not enough: handled_once is violated" in found.stdout
    assert "TTL = -1   refused" in found.stdout


def test_synthesize_by_bounded_search_is_undecided(run, fixture_models):
    found = run("synthesize", fixture_models / "dedupe.py", "-c", "TTL=0..5", "--minimise", "TTL", "--max-states", "2",
                "--depth", "5")
    assert found.exit_code == 20 and "(smt)" in found.stdout
    assert "TTL = 3" in found.stdout


def test_synthesize_without_a_safe_value(run, fixture_models):
    found = run("synthesize", fixture_models / "dedupe.py", "-c", "TTL=0..2", "--minimise", "TTL")
    assert found.exit_code == 12 and "no value of TTL from 0 to 2 is safe" in found.stdout
