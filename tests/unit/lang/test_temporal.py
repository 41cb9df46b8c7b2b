"""Temporal properties as lowered formulas. What users see of mistakes is in tests/errors/temporal_*."""

from enum import Enum

import pytest

from sagacity import Int, Map, Model, action, component, ids, predicate, require, temporal, var
from sagacity.errors import ModelSourceError
from sagacity.ir import formula as F
from sagacity.ir import nodes as ir
from sagacity.ir import types as T
from sagacity.lang.lower import Claim, compile_model
from sagacity.source import Loc


class Colour(Enum):
    RED = 1
    BLUE = 2


class Cell(Model):
    n = var(Int[0, 3], init=0)

    @action
    def bump(self):
        require(self.n < 3)
        self.n += 1

    fills = temporal("<> (n == 3) and [] [bump]_vars")


class Board(Model):
    P = ids("p", 2)
    colour = var(Map[P, Colour], init=Colour.RED)
    left = component(Cell)
    cells = component(Cell, each=P)

    @action(p=P, c=Colour)
    def paint(self, p, c):
        self.colour[p] = c

    @predicate(p=P)
    def red(self, p):
        return self.colour[p] == Colour.RED

    @predicate
    def full(self):
        return self.left.n == 3

    state = temporal("forall p in P: [] (red(p) or colour[p] == Colour.BLUE) and <> full")
    steps = temporal("[] [paint(_, Colour.RED) or not left.bump and left.n >= old.left.n]_(colour, left)")
    enabled = temporal("[] <> enabled(cells.bump) or exists p in P: <> <cells[p].bump>")
    folded = temporal(
        "forall p in P, q in {p}: "
        r"[] (any(r == q for r in P) and  # a comment"
        "\n"
        "     left.n < 4)"
    )


MODEL = compile_model(Board).ir


def formula(name: str) -> F.Formula:
    return next(t.formula for t in MODEL.temporals if t.name == name)


def atoms(name: str, kind=F.Atom) -> list:
    return [a for a in F.atoms(formula(name)) if isinstance(a, kind)]


def test_every_atom_is_lowered():
    for t in MODEL.temporals:
        assert all(F.expressions(a) or a.action for a in F.atoms(t.formula)), t.name


def test_states_and_quantifiers():
    f = formula("state")
    assert isinstance(f, F.Quantified) and f.over.op == "domain" and isinstance(f.type, T.Ids)
    either, full = atoms("state", F.State)
    red, blue = either.expr.args
    assert (red.function, red.args[0].name) == ("red", "p")
    assert either.expr.op == "or" and blue.op == "eq" and full.expr == ir.Call(function="full", args=(), type=T.BOOL, loc=full.loc)


def test_steps_have_one_action_or_condition_each():
    """not [A or (not B and p)]_v says: v changes, A does not make it, and either B makes it or p fails."""
    paint, bump, grows = atoms("steps")
    assert isinstance(paint, F.Breaks) and paint.action.action == "paint" and paint.action.args[0] is None
    assert paint.action.args[1].value == 0
    assert isinstance(bump, F.Taken) and bump.action == F.ActionCall("left.bump", ())
    assert isinstance(grows, F.Breaks) and isinstance(grows.expr.args[0], ir.Old)
    assert {tuple(x.name for x in a.watched) for a in (paint, bump, grows)} == {("colour", "left.n")}
    f = formula("steps").body.body
    assert isinstance(f, F.And) and isinstance(f.right, F.Or)


def test_actions_of_families_take_the_index_first():
    able, = atoms("enabled", F.Enabled)
    assert able.action == F.ActionCall("cells.bump", (None,))
    taken, = atoms("enabled", F.Taken)
    assert taken.action.args[0].name == "p" and [x.name for x in taken.watched] == ["colour", "left.n", "cells.n"]


def test_components_pass_their_properties_on():
    assert [t.name for t in MODEL.temporals] == ["state", "steps", "enabled", "folded", "left.fills", "cells.fills"]
    n, bump = atoms("left.fills")
    assert n.expr.args[0].name == "left.n" and [x.name for x in bump.watched] == ["left.n"]
    f = formula("cells.fills")
    assert isinstance(f, F.Quantified) and f.universal
    n, bump = atoms("cells.fills")
    assert n.expr.args[0].op == bump.watched[0].op == "index" and bump.action.args[0].name == f.name


def test_places_inside_literals():
    """Literals side by side, a comment and a line break: every piece is where the file has it."""
    found = [a.loc.fragment() for name in ("state", "steps") for a in atoms(name)]
    assert found[:3] == ["red(p) or colour[p] == Colour.BLUE", "full", "paint(_, Colour.RED)"]
    both, = atoms("folded")
    assert [e.loc.fragment() for e in both.expr.args] == ["(r == q for r in P)", "left.n < 4"]


def test_texts_in_files_of_their_own(tmp_path):
    """A property that is no Python literal stands in its file as it is, somewhere after the place that is given."""
    text = "[] full and\n  <> empty"
    file = tmp_path / "board.spec"
    file.write_text(f"model Board\n\nproperty extra: {text}\n")
    with pytest.raises(ModelSourceError) as e:
        compile_model(Board, {}, (Claim("extra", text, Loc(str(file), 3, 1)),))
    place = e.value.diagnostics[0].loc
    assert (place.file, place.line, place.col, place.end_col) == (str(file), 4, 6, 11)
