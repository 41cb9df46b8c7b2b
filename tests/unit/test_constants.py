"""Reading ``-c NAME=VALUE``."""

import enum

import pytest

from sagacity import constants
from sagacity.errors import ConstantError, UsageError

model = pytest.importorskip("sagacity.lang.model")


class Status(enum.Enum):
    NEW = 1
    DONE = 2


class Sample(model.Model):
    N = model.ConstSpec(2, "")
    ON = model.ConstSpec(True, "")
    FIRST = model.ConstSpec(Status.NEW, "")
    SOME = model.ConstSpec(frozenset({Status.NEW}), "")
    PAIR = model.ConstSpec((1, Status.NEW), "")
    T = model.ConstSpec(type, "")


def parse(text):
    (value,) = constants.parse(Sample, constants.split([text])).values()
    return value


@pytest.mark.parametrize("text, value", [
    ("N=3", 3), ("N=-1", -1), (" N = 4 ", 4), ("ON=False", False), ("ON=true", True), ("FIRST=DONE", Status.DONE),
    ("FIRST=Status.DONE", Status.DONE), ("SOME={NEW, DONE}", frozenset(Status)), ("SOME={}", frozenset()),
    ("PAIR=(2, DONE)", (2, Status.DONE))])
def test_values(text, value):
    assert parse(text) == value and type(parse(text)) is type(value)


@pytest.mark.parametrize("text, code", [
    ("M=3", "SAG111"), ("n=3", "SAG111"), ("T=int", "SAG112"), ("N=", None), ("N=two", "SAG113"), ("N=1+", "SAG113"),
    ("N=__import__('os')", "SAG113"), ("FIRST=DON", "SAG113"), ("N=True", "SAG114"), ("N=2.5", "SAG113"),
    ("ON=1", "SAG114"),
    ("FIRST=1", "SAG114"), ("SOME={1}", "SAG114"), ("SOME=NEW", "SAG114"), ("PAIR={1}", "SAG114")])
def test_refusals(text, code):
    with pytest.raises(ConstantError if code else UsageError) as e:
        parse(text)
    assert e.value.diagnostics[0].code == (code or "SAG110")
    assert e.value.exit_status == (10 if code else 2)


def test_close_matches():
    with pytest.raises(ConstantError, match="did you mean FIRST"):
        parse("FRIST=NEW")
    with pytest.raises(ConstantError, match="did you mean DONE"):
        parse("FIRST=DOEN")


def test_text_reads_back():
    for text in ("3", "True", "DONE", "{DONE, NEW}", "(1, DONE)"):
        name = {"3": "N", "True": "ON", "DONE": "FIRST", "{DONE, NEW}": "SOME", "(1, DONE)": "PAIR"}[text]
        assert constants.text(parse(f"{name}={text}")) == text
