"""What pbessolve gives as evidence, read, and taken again in the reference."""

import re

import pytest

from sagacity import Int, Model, action, anything, choose, invariant, possible, require, step_invariant, terminal, var
from sagacity.agreement import mcrl2 as agreement
from sagacity.agreement.evidence import Replay, way
from sagacity.agreement.mcrl2 import Mcrl2Oracle
from sagacity.engine.interp import Interpreter
from sagacity.export.mcrl2 import export_mcrl2
from sagacity.external.mcrl2 import Tools, Transitions, available, read_aut
from sagacity.lang import compile_model

needs_mcrl2 = pytest.mark.skipif(available() is not None, reason=str(available()))


class Lift(Model):
    """Goes up by one or two, fails above four, and gets stuck at three."""

    floor = var(Int[0, 4], init=0)

    @action(twice={0, 1})
    def up(self, twice):
        require(self.floor != 3)
        extra = choose({0, twice})
        self.floor += 1 + extra

    @invariant
    def below_two(self):
        return self.floor < 2

    @invariant
    def below_nine(self):
        return self.floor < 9

    @step_invariant
    def one_at_a_time(self, old):
        return self.floor - old.floor == 1

    @possible
    def at_four(self):
        return self.floor == 4

    @terminal
    def at_top(self):
        return self.floor == 4


class Anywhere(Model):
    """Starts on any floor, and fails above two."""

    floor = var(Int[0, 2], init=anything)

    @action
    def up(self):
        self.floor += 1


@pytest.fixture(scope="module")
def system():
    return Interpreter(compile_model(Lift))


@pytest.fixture(scope="module")
def formulas(system):
    return {f.name: f for f in export_mcrl2(system.model).formulas}


def path(*labels):
    return Transitions(0, tuple((i, text, i + 1) for i, text in enumerate(labels)))


def test_the_way_is_a_shortest_one_to_the_observation(formulas):
    f = formulas["below_two"]
    edges = ((0, "up(0)", 1), (1, "up(0)", 2), (2, "violated_below_two", 2), (0, "up(1)", 3), (3, "violated_below_two", 0))
    assert way(Transitions(0, edges), f) == ("up(1)",)
    assert way(Transitions(0, edges[:2]), f) is None


def test_a_deadlock_is_where_the_evidence_ends(formulas):
    assert way(path("up(0)", "up(1)"), formulas["deadlock"]) == ("up(0)", "up(1)")
    assert way(Transitions(5, ()), formulas["deadlock"]) == ()


@pytest.mark.parametrize("name, labels, steps", [
    ("below_two", ("up(1)",), ("up(1, 1)",)),
    ("below_two", ("up(0)",), None),                            # possible, but it does not show that
    ("below_two", ("up(7)",), None),                            # no step of the model
    ("below_nine", ("up(1)", "up(1)"), None),
    ("deadlock", ("up(0)", "up(1)"), ("up(0, 0)", "up(1, 1)")),
    ("deadlock", ("up(1)", "up(1)"), ("up(1, 1)", "up(1, 0)")),     # not up(1, 1): on floor four stopping is allowed
    ("deadlock", ("up(0)",), None),
    ("one_at_a_time", (), ("up(1, 1)",)),                       # the step that breaks it belongs to it
    ("at_four", ("up(1)", "up(1)"), ("up(1, 1)", "up(1, 1)")),
    ("at_four", ("up(1)",), None),
    ("no_fault", ("up(1)", "up(1)"), ("up(1, 1)", "up(1, 1)")),
    ("no_fault", ("up(1)",), None)])
def test_its_labels_are_followed_in_the_reference(system, formulas, name, labels, steps):
    assert Replay(system).of(labels, formulas[name]) == steps


@pytest.mark.parametrize("labels, steps", [
    (("initial(2)",), ()), (("initial(1)", "up"), ("up",)), (("initial(0)",), None), ((), None)])
def test_the_step_into_an_initial_state_is_followed_too(labels, steps):
    system = Interpreter(compile_model(Anywhere))
    fault = next(f for f in export_mcrl2(system.model).formulas if f.name == "no_fault")
    assert Replay(system).of(labels, fault) == steps


def test_a_state_space_is_read_with_its_labels(tmp_path):
    file = tmp_path / "x.aut"
    file.write_text('des (1,2,3)\n(1,"up(mk_Pair(-1, [a]))",0)\n(0,"tau",2)\n')
    with file.open() as lines:
        start, edges = read_aut(lines)
        assert Transitions(start, tuple(edges)) == Transitions(1, ((1, "up(mk_Pair(-1, [a]))", 0), (0, "tau", 2)))


@needs_mcrl2
@pytest.mark.parametrize("linear", [False, True])
def test_the_tools_show_what_they_say_of_safety(system, linear, monkeypatch):
    if linear:      # as where lts2pbes is missing: formulas are solved on the linear process
        monkeypatch.setattr(Tools, "checkable", lambda self, lps, signature, scratch: lps)
    report = Mcrl2Oracle(system).report()
    assert report.failed == "" and report.graph == "bisimilar"
    shown = {name: claim.evidence for name, claim in report.claims.items() if claim.evidence is not None}
    assert set(shown) == {"below_two", "deadlock", "one_at_a_time", "at_four", "no_error"}
    assert all(re.fullmatch(r"up\([01], [01]\)", step) for steps in shown.values() for step in steps)


@needs_mcrl2
def test_evidence_that_is_no_behaviour_is_noticed(system, monkeypatch):
    monkeypatch.setattr(agreement, "way", lambda evidence, f: ("up(0)",) if f.name == "below_two" else way(evidence, f))
    report = Mcrl2Oracle(system).report()
    assert report.failed == "its evidence on below_two is no behaviour of the reference that shows it: up(0)"
