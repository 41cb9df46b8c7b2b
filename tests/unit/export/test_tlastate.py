"""Reading what TLC prints."""

import pytest

from sagacity.export.tlastate import Unreadable, read_state
from sagacity.ir import types as T

COLOR = T.Enum("Color", ("RED", "GREEN"))
RECORD = T.Record("R", (("kind", COLOR), ("who", T.Option(T.Ids("id", 3)))))


@pytest.mark.parametrize("t, text, value", [
    (T.Int(-3, 3), "-2", -2), (T.BOOL, "TRUE", True), (COLOR, '"GREEN"', 1), (T.Option(T.Int(0, 3)), "<< >>", ()),
    (RECORD, '[kind |-> "RED", who |-> <<2>>]', (0, (2,))), (T.Set(T.Int(0, 3)), "0..2", (0, 1, 2)),
    (T.Set(T.Int(0, 3)), "{3, 1}", (1, 3)), (T.Seq(COLOR, 2), '<<"GREEN", "RED">>', (1, 0)),
    (T.Map(T.Int(0, 1), T.BOOL), "(0 :> TRUE @@ 1 :> FALSE)", (True, False)),
    (T.Map(T.Int(1, 2), T.BOOL), "<<TRUE, FALSE>>", (True, False)),
    (T.Map(COLOR, T.INT), "[GREEN |-> 1, RED |-> 0]", (0, 1)),
    (T.Bag(COLOR, 3), '( "RED" :> 2 @@\n "GREEN" :> 1 )', (0, 0, 1)), (T.Bag(COLOR, 3), "<< >>", ())])
def test_values_of_every_type(t, text, value):
    assert read_state(f"/\\ other = 1\n/\\ x = {text}\n", {"a": ("x", t)}) == (value,)


@pytest.mark.parametrize("t, text", [(COLOR, '"BLUE"'), (T.BOOL, "1"), (T.Int(0, 3), "TRUE"), (COLOR, "<<1"), (COLOR, "?"),
                                     (T.Map(T.Int(0, 1), T.BOOL), "(0 :> TRUE)")])
def test_what_is_no_value_of_the_type_is_refused(t, text):
    with pytest.raises(Unreadable):
        read_state(f"x = {text}", {"a": ("x", t)})
