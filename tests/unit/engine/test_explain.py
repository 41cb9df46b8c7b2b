"""The failing conjunct of a false property."""

import pytest

from sagacity.engine.explain import failing_conjunct
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.source import Loc

pytest.importorskip("sagacity.engine.ireval")

ORDER = T.Ids("order", 3)
NUM = T.Int(0, 9)
STOCK = T.Map(ORDER, NUM)


def at(line):
    return {"loc": Loc("nowhere.py", line)}


def op(name, *args, type=T.BOOL, line=1):
    return N.Op(op=name, args=args, type=type, **at(line))


def lit(v, t=NUM):
    return N.Lit(value=v, type=t, **at(1))


STOCK_VAR = N.Var(name="stock", type=STOCK, **at(1))
ORDER_O = N.Local(name="o", type=ORDER, **at(1))
AT_O = op("index", STOCK_VAR, ORDER_O, type=NUM)


def model(value, **sections):
    body = (N.Return(value=value, **at(1)),)
    f = N.Function(name="claim", params=(), body=body, **at(1))
    return N.Model(name="M", vars=(N.VarDecl(name="stock", type=STOCK, **at(1)),), functions=(f,), **at(1), **sections)


def every(body, where=None):
    over = op("domain", type=T.Set(ORDER))
    return N.Bind(kind="all", local="o", over=over, body=body, where=where, type=T.BOOL, **at(2))


def test_conjunct_of_and():
    m = model(op("and", op("le", lit(0), lit(1), line=5), op("le", lit(1), lit(0), line=6)), invariants=("claim",))
    assert failing_conjunct(m, "claim", (((1, 2, 3),),)).loc.line == 6


def test_element_of_all_and_the_conjunct_inside():
    small = op("le", AT_O, lit(5), line=8)
    m = model(every(op("and", op("le", lit(0), AT_O, line=7), small)), invariants=("claim",))
    found = failing_conjunct(m, "claim", (((1, 9, 3),),))
    assert found.loc.line == 8 and found.bindings == (("o", "order1"),)


def test_elements_that_the_filter_leaves_out_are_not_blamed():
    m = model(every(op("le", AT_O, lit(5), line=8), op("lt", lit(0), AT_O)), invariants=("claim",))
    assert failing_conjunct(m, "claim", (((0, 0, 9),),)).bindings == (("o", "order2"),)


def test_step_invariant():
    old = op("index", N.Old(name="stock", type=STOCK, **at(1)), ORDER_O, type=NUM)
    m = model(every(op("le", old, AT_O, line=4)), step_invariants=("claim",))
    found = failing_conjunct(m, "claim", (((1, 2, 3),), ((1, 1, 3),)))
    assert found.loc.line == 4 and found.bindings == (("o", "order1"),)


def test_any_other_property_is_false_as_a_whole():
    m = model(op("le", lit(1), lit(0), line=6), invariants=("claim",))
    found = failing_conjunct(m, "claim", (((0, 0, 0),),))
    assert found.loc.line == 6 and found.bindings == ()
