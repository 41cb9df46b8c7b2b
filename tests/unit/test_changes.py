"""The difference of two states, path by path."""

import pytest

from sagacity.changes import changes
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.source import NOWHERE

ORDER = T.Ids("order", 2)
STATUS = T.Enum("Status", ("NEW", "DONE"))
ITEM = T.Record("Item", (("status", STATUS), ("left", T.Option(T.Int(0, 9)))))


@pytest.mark.parametrize("t, before, after, told", [
    (T.Map(ORDER, STATUS), (0, 0), (1, 0), [("v[order0]", "NEW -> DONE")]),
    (T.Map(T.Tuple((ORDER, ORDER)), STATUS), (0, 0, 0, 0), (0, 1, 0, 0), [("v[order0, order1]", "NEW -> DONE")]),
    (T.Map(ORDER, ITEM), ((0, (1,)), (0, ())), ((1, (2,)), (0, (3,))),
     [("v[order0].status", "NEW -> DONE"), ("v[order0].left", "1 -> 2"), ("v[order1].left", "None -> 3")]),
    (T.Tuple((STATUS, STATUS)), (0, 1), (0, 0), [("v[1]", "DONE -> NEW")]),
    (T.Seq(STATUS, 3), (0,), (0, 1, 0), [("v", "append DONE, NEW")]),
    (T.Seq(STATUS, 3), (), (0,), [("v", "[] -> [NEW]")]),
    (T.Seq(STATUS, 3), (0, 1), (1,), [("v", "[NEW, DONE] -> [DONE]")]),
    (T.Set(STATUS), (0,), (1,), [("v", "add DONE; remove NEW")]),
    (T.Bag(STATUS, 3), (0, 0, 1), (0, 1), [("v", "remove NEW")]),
    (T.Set(STATUS), (), (1,), [("v", "{} -> {DONE}")]),
    (T.BOOL, False, False, []),
])
def test_changes(t, before, after, told):
    model = N.Model(name="M", vars=(N.VarDecl(name="v", type=t, loc=NOWHERE),), loc=NOWHERE)
    assert list(changes(model, (before,), (after,))) == told
