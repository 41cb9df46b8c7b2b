"""Read and write sets."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from build import action, call, function, if_, lt, model, old, require, ret, setv, var
from sagacity.ir import types as T
from sagacity.ir.effects import reads, writes

X = T.Int(0, 3)


def v(name):
    return var(name, X)


def test_reads_go_through_calls_and_writes_through_branches():
    f = function("f", ret(call("g")))
    g = function("g", ret(lt(v("z"), old("w", X))))
    a = action("a", if_(lt(v("x"), 1), [setv("y", 1)], [require(call("f"))]))
    m = model([(n, X) for n in "wxyz"], [setv("x", 0)], [a], [f, g])
    assert reads(m, a) == {"x", "z", "w"} and writes(a) == {"y"}
    assert reads(m, f) == {"z", "w"} and reads(m, m.init) == frozenset() and writes(m.init) == {"x"}
