"""Forms: agreement with direct execution on random models, and the shapes that exporters rely on."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from build import (action, add, bind, call, choose, domain, eq, for_, function, if_, index, local, lt, model, op, outcomes, param,
                   reachable, require, ret, setl, setv, var, with_)
from randoms import Random_
from sagacity.engine.formeval import FormSystem
from sagacity.engine.ireval import IrSystem
from sagacity.errors import ModelFault, UnsupportedError
from sagacity.ir import types as T
from sagacity.ir.functional import Forms, form, function_form, init_form
from sagacity.ir.legality import check
from sagacity.ir.nodes import Fold, Lit, Op, Var
from sagacity.ir.simplify import is_false, is_true
from sagacity.ir.walk import binders, children, subexpressions

X = T.Int(0, 3)
ID = T.Ids("p", 3)


def x():
    return var("x", X)


def largest(m):
    """The size, as a tree, of the largest expression in the forms of a model."""
    sizes = {}

    def size(e):
        if id(e) not in sizes:
            sizes[id(e)] = 1 + sum(map(size, children(e))), e
        return sizes[id(e)][0]

    forms = Forms(m)
    found = [forms.action(a) for a in m.actions]
    return max(size(e) for f in found for e in (f.guard, f.error, *f.updates.values()))


def value(system, name, state, arg):
    try:
        return system.evaluate(name, state, (arg,))
    except ModelFault:
        return "fault"


@pytest.mark.parametrize("seed", range(250))
def test_forms_agree_with_execution_on_random_models(seed):
    m = Random_(seed).model()
    check(m)
    if largest(m) > 10_000:
        return                      # shared subexpressions are evaluated as often as they occur: too slow
    direct, forms = IrSystem(m), FormSystem(m)
    assert outcomes(direct, initial=True) == outcomes(forms, initial=True)
    for state in reachable(direct, 25):
        assert outcomes(direct, state) == outcomes(forms, state)
        for name in "fg":
            for arg in (0, 2):
                assert value(direct, name, state, arg) == value(forms, name, state, arg)


@pytest.mark.parametrize("seed", range(60))
def test_no_binder_shadows_another(seed):
    m = Random_(seed).model()
    forms = Forms(m)
    for a in m.actions:
        f = forms.action(a)
        sites = frozenset(p.name for p in a.params) | {c.local for c in f.choices}
        for e in (f.guard, f.error, *f.updates.values(), *(c.over for c in f.choices)):
            no_shadowing(e, sites, set())


def no_shadowing(e, scope, seen):
    if (id(e), scope) in seen:
        return
    seen.add((id(e), scope))
    assert not scope & set(binders(e))
    outside = len(children(e)) - 1 if isinstance(e, Fold) else 1
    for i, c in enumerate(children(e)):
        no_shadowing(c, scope | set(binders(e)) if binders(e) and i >= outside else scope, seen)


def one(*body, params=(), locals_=(), functions=(), vars=(("x", X),)):
    m = model(vars, [setv("x", 0)], [action("a", *body, params=params, locals_=locals_)], functions)
    check(m)
    return form(m, m.actions[0])


def test_only_changed_variables_have_updates():
    f = one(if_(lt(x(), 1), [setv("x", 2)]), vars=[("x", X), ("y", X)])
    assert set(f.updates) == {"x"} and is_true(f.guard) and is_false(f.error) and not f.choices


def test_a_map_access_inside_its_domain_has_no_error():
    ms, mx = T.Map(ID, X), T.Map(X, X)
    vars = [("x", X), ("m", ms), ("n", mx)]
    f = one(setv("m", with_(var("m", ms), local("p", ID), index(var("n", mx), x()))), params=[param("p", ID)], vars=vars)
    assert is_false(f.error)
    f = one(setv("x", add(x(), 1)), setv("x", index(var("n", mx), x())), vars=vars)
    assert not is_false(f.error)      # x may be 4 in between: ranges are checked at the end
    f = one(setv("x", op("sum", T.INT, bind("seq", "i", op("keys", T.Set(X), var("n", mx)), index(var("n", mx), local("i")), T.Seq(X)))),
            vars=vars)
    assert is_false(f.error)


def test_a_quantifier_that_cannot_fault_has_no_error():
    vars = [("x", X), ("n", T.Map(X, X))]
    body = lt(index(var("n", T.Map(X, X)), local("i")), 2)
    assert is_false(one(require(bind("all", "i", domain(X), body)), vars=vars).error)
    assert not is_false(one(require(bind("all", "i", bind("set", "j", domain(X), add(local("j"), x()), T.Set(T.INT)), body)), vars=vars).error)


def test_a_simple_loop_becomes_a_fold_over_what_it_modifies():
    f = one(for_("i", domain(X), setl("t", add(local("i"), 1)), setv("x", add(x(), local("t")))), locals_=[("t", T.INT)])
    fold = f.updates["x"]
    assert isinstance(fold, Fold) and fold.type == T.INT and isinstance(fold.init, Var) and is_true(f.guard)


def test_choices_state_when_they_are_made():
    f = one(choose("c", domain(X)), if_(eq(local("c"), 1), [choose("d", domain(X)), setv("x", local("d"))]),
            locals_=[("c", T.INT), ("d", T.INT)])
    assert [c.local for c in f.choices] == ["c", "d"]
    assert is_true(f.choices[0].when) and isinstance(f.choices[1].when, Op) and is_true(f.guard)


def test_a_choice_in_a_loop_of_unknown_length_is_unsupported():
    q = T.Seq(X, 2)
    with pytest.raises(UnsupportedError, match="hand.py"):
        one(for_("i", var("q", q), choose("c", domain(X))), locals_=[("c", T.INT)], vars=[("x", X), ("q", q)])


def test_calls_stay_where_they_see_the_state_before_the_step():
    small = function("small", ret(lt(x(), 3)))
    kept = lambda e: any(type(n).__name__ == "Call" for n in subexpressions(e))
    assert kept(one(require(call("small")), setv("x", 0), functions=[small]).guard)
    assert not kept(one(setv("x", 0), require(call("small")), functions=[small]).guard)


def test_forms_of_functions_and_of_the_initialisation():
    ms = T.Map(X, X)
    f = function("f", if_(lt(x(), local("p")), [ret(index(var("m", ms), local("p")))]), ret(0), params=[param("p", T.INT)], result=X)
    m = model([("x", X), ("m", ms)], [setv("x", 1), setv("m", op("map", ms, x(), 0, 0, 0))], [], [f])
    error, result = function_form(m, f)
    assert not is_false(error) and isinstance(result, Op) and result.op == "ite"
    first = init_form(m).updates["m"].args[0]
    assert isinstance(first, Lit) and first.value == 1
