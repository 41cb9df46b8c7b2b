"""Values survive packing, and the order of the numbers is the order of the values."""

import pytest

from sagacity.ir import types as T
from sagacity.ir import values
from sagacity.native import layout as L

BIT = T.Int(0, 1)
ITEM = T.Record("Item", (("a", T.Int(-1, 1)), ("b", T.Option(BIT))))
TYPES = [T.BOOL, T.Int(-3, 4), T.Int(5, 5), T.Enum("E", ("X", "Y", "Z")), T.Ids("i", 1), T.Ids("i", 5), ITEM,
         T.Tuple((T.BOOL, T.Int(0, 2))), T.Option(ITEM), T.Option(T.Int(7, 9)), T.Map(T.BOOL, ITEM),
         T.Map(ITEM, T.BOOL),
         T.Set(ITEM), T.Set(T.Int(0, 4), 2), T.Seq(T.Int(0, 2), 3), T.Seq(ITEM, 2), T.Bag(T.Int(0, 2), 3), T.Seq(BIT, 0),
         T.Map(T.BOOL, T.Seq(BIT, 2)), T.Option(T.Seq(BIT, 2))]


@pytest.mark.parametrize("t", TYPES, ids=T.show)
def test_round_trip_and_order(t):
    t = L.concrete(t)
    found = list(values.domain(t))[:5000]
    codes = [L.encode(t, v) for v in found]
    assert [L.decode(t, c) for c in codes] == found
    assert all(c >> L.bits(t) == 0 for c in codes)
    assert len(set(codes)) == len(codes)
    if L.orderly(t):
        assert codes == sorted(codes)
    if L.rankable(t):
        assert [L.rank(t, v) for v in found] == list(range(len(found)))
        assert [L.unrank(t, k) for k in range(len(found))] == found


def test_machine_integers():
    t = L.concrete(T.INT)
    assert [L.decode(t, L.encode(t, v)) for v in (L.LEAST, -1, 0, L.MOST)] == [L.LEAST, -1, 0, L.MOST]
    with pytest.raises(OverflowError):
        L.encode(t, L.MOST + 1)
