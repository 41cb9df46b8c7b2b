"""Every way in which a configuration can differ from its spec is noticed, and nothing else is."""

import pytest

from sagacity.errors import Exit
from sagacity.suite.run import RULES, run
from sagacity.suite.specfile import read

FAULTY = '''
from sagacity import *

class Faulty(Model):
    LAST = const(3)
    x = var(Int[0, 9], init=0)

    @action
    def up(self):
        require(self.x < self.LAST)
        assert self.x != 5
        self.x += 1

    @action
    def halve(self):
        require(self.x == 8)
        self.x = 1 // (self.x - 8)

    @invariant
    def low(self):
        return self.x <= 2

    @terminal
    def done(self):
        return self.x == self.LAST
'''


@pytest.fixture
def compared(spec_of, tmp_path):
    """The report on the only configuration of a spec about Faulty."""
    (tmp_path / "faulty.py").write_text(FAULTY, encoding="utf-8")

    def report(text: str):
        spec = read(spec_of(text, "faulty.py"))
        config, = spec.configs
        return run(spec, config)

    return report


def rules(report):
    assert all(s.rule in RULES for s in report.surprises)
    return [(s.rule, s.name) for s in report.surprises]


def test_as_expected(compared):
    text = "config a\n expect low violated in 3 steps, deadlock holds, states 4, transitions 3, depth 4\n"
    report = compared(text)
    assert rules(report) == [] and report.exit_status == 0
    assert report.result.stats.states == 4


@pytest.mark.parametrize("text, found, status", [
    ("", [("violated", "low")], Exit.SAFETY),
    ("config a\n expect low violated in 2 steps\n", [("other-length", "low")], Exit.SAFETY),
    ("config a\n const LAST = 2\n expect low violated\n", [("not-violated", "low")], Exit.SAFETY),
    ("config a\n const LAST = 2\n expect deadlock violated\n", [("not-violated", "deadlock")], Exit.DEADLOCK),
    ("config a\n const LAST = 2\n expect up violated\n", [("not-violated", "up")], Exit.ASSERTION),
    ("config a\n expect low violated, states 5, depth 4\n", [("other-count", "states")], Exit.DISAGREEMENT),
    ("config a\n const LAST = 6\n expect low violated\n", [("violated", "up")], Exit.ASSERTION),
    ("config a\n const LAST = 2\n limit depth 2\n",
     [("undecided", "low"), ("undecided", "deadlock")], Exit.UNDECIDED),
    ("config a\n const LAST = 2\n limit depth 2\n expect bounded\n", [], Exit.HOLDS),
    ("config a\n const LAST = 2\n limit depth 2\n expect bounded, low holds\n", [("undecided", "low")], Exit.UNDECIDED),
    ("config a\n const LAST = 2\n expect bounded\n", [("not-bounded", "a")], Exit.UNDECIDED),
    ("invariant tiny: x <= 1\nconfig a\n const LAST = 2\n", [("violated", "tiny")], Exit.SAFETY),
    ("invariant tiny: x <= 1\nconfig a\n const LAST = 2\n expect tiny violated in 2 steps\n", [], Exit.HOLDS),
    ("possible far:\n  x == 8\nconfig a\n const LAST = 2\n", [("violated", "far")], Exit.REACHABILITY),
    ("possible near:\n  x ==   # one\n  1\nconfig a\n const LAST = 2\n", [], Exit.HOLDS),
    ("config a\n expect lower violated\n", [("error", "SAG707")], Exit.SOURCE),
])
def test_differences(compared, text, found, status):
    report = compared(text)
    assert rules(report) == found and report.exit_status == status


def test_an_expected_assertion_and_an_expected_fault(compared, tmp_path):
    text = "config a\n const LAST = 6\n expect low violated, up violated in 6 steps\n"
    assert rules(compared(text)) == []
    (tmp_path / "faulty.py").write_text(FAULTY.replace("self.x == 8", "self.x == 1").replace("- 8", "- 1"))
    assert rules(compared("config a\n expect low violated, halve fails in 2 steps\n")) == []
    assert rules(compared("config a\n expect low violated\n")) == [("evaluation", "halve")]
    assert rules(compared("config a\n expect low violated, halve violated\n")) == [("evaluation", "halve")]
