"""Sequence diagrams as data, in characters and in Mermaid's notation."""

from report_models import MODEL, trace

from sagacity.report.diagramtext import diagram
from sagacity.report.mermaid import mermaid
from sagacity.report.sequence import Message, Remark, sequence

PING, PONG = ("ping", "client", "server"), ("pong", "server", "client")


def seq(*steps, **more):
    return sequence(MODEL, trace(*steps, **more))


def test_every_step_is_in_the_diagram():
    s = seq([PING, ("thinks", "server", "")], [], [PONG])
    assert s.participants == ("client", "server")
    assert s.events == (Message(1, "client", "server", "ping"), Remark(1, "thinks", "server"), Remark(2, "crash"),
                        Message(3, "server", "client", "pong"))


def test_a_failing_step_is_marked():
    assert seq([PING], fails=True).events[-1] == Remark(1, "act fails", fails=True)


def test_the_cycle_begins_after_the_state_that_comes_back():
    s = seq([PING], [PONG], [PING], loop=1)
    assert s.events[s.loop].step == 2
    lines = diagram(s, 80)
    assert [i for i, x in enumerate(lines) if "the cycle begins" in x] == [3]
    assert "and so on for ever" in lines[-2]


def test_stuttering_is_a_remark():
    s = seq([PING], loop=1)
    assert s.loop is None and "nothing happens any more" in s.events[-1].text


def test_drawing():
    assert diagram(seq([PING], [], [PONG]), 40) == [
        "     client        server",
        "        │             │",
        "    1   │─── ping ───▶│",
        "    2   │  [ crash ]  │",
        "    3   │◀─── pong ───│",
        "        │             │"]


def test_long_texts_are_broken_and_nothing_is_lost():
    text = "a payment of 100 EUR for order 7 that was already refunded twice"
    lines = diagram(seq([(text, "client", "server")]), 50)
    assert all(len(line) <= 50 for line in lines)
    assert " ".join(" ".join(lines).replace("│", " ").split()).count("that was already") == 1
    assert sum("▶" in line for line in lines) == 1


def test_self_messages_and_wide_characters_keep_the_columns():
    lines = diagram(seq([("日本語", "client", "server")], [("again", "server", "server")]), 60)
    assert "↺ again" in lines[3]
    assert len(lines[2]) + 3 == len(lines[-1])   # three characters are two columns wide


def test_too_many_participants_say_so():
    s = seq([(f"m{i}", f"p{i}", f"p{i + 1}") for i in range(20)])
    assert diagram(s, 80) == ["  (the sequence diagram of 21 participants is wider than 80 columns)"]
    assert len(diagram(s, 400)) > 20


def test_mermaid():
    assert mermaid(seq([PING], [], [PONG], loop=1)).splitlines() == [
        "sequenceDiagram", "    participant p0 as client", "    participant p1 as server", "    p0->>p1: 1. ping",
        "    loop for ever", "    Note over p0,p1: 2. crash", "    p1->>p0: 3. pong", "    end"]


def test_mermaid_escapes():
    text = mermaid(seq([("<b>;#x\nend", "end", 'a"b')]))
    assert "participant p0 as #101;nd" in text and "a#34;b" in text
    assert "1. #60;b#62;#59;#35;x end" in text and len(text.splitlines()) == 4
