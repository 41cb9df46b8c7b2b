"""Every operator, in value and fault; every statement; and agreement of statements with functional forms."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ir"))

from build import (action, add, and_, assert_, bind, block, break_, call, choose, continue_, domain, eq, for_, function,
                   if_, index, ite, leave, lit, local, lt, model, not_, note, old, op, or_, outcomes, param, reachable,
                   require, ret, seq, set_, setl, setv, var, with_)
from sagacity.engine.formeval import FormSystem
from sagacity.engine.ireval import IrSystem
from sagacity.engine.protocol import Fault, Step
from sagacity.errors import ModelFault
from sagacity.ir import types as T
from sagacity.ir.legality import check
from sagacity.ir.nodes import OPS, Const

INT, BOOL = T.INT, T.BOOL
SEQ, SET, BAG = T.Seq(INT), T.Set(INT), T.Bag(INT)
ID = T.Ids("p", 3)
REC = T.Record("R", (("a", INT), ("b", BOOL)))
PAIR = T.Tuple((INT, BOOL))
MAP = T.Map(T.Int(1, 3), INT)
OPT = T.Option(INT)


def bag(*items):
    return op("bag", BAG, *items)


def some(x):
    return op("some", OPT, x)


def map_(*vs):
    return op("map", MAP, *vs)


NONE = op("none", OPT)

VALUES = [
    ("add", lambda: op("add", INT, 2, 3), 5), ("sub", lambda: op("sub", INT, 2, 3), -1),
    ("mul", lambda: op("mul", INT, 2, 3), 6), ("neg", lambda: op("neg", INT, 2), -2),
    ("abs", lambda: op("abs", INT, -2), 2),
    ("floordiv", lambda: op("floordiv", INT, -7, 2), -4), ("floordiv", lambda: op("floordiv", INT, 7, -2), -4),
    ("floordiv", lambda: op("floordiv", INT, 7, 0), "division"),
    ("mod", lambda: op("mod", INT, -7, 2), 1), ("mod", lambda: op("mod", INT, 7, -2), -1),
    ("mod", lambda: op("mod", INT, 7, 0), "division"),
    ("lt", lambda: lt(1, 1), False), ("le", lambda: op("le", BOOL, 1, 1), True), ("eq", lambda: eq(1, 2), False),
    ("lt", lambda: lt(seq(1), seq(1, 0)), True),
    ("not", lambda: not_(True), False), ("and", lambda: and_(True, False), False), ("or", lambda: or_(False, True), True),
    ("and", lambda: op("and", BOOL), True), ("or", lambda: op("or", BOOL), False),
    ("implies", lambda: op("implies", BOOL, True, False), False), ("ite", lambda: ite(False, 1, 2), 2),
    ("record", lambda: op("record", REC, 1, True), (1, True)),
    ("field", lambda: op("field", BOOL, op("record", REC, 1, True), field="b"), True),
    ("replace", lambda: op("replace", REC, op("record", REC, 1, True), 5, field="a"), (5, True)),
    ("tuple", lambda: op("tuple", PAIR, 1, True), (1, True)),
    ("item", lambda: op("item", INT, op("tuple", PAIR, 1, True), field="0"), 1),
    ("none", lambda: NONE, ()), ("some", lambda: some(3), (3,)),
    ("isnone", lambda: op("isnone", BOOL, some(3)), False), ("unwrap", lambda: op("unwrap", INT, some(3)), 3),
    ("unwrap", lambda: op("unwrap", INT, NONE), "none"),
    ("map", lambda: map_(7, 8, 9), (7, 8, 9)),
    ("index", lambda: index(map_(7, 8, 9), 3), 9), ("index", lambda: index(map_(7, 8, 9), 0), "index"),
    ("index", lambda: index(map_(7, 8, 9), 4), "index"),
    ("index", lambda: index(seq(7, 8), 1), 8), ("index", lambda: index(seq(7, 8), 2), "index"),
    ("index", lambda: index(seq(7, 8), -1), "index"),
    ("with", lambda: with_(map_(7, 8, 9), 2, 0), (7, 0, 9)), ("with", lambda: with_(map_(7, 8, 9), 9, 0), "index"),
    ("with", lambda: with_(seq(7, 8), 0, 0), (0, 8)), ("with", lambda: with_(seq(7, 8), 2, 0), "index"),
    ("domain", lambda: op("domain", T.Set(ID)), (0, 1, 2)), ("keys", lambda: op("keys", T.Set(T.Int(1, 3)), map_(7, 8, 9)), (1, 2, 3)),
    ("values", lambda: op("values", SEQ, map_(9, 8, 9)), (9, 8, 9)),
    ("items", lambda: op("items", T.Seq(T.Tuple((INT, INT))), map_(7, 8, 9)), ((1, 7), (2, 8), (3, 9))),
    ("enumerate", lambda: op("enumerate", T.Seq(T.Tuple((INT, INT))), seq(7, 8)), ((0, 7), (1, 8))),
    ("seq", lambda: seq(2, 1, 2), (2, 1, 2)), ("append", lambda: op("append", SEQ, seq(2), 1), (2, 1)),
    ("append", lambda: op("append", T.Seq(INT, 2), seq(2, 2), 1), "capacity"),
    ("append", lambda: op("append", T.Seq(INT, 2), seq(2), 1), (2, 1)),
    ("concat", lambda: op("concat", SEQ, seq(2), seq(1)), (2, 1)),
    ("insert", lambda: op("insert", SEQ, seq(2, 3), -5, 1), (1, 2, 3)), ("insert", lambda: op("insert", SEQ, seq(2, 3), 9, 1), (2, 3, 1)),
    ("insert", lambda: op("insert", SEQ, seq(2, 3), 1, 1), (2, 1, 3)),
    ("insert", lambda: op("insert", T.Seq(INT, 2), seq(2, 3), 1, 1), "capacity"),
    ("slice", lambda: op("slice", SEQ, seq(1, 2, 3), 1, 9), (2, 3)), ("slice", lambda: op("slice", SEQ, seq(1, 2, 3), 2, 1), ()),
    ("slice", lambda: op("slice", SEQ, seq(1, 2, 3), -1, 1), "slice"), ("slice", lambda: op("slice", SEQ, seq(1, 2, 3), 0, -1), "slice"),
    ("removeat", lambda: op("removeat", SEQ, seq(1, 2, 3), 1), (1, 3)), ("removeat", lambda: op("removeat", SEQ, seq(1), 1), "index"),
    ("removefirst", lambda: op("removefirst", SEQ, seq(2, 1, 2), 2), (1, 2)),
    ("removefirst", lambda: op("removefirst", SEQ, seq(2), 1), "absent"),
    ("range", lambda: op("range", SEQ, 5, 0, -2), (5, 3, 1)), ("range", lambda: op("range", SEQ, 0, 3, 1), (0, 1, 2)),
    ("sorted", lambda: op("sorted", SEQ, seq(2, 1, 2)), (1, 2, 2)), ("toset", lambda: op("toset", SET, seq(2, 1, 2)), (1, 2)),
    ("tobag", lambda: op("tobag", BAG, seq(2, 1, 2)), (1, 2, 2)), ("toseq", lambda: op("toseq", SEQ, bag(2, 1)), (1, 2)),
    ("flatseq", lambda: op("flatseq", SEQ, seq(seq(2), seq(1, 2), t=SEQ)), (2, 1, 2)),
    ("flatset", lambda: op("flatset", SET, seq(set_(2), set_(1, 2), t=SET)), (1, 2)),
    ("set", lambda: set_(2, 1, 2), (1, 2)), ("union", lambda: op("union", SET, set_(2), set_(1, 2)), (1, 2)),
    ("intersection", lambda: op("intersection", SET, set_(2, 3), set_(1, 2)), (2,)),
    ("difference", lambda: op("difference", SET, set_(2, 3), set_(1, 2)), (3,)),
    ("subset", lambda: op("subset", BOOL, set_(2), set_(1, 2)), True), ("disjoint", lambda: op("disjoint", BOOL, set_(2), set_(1, 2)), False),
    ("insertset", lambda: op("insertset", T.Set(INT, 2), set_(2), 1), (1, 2)),
    ("insertset", lambda: op("insertset", T.Set(INT, 1), set_(2), 2), (2,)),
    ("insertset", lambda: op("insertset", T.Set(INT, 1), set_(2), 1), "capacity"),
    ("removeset", lambda: op("removeset", SET, set_(2, 1), 1), (2,)), ("removeset", lambda: op("removeset", SET, set_(2), 1), "absent"),
    ("discard", lambda: op("discard", SET, set_(2), 1), (2,)), ("discard", lambda: op("discard", BAG, bag(1, 1), 1), (1,)),
    ("bag", lambda: bag(2, 1, 2), (1, 2, 2)), ("insertbag", lambda: op("insertbag", T.Bag(INT, 3), bag(2, 1), 1), (1, 1, 2)),
    ("insertbag", lambda: op("insertbag", T.Bag(INT, 2), bag(2, 1), 1), "capacity"),
    ("removebag", lambda: op("removebag", BAG, bag(2, 1, 1), 1), (1, 2)), ("removebag", lambda: op("removebag", BAG, bag(2), 1), "absent"),
    ("count", lambda: op("count", INT, bag(2, 1, 1), 1), 2), ("sumbag", lambda: op("sumbag", BAG, bag(2), bag(1, 2)), (1, 2, 2)),
    ("len", lambda: op("len", INT, bag(1, 1)), 2), ("len", lambda: op("len", INT, map_(1, 1, 1)), 3),
    ("in", lambda: op("in", BOOL, 1, set_(2, 1)), True),
    ("min", lambda: op("min", INT, seq(2, 1)), 1), ("min", lambda: op("min", INT, seq()), "empty"),
    ("max", lambda: op("max", INT, seq(2, 1)), 2), ("max", lambda: op("max", INT, seq()), "empty"),
    ("sum", lambda: op("sum", INT, seq(2, 1, 2)), 5),
]


def boom():
    """An integer that faults."""
    return op("floordiv", INT, 1, 0)


def is_boom():
    return eq(boom(), 1)


def over123(kind, body, t=BOOL, where=None):
    return bind(kind, "i", seq(1, 2, 3), body, t, where)


def i():
    return local("i")


LAZY = [
    (lambda: and_(False, is_boom()), False), (lambda: and_(True, is_boom()), "division"),
    (lambda: and_(is_boom(), False), "division"), (lambda: or_(True, is_boom()), True),
    (lambda: or_(False, is_boom()), "division"), (lambda: op("implies", BOOL, False, is_boom()), True),
    (lambda: op("implies", BOOL, True, is_boom()), "division"), (lambda: ite(True, 1, boom()), 1),
    (lambda: ite(False, 1, boom()), "division"), (lambda: ite(is_boom(), 1, 1), "division"),
    (lambda: over123("all", lt(op("floordiv", INT, 1, op("sub", INT, 2, i())), 1)), False),
    (lambda: over123("all", lt(op("floordiv", INT, 1, op("sub", INT, 2, i())), 9)), "division"),
    (lambda: over123("any", lt(0, op("floordiv", INT, 1, op("sub", INT, 2, i())))), True),
    (lambda: over123("any", lt(9, op("floordiv", INT, 1, op("sub", INT, 2, i())))), "division"),
    (lambda: over123("any", True, where=is_boom()), "division"),
    (lambda: over123("all", is_boom(), where=lt(9, i())), True),
    (lambda: over123("seq", add(i(), 1), SEQ, where=lt(i(), 3)), (2, 3)),
    (lambda: over123("set", op("mod", INT, i(), 2), SET), (0, 1)),
    (lambda: over123("seq", op("floordiv", INT, 6, op("sub", INT, i(), 2)), SEQ), "division"),
    (lambda: over123("seq", op("floordiv", INT, 6, op("sub", INT, i(), 2)), SEQ, where=not_(eq(i(), 2))), (-6, 6)),
    (lambda: bind("map", "i", domain(T.Int(1, 3)), add(local("i"), 1), MAP), (2, 3, 4)),
    (lambda: bind("any", "i", seq(boom()), True), "division"),
]


def evaluated(system, expected):
    try:
        return system.evaluate("f", ())
    except ModelFault as fault:
        return fault.kind if isinstance(system, IrSystem) and type(system) is IrSystem else expected_kind(expected)


def expected_kind(expected):
    return expected if isinstance(expected, str) else "fault"


@pytest.mark.parametrize("system", [IrSystem, FormSystem])
@pytest.mark.parametrize("make, expected", [(m, x) for _, m, x in VALUES] + LAZY)
def test_operator(make, expected, system):
    e = make()
    m = model(functions=[function("f", ret(e), result=e.type)])
    check(m)
    assert evaluated(system(m), expected) == expected


def test_every_operator_is_tested_with_its_value_and_its_fault():
    assert {name for name, _, x in VALUES if not isinstance(x, str)} == set(OPS)
    for name, (_, fault, _) in OPS.items():
        assert fault is None or (name, fault) in {(n, x) for n, _, x in VALUES}


# ---- statements


X = T.Int(0, 5)


def x():
    return var("x", X)


def counter(*body, params=(), locals_=(), functions=(), vars=(("x", X),), init=None, **rest):
    init = (setv("x", 0),) if init is None else init
    m = model(vars, init, [action("a", *body, params=params, locals_=locals_)], functions, **rest)
    check(m)
    return m


def both(m, state):
    """The outcomes of one state, on which the two evaluations agree."""
    direct = outcomes(IrSystem(m), state)
    assert outcomes(FormSystem(m), state) == direct
    assert outcomes(FormSystem(m), initial=True) == outcomes(IrSystem(m), initial=True)
    return [o[3] if len(o) == 4 else o for o in direct]


def test_assignments_are_simultaneous_in_the_form_and_sequential_in_the_body():
    m = counter(setv("x", add(x(), 1)), setv("y", add(x(), 1)), setv("x", add(var("y", X), 1)),
                vars=[("x", X), ("y", X)], init=[setv("x", 0), setv("y", 0)])
    assert both(m, (0, 4)) == [(3, 2)]


def test_a_range_is_checked_once_at_the_end_and_only_if_the_step_completes():
    assert both(counter(setv("x", add(x(), 9)), setv("x", op("sub", INT, x(), 8))), (0,)) == [(1,)]
    assert both(counter(setv("x", add(x(), 9))), (0,)) == ["range"]
    assert both(counter(setv("x", add(x(), 9)), require(False)), (0,)) == []
    fault = next(iter(IrSystem(counter(setv("x", 9))).successors((0,)))).fault
    assert fault.kind == "range" and "x" in fault.message and "9" in fault.message and "Int[0, 5]" in fault.message


def test_a_range_fault_of_the_initialisation():
    m = counter(init=[setv("x", 7)])
    assert isinstance(next(iter(IrSystem(m).initial())), Fault)
    assert outcomes(FormSystem(m), initial=True) == [(-1, 0, (), "range")]


def test_a_fault_counts_before_a_failing_require_and_not_after():
    assert both(counter(setv("x", boom()), require(False)), (0,)) == ["fault"]
    assert both(counter(require(False), setv("x", boom())), (0,)) == []
    assert both(counter(require(is_boom())), (0,)) == ["fault"]


def test_assert_is_a_fault_with_its_message():
    m = counter(assert_(lt(x(), 3), "x is ", x()))
    assert both(m, (2,)) == [(2,)]
    assert both(m, (3,)) == ["fault"]
    assert next(iter(IrSystem(m).successors((3,)))).fault.message == "x is 3"


def test_if_merges():
    m = counter(if_(lt(x(), 3), [setv("x", add(x(), 1))], [require(lt(x(), 5)), setv("x", 0)]))
    assert [both(m, (n,)) for n in (0, 3, 5)] == [[(1,)], [(0,)], []]


def test_parameters_are_bound_in_product_order():
    m = counter(setv("x", add(local("p"), local("q"))), params=[param("p", X, (0, 1)), param("q", X, (2, 4))])
    assert both(m, (0,)) == [(2,), (4,), (3,), (5,)]


def test_choices_are_distinct_ordered_nested_and_only_where_executed():
    body = [choose("c", seq(2, 1, 2)), if_(eq(local("c"), 2), [choose("d", set_(3, 4)), setv("x", local("d"))],
                                           [setv("x", local("c"))])]
    m = counter(*body, locals_=[("c", INT), ("d", INT)])
    assert [o[2:] for o in outcomes(IrSystem(m), (0,))] == [((0,), (1,)), ((1, 0), (3,)), ((1, 1), (4,))]
    both(m, (0,))


def test_an_empty_choice_disables_and_a_fault_before_it_counts():
    m = counter(choose("c", domain(X)), if_(lt(local("c"), 2), [setv("x", op("floordiv", INT, 1, local("c")))]),
                choose("d", bind("set", "k", domain(X), local("k"), T.Set(X), where=lt(local("c"), local("k")))),
                locals_=[("c", INT), ("d", INT)])
    found = outcomes(IrSystem(m), (0,))
    assert found[0] == (0, 0, (0,), "fault") and all(o[2][0] != 5 for o in found)
    both(m, (0,))


def test_loops_break_continue_and_return():
    body = [for_("i", domain(X), if_(eq(i(), 1), [continue_()]), if_(eq(i(), 4), [break_()]),
                 if_(eq(x(), 20), [ret()]), setv("x", add(x(), i()))), setv("x", op("sub", INT, x(), 1))]
    assert both(counter(*body), (0,)) == [(4,)]
    body = [for_("i", domain(X), if_(eq(i(), local("p")), [setv("x", i()), ret()])), require(False)]
    assert both(counter(*body, params=[param("p", INT, (3, 9))]), (0,)) == [(3,)]


def test_loops_with_require_and_fault_stop_at_the_first():
    body = [for_("i", seq(1, 2, 3), require(not_(eq(i(), local("p")))),
                 setv("x", op("floordiv", INT, 4, op("sub", INT, i(), local("q")))), setv("x", 1))]
    m = counter(*body, params=[param("p", INT, (1, 2, 3, 9)), param("q", INT, (1, 2, 3, 9))])
    assert [o[3] for o in outcomes(IrSystem(m), (0,))].count("fault") == 6   # where q < p: otherwise the require is first
    both(m, (0,))


def test_a_loop_with_a_choice_is_unrolled():
    body = [for_("i", domain(T.Int(1, 2)), choose("c", set_(i(), 0)), setv("x", add(x(), local("c"))),
                 if_(eq(x(), 3), [break_()])), require(lt(0, x()))]
    m = counter(*body, locals_=[("c", INT)])
    assert both(m, (0,)) == [(2,), (1,), (3,)]


def test_blocks_are_left_with_a_result():
    body = [block("h", if_(lt(x(), 2), [setl("r", 1), leave("h")]), if_(lt(x(), 4), [setl("r", 2), leave("h")]),
                  setv("x", 0), setl("r", 5)), setv("x", add(x(), local("r")))]
    m = counter(*body, locals_=[("r", INT)])
    assert [both(m, (n,)) for n in (0, 3, 5)] == [[(1,)], [(5,)], [(5,)]]


def test_a_block_is_left_out_of_a_loop():
    body = [block("h", for_("i", domain(X), if_(eq(i(), local("p")), [setl("r", add(i(), x())), leave("h")])),
                  setl("r", 0)), setv("x", local("r"))]
    m = counter(*body, locals_=[("r", INT)], params=[param("p", INT, (2, 7))])
    assert both(m, (1,)) == [(3,), (0,)]


def test_nested_loops_and_a_comprehension_over_modified_variables():
    ms = T.Map(X, X)
    v = lambda: var("m", ms)
    body = [for_("i", domain(X), for_("j", domain(X), if_(lt(local("j"), i()), [
        setv("m", with_(v(), i(), add(index(v(), i()), 1)))]))),
        setv("x", op("len", INT, bind("set", "k", op("keys", T.Set(X), v()), index(v(), local("k")), T.Set(INT))))]
    m = counter(*body, vars=[("x", X), ("m", ms)], init=[setv("x", 0), setv("m", lit((0,) * 6, ms))])
    assert outcomes(IrSystem(m), (0, (0,) * 6))[0][3] == "range"
    both(m, (0, (0,) * 6))


def test_functions_loops_calls_and_calls_after_assignment():
    total = function("total", setl("t", 0), for_("i", domain(T.Int(1, 3)), if_(lt(local("n"), i()), [ret(local("t"))]),
                                                 setl("t", add(local("t"), i()))), ret(local("t")),
                     params=[param("n", INT)], result=INT, locals_=[("t", INT)])
    small = function("small", ret(lt(x(), 3)))
    share = function("share", ret(op("floordiv", INT, 6, local("d"))), params=[param("d", INT)], result=INT)
    m = counter(require(call("small")), setv("x", add(x(), 2)), require(call("small")),
                setv("x", call("share", add(x(), 1), t=INT)), setv("x", call("total", x(), t=INT)),
                functions=[total, small, share])
    assert both(m, (0,)) == [(3,)] and both(m, (1,)) == []
    for s in (IrSystem(m), FormSystem(m)):
        assert [s.evaluate("total", (0,), (n,)) for n in range(5)] == [0, 1, 3, 6, 6]
        with pytest.raises(ModelFault):
            s.evaluate("share", (0,), (0,))


def test_a_fault_in_a_called_function_is_one_of_the_caller():
    share = function("share", ret(op("floordiv", INT, 6, x())), result=INT)
    m = counter(require(lt(0, 1)), setv("x", ite(eq(x(), 5), 0, call("share", t=INT))), functions=[share])
    assert [both(m, (n,)) for n in (0, 2, 5)] == [["fault"], [(3,)], [(0,)]]


def test_binders_do_not_capture():
    shadow = function("shadow", ret(bind("any", "i", seq(1, 2), eq(i(), local("p")))), params=[param("p", INT)])
    m = counter(require(bind("all", "i", seq(1, 2), call("shadow", i()))), setv("x", 1), functions=[shadow])
    assert both(m, (0,)) == [(1,)]
    body = [setl("s", set_(1)), for_("k", domain(T.Int(0, 1)), choose("c", set_(1, 2)), setl("s", bind(
        "set", "j", set_(1, 2, 3), local("j"), SET, where=or_(op("in", BOOL, op("sub", INT, local("j"), local("c")), local("s", SET)),
                                                              op("in", BOOL, local("j"), local("s", SET)))))),
            setv("x", op("len", INT, local("s", SET)))]
    both(counter(*body, locals_=[("s", SET), ("c", INT)]), (0,))


def test_step_invariants_see_both_states():
    m = counter(functions=[function("grows", ret(lt(old("x", X), x())))], step_invariants=("grows",))
    for s in (IrSystem(m), FormSystem(m)):
        assert s.evaluate_step("grows", (1,), (2,)) and not s.evaluate_step("grows", (2,), (2,))


def test_a_step_is_described_with_its_choices_and_notes():
    m = counter(choose("c", seq(4, 3)), note("picks ", local("c"), sender=("n", local("p", ID)), receiver=("bus",)),
                setv("x", local("c")), params=[param("p", ID)], locals_=[("c", INT)])
    s = IrSystem(m)
    step = list(s.successors((0,)))[3]
    assert step == Step(0, 1, (1,), (4,))
    assert s.describe((0,), step) == ("a", (1,), (("c", INT, 4),), (("picks 4", "np1", "bus"),))
    assert s.describe(None, next(iter(s.initial()))).name == "init"
    assert s.state(s.plain((3,))) == (3,)


def test_initial_states_by_choice():
    ms = T.Map(ID, X)
    init = [setv("m", lit((0, 0, 0), ms)), for_("i", domain(ID), choose("c", domain(T.Int(0, 1))),
                                                setv("m", with_(var("m", ms), local("i", ID), local("c"))))]
    m = counter(vars=[("m", ms)], init=init, init_locals=(("c", INT),))
    assert [s.target for s in IrSystem(m).initial()] == [((a, b, c),) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    both(m, ((0, 0, 0),))


def test_constants_and_reachable_states():
    n = Const(name="N", value=4, type=INT, loc=lit(0).loc)
    from sagacity.ir.nodes import ConstDecl
    decl = ConstDecl(name="N", type=INT, value=4, loc=lit(0).loc)
    m = counter(require(lt(x(), n)), setv("x", add(x(), 1)), consts=(decl,))
    assert sorted(reachable(IrSystem(m))) == [(k,) for k in range(5)]
