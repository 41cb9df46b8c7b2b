"""A recorded trace is accepted as it was found, and refused after any change; trace files keep all of it."""

import copy
import json

import pytest

from sagacity.engine import tracefile
from sagacity.engine.checking import checked, differences
from sagacity.engine.options import SearchOptions
from sagacity.engine.replay import Refusal, replay
from sagacity.engine.search import check
from sagacity.errors import InternalError, UsageError
from sagacity.result import Kind, Outcome, Trace

EDGES = [(0, "a", 1), (0, "a", 4), (1, "a", 2), (2, "b", 3), (4, "b", 4), (3, "b", 3), (0, "b", 5), (5, "a", "index"),
         (4, "c", "assert")]
CLAIMS = dict(invariants={"p": lambda x: x != 3}, step_invariants={"s": lambda old, new: (old, new) != (1, 2)},
              possibles={"w": lambda x: x == 2}, terminals={"t": lambda x: x != 9})
ORIGIN = tracefile.Origin("m.py", "Graph", (("N", "3"),))


@pytest.fixture
def system(graph):
    return graph([0], EDGES + [(2, "c", 9)], **CLAIMS)


@pytest.fixture
def documents(system):
    """One trace document for each kind of property that a finite behaviour breaks."""
    result = check(system, SearchOptions(keep_going=True))
    told = [p for p in result.properties if p.trace]
    told_elsewhere = {Kind.REFINEMENT, Kind.TEMPORAL}   # test_refinement.py, test_liveness.py
    assert {p.kind for p in told} == set(Kind) - told_elsewhere
    return [tracefile.dump(ORIGIN, tracefile.record(system.model, p)) for p in told]


def outcome(system, document):
    try:
        return replay(system, tracefile.load(json.loads(json.dumps(document)))[1])
    except UsageError as e:
        return e


def test_every_trace_is_accepted(system, documents):
    for document in documents:
        assert isinstance(outcome(system, document), Trace), document["property"]


def alterations(document):
    """Every document that differs in one leaf of its steps or its property."""
    def leaves(node, path=()):
        if isinstance(node, dict) or isinstance(node, list):
            items = node.items() if isinstance(node, dict) else enumerate(node)
            for key, child in items:
                yield from leaves(child, (*path, key))
            if isinstance(node, list) and node:
                yield path
        else:
            yield path

    for section in ("steps", "property"):
        for path in leaves(document[section], (section,)):
            changed = copy.deepcopy(document)
            node = changed
            for key in path[:-1]:
                node = node[key]
            value = node[path[-1]]
            if isinstance(value, list):
                node[path[-1]] = value[:-1]
            elif isinstance(value, str):
                node[path[-1]] = value + "x"
            else:
                node[path[-1]] = 7 if value is None else value + 1
            if value is not None or path[-1] != "state":
                yield path, changed


def test_every_alteration_is_refused(system, documents):
    count = 0
    for document in documents:
        for path, changed in alterations(document):
            assert isinstance(outcome(system, changed), (Refusal, UsageError)), path
            count += 1
    assert count > 50


def test_refusal_says_what_was_expected_and_found(system, documents):
    document = next(d for d in documents if d["property"]["name"] == "p")
    document["steps"][1]["args"]["i"] = 9
    found = str(outcome(system, document))
    assert found.startswith("step 1: ") and "a(i=9)" in found and "not enabled" in found
    document["steps"][1]["args"]["i"] = 0
    document["steps"][1]["state"]["x"] = 8
    assert "x = 8" in str(outcome(system, document)) and "x = 1" in str(outcome(system, document))


def test_property_that_holds_is_refused(graph, documents):
    document = next(d for d in documents if d["property"]["name"] == "p")
    sound = graph([0], EDGES, invariants={"p": lambda x: True})
    assert "the trace says p is false at the end, but it is True" in str(outcome(sound, document))


def test_file_round_trip(tmp_path, system):
    p = check(system).failures[0]
    recording = tracefile.record(system.model, p)
    file = tmp_path / "t.json"
    tracefile.write(file, ORIGIN, recording)
    assert tracefile.read(file) == (ORIGIN, recording)


@pytest.mark.parametrize("text, why", [("{", "not JSON"), ("[]", "not a trace"),
                                       ('{"format": "sagacity-trace"}', "version"),
                                       ('{"format": "sagacity-trace", "version": 1}', "damaged")])
def test_broken_files(tmp_path, text, why):
    file = tmp_path / "t.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=why):
        tracefile.read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        tracefile.read(tmp_path / "missing.json")


def test_checked_replays_in_the_reference_system(graph, system):
    other = graph([0], [e for e in EDGES if e[0] != 1], **CLAIMS)
    assert checked(system).failures
    with pytest.raises(InternalError, match="cannot be replayed"):
        checked(other, SearchOptions(keep_going=True), explore=lambda reference, options, progress: check(system, options))


def test_second_opinion(graph):
    a = graph([0], [(0, "a", 0)], invariants={"p": lambda x: True})
    b = graph([0], [(0, "a", 1), (1, "a", 1)], invariants={"p": lambda x: True})
    agreed = checked(a, second=a)
    assert agreed.disagreements == () and agreed.second == "agrees on the verdicts and the counts"
    hurried = checked(a, SearchOptions(max_seconds=1e-9), second=b)
    assert hurried.disagreements == () and hurried.second.startswith("not compared")
    result = checked(a, second=b)
    assert result.exit_status == 16 and result.verdict.outcome is Outcome.ERROR
    assert any("states: 1 and 2" in d for d in result.disagreements)
    c = graph([0], [(0, "a", 0)], invariants={"p": lambda x: False})
    assert any("p: HOLDS and VIOLATED" in d for d in differences(check(a), check(c)))
