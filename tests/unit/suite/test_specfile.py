"""Spec files as data: everything that can be said, and where it stands."""

import pytest

from sagacity.errors import ModelSourceError
from sagacity.result import Outcome
from sagacity.suite.specfile import read


def test_a_model_alone_has_the_default_configuration(spec_of):
    spec = read(spec_of())
    assert (spec.model, spec.name, [c.name for c in spec.configs]) == ("ticket.py", "ticket", ["default"])
    assert not spec.configs[0].expected and not spec.configs[0].figures


def test_everything_that_can_be_said(spec_of):
    spec = read(spec_of("""
const N = 3          # for all
temporal served: forall c in Client:   # a comment
    [] (ticket[c] != None
        -> <> (ticket[c] == None))
invariant few:
    next <= N
config small "Two clients"
    const N = 2
    tags quick, smoke
    limit seconds 3
    expect few holds, tickets_differ violated in 4 steps
    expect states 25, transitions 40, bounded
config depth
    expect states fails, states 7
config large
"""))
    served, few = spec.properties
    assert (served.kind, served.name, served.text.count("\n")) == ("temporal", "served", 2)
    assert (few.text, few.loc.line, few.loc.col) == ("next <= N", 8, 5)
    small, depth, _ = spec.configs
    assert [c.constants[0].text for c in spec.configs] == ["2", "3", "3"]
    assert (small.title, small.tags, small.limits) == ("Two clients", {"quick", "smoke"}, (("seconds", 3),))
    assert [(e.name, e.outcome, e.steps) for e in small.expected] == [
        ("few", Outcome.HOLDS, None), ("tickets_differ", Outcome.VIOLATED, 4)]
    assert [(f.what, f.number) for f in small.figures] == [("states", 25), ("transitions", 40)]
    assert small.bounded and not depth.bounded
    assert [(e.name, e.outcome) for e in depth.expected] == [("states", Outcome.ERROR)]
    assert depth.figures[0].number == 7
    assert [c.large for c in spec.configs] == [False, False, True] and small.answers("smoke")


def test_windows_line_ends_and_no_last_line_end(spec_of):
    path = spec_of()
    path.write_bytes(b"# about\r\nmodel ticket.py\r\nconfig a\r\n    const N = 2\r\nconfig b")
    assert [c.name for c in read(path).configs] == ["a", "b"]


@pytest.mark.parametrize("text, line, col", [
    ("config a\n  expect x holds in\n", 3, 20), ("temporal a [] b\n", 2, 12), ("config a\nmodel b\n", 3, 1),
    ("config a\n  limit depth 0\n", 3, 15), ("const N 3\n", 2, 9), ("config a b\n", 2, 10)])
def test_a_syntax_error_has_its_place(spec_of, text, line, col):
    with pytest.raises(ModelSourceError) as caught:
        read(spec_of(text))
    loc = caught.value.diagnostics[0].loc
    assert (loc.line, loc.col) == (line, col), str(caught.value)


def test_every_repetition_is_reported(spec_of):
    with pytest.raises(ModelSourceError) as caught:
        read(spec_of("config a\n expect states 1, states 2, x holds\n expect x violated\nconfig a\n"))
    assert [d.code for d in caught.value.diagnostics] == ["SAG702"] * 3
