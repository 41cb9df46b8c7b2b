"""What people read: verdict line, story, remarks."""

import io

from rich.console import Console

from sagacity.cli.render import Renderer
from sagacity.ir import nodes as N
from sagacity.ir import types as T
from sagacity.result import (
    HOLDS,
    VIOLATED,
    CheckResult,
    Conjunct,
    Kind,
    NoteText,
    Pick,
    PropertyResult,
    Stats,
    Trace,
    TraceStep,
    Vacuity,
    bounded,
)
from sagacity.source import NOWHERE, Loc

ORDER = T.Ids("order", 2)
STATUS = T.Enum("Status", ("NEW", "PENDING"))
MODEL = N.Model(name="Shop", loc=NOWHERE, vars=(
    N.VarDecl(name="status", type=T.Map(ORDER, STATUS), loc=NOWHERE),
    N.VarDecl(name="n", type=T.Int(0, 9), loc=NOWHERE),
), actions=(N.Action(name="place", params=(N.Param(name="o", type=ORDER, loc=NOWHERE),), body=(), loc=NOWHERE),))
TRACE = Trace(TraceStep("init", (), (), (), NOWHERE, ((0, 0), 3)), (
    TraceStep("place", (0,), (Pick("k", T.Int(0, 9), 4),), (NoteText("[created]", "shop", "bus"),), Loc("none.py", 12),
              ((1, 0), 3)),))


def shown(result, **options):
    out = io.StringIO()
    console = Console(file=out, soft_wrap=True, highlight=False, width=200)
    quiet = options.pop("quiet", False)
    Renderer(MODEL, console=console, **options).result(result, "sagacity check shop", quiet=quiet)
    return out.getvalue()


def of(*properties, vacuity=Vacuity(), **more):
    return CheckResult(MODEL, properties, Stats(12, 34, 5, 1, 0.5), vacuity, **more)


PART = Conjunct(Loc("none.py", 1), "x < 3", (("o", "order1"),))
FAILED = of(PropertyResult("safe", Kind.INVARIANT, VIOLATED, TRACE, PART),
            bound=bounded("stopped at the first violation"), complete=False)


def test_holds():
    text = shown(of(PropertyResult("safe", Kind.INVARIANT, HOLDS)))
    assert text.startswith("HOLDS  Shop: the property holds in all 12 states")
    assert "12 states, 34 transitions, depth 5, 1 initial; 0.50 s, 68 transitions/s" in text
    assert text.rstrip().endswith("reproduce: sagacity check shop")


def test_counterexample_shows_only_what_changed():
    text = shown(FAILED)
    assert text.startswith("VIOLATED  Shop: invariant safe is violated")
    assert "place(o=order0) choosing k = 4   none.py:12" in text
    assert "note: shop -> bus: [created]" in text     # brackets are not markup
    assert "status[order0]: NEW -> PENDING" in text
    assert text.count("n = 3") == 1
    assert "false here: x < 3   for o = order1" in text
    assert "stopped at the first violation" in text


def test_full_shows_whole_states():
    assert shown(FAILED, full=True).count("n = 3") == 2


def test_quiet_is_one_line():
    assert shown(FAILED, quiet=True).count("\n") == 1


def test_bounded_search_never_passes():
    p = PropertyResult("safe", Kind.INVARIANT, bounded("depth", 4))
    text = shown(of(p, bound=bounded("depth", 4), complete=False))
    assert text.startswith("BOUNDED") and "depth limit 4" in text
    assert "HOLDS" not in text and "pass" not in text.lower()


def test_vacuity_and_unchecked_are_told():
    text = shown(of(vacuity=Vacuity(("place",), ("p",), (("q", "oops"),)), unchecked=("live",)))
    for part in ("action place was never taken", "predicate p was never true", "q could not be evaluated: oops",
                 "live is temporal and was not checked"):
        assert part in text
