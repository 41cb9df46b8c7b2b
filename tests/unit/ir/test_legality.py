"""Each rule of legality rejects, with a location, at least one model that breaks only it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from build import (action, add, assert_, bind, block, break_, call, choose, continue_, domain, eq, for_, function, if_, index, leave,
                   lit, loc, local, lt, model, note, old, op, param, require, ret, seq, setl, setv, var)
from sagacity.errors import InternalError
from sagacity.ir import nodes as ir
from sagacity.ir import types as T
from sagacity.ir.legality import check
from sagacity.ir.nodes import OPS
from sagacity.ir.oprules import RULES, agree

INT, BOOL = T.INT, T.BOOL
X = T.Int(0, 3)
C = [("c", INT)]


def x():
    return var("x", X)


def acts(*body, locals_=(), params=(), functions=(), **rest):
    return model([("x", X)], [setv("x", 0)], [action("a", *body, locals_=locals_, params=params)], functions, **rest)


def fun(*body, **rest):
    return model([("x", X)], [setv("x", 0)], [], [function("f", *body, **rest)])


def let(name, value, body):
    return ir.Let(local=name, value=value, body=body, type=body.type, loc=loc())


def fold(init, body, t=INT):
    return ir.Fold(acc="acc", init=init, local="i", over=domain(X), body=body, type=t, loc=loc())


LEGAL = [
    lambda: acts(setv("x", 1), choose("c", domain(X)), note("c", local("c")), assert_(eq(local("c"), 1), "m"), locals_=C),
    lambda: acts(block("b", for_("i", seq(1), if_(True, [break_()], [continue_()]), leave("b")), setl("c", 2)), ret(), locals_=C),
    lambda: fun(if_(lt(x(), 1), [ret(True)], [block("b", ret(False))])),
    lambda: fun(ret(lt(let("t", x(), add(local("t"), 1)), fold(lit(0), add(local("acc"), local("i")))))),
    lambda: acts(setv("x", op("sum", INT, op("set", T.Set(T.BOTTOM))))),
]

ILLEGAL = {
    "variable 'x' is declared twice": lambda: model([("x", X), ("x", X)]),
    "function 'f' is declared twice": lambda: model(functions=[function("f", ret(True)), function("f", ret(True))]),
    "action 'a' is declared twice": lambda: model(actions=[action("a"), action("a")]),
    "local 'p' is declared twice": lambda: acts(params=[param("p", X), param("p", X)]),
    "property 'g' is no function": lambda: acts(invariants=("g",)),
    "fairness of 'b'": lambda: acts(fairness=(ir.Fairness(strong=False, actions=("b",), loc=loc()),)),
    "fairness of 'a' by": lambda: acts(fairness=(ir.Fairness(strong=False, actions=("a",), by=("p",), loc=loc()),)),
    "calls itself": lambda: fun(ret(call("f"))),
    "constant 'N' is no value": lambda: acts(consts=(ir.ConstDecl(name="N", type=BOOL, value=3, loc=loc()),)),
    "parameter 'p' has values": lambda: acts(params=[param("p", T.Ids("p", 2), (0, 2))]),
    "does not return": lambda: fun(if_(lt(x(), 1), [ret(True)])),
    "SetVar in a function": lambda: fun(setv("x", 1), ret(True)),
    "Require in a function": lambda: fun(require(True), ret(True)),
    "Assert in a function": lambda: fun(assert_(True), ret(True)),
    "Choose in a function": lambda: fun(choose("c", domain(X)), ret(True), locals_=C),
    "Note in a function": lambda: fun(note("x"), ret(True)),
    "variable 'y' is not declared, or": lambda: acts(setv("y", 1)),
    "local 'y' is not declared, or": lambda: acts(setl("y", 1)),
    "gets a value of type bool": lambda: acts(setv("x", True)),
    "bool is needed here": lambda: acts(require(x())),
    "a collection is needed here": lambda: acts(for_("i", x())),
    "Break outside": lambda: acts(break_()),
    "Continue outside": lambda: acts(if_(True, [continue_()])),
    "choice of 'c'": lambda: acts(choose("c", domain(X))),
    "stands inside itself": lambda: acts(block("b", block("b"))),
    "leaves the block": lambda: acts(block("b"), leave("b")),
    "a value is returned by functions": lambda: acts(ret(1)),
    "returns int where bool": lambda: fun(ret(1)),
    "the literal 2 is no value": lambda: acts(require(lit(2, BOOL))),
    "constant 'N' is not declared so": lambda: acts(require(lt(ir.Const(name="N", value=1, type=INT, loc=loc()), 1))),
    "variable 'y' is not declared here": lambda: acts(require(lt(var("y", X), 1))),
    "outside of step invariants": lambda: acts(require(lt(old("x", X), 1))),
    "local 'i' is not declared here": lambda: acts(for_("i", domain(X)), require(lt(local("i"), 1))),
    "is read as bool": lambda: acts(require(var("x", BOOL))),
    "local 'i' is bound twice": lambda: acts(for_("i", domain(X), require(bind("any", "i", domain(X), True)))),
    "no operator": lambda: acts(require(op("xor", BOOL, True, False))),
    "takes 2 arguments": lambda: acts(require(op("lt", BOOL, 1))),
    "ill-typed: lt": lambda: acts(require(lt(1, True))),
    "ill-typed: some": lambda: acts(require(op("isnone", BOOL, op("some", T.Option(INT), op("none", T.Option(INT)))))),
    "ill-typed: eq": lambda: acts(require(eq(op("some", T.Option(INT), 1), 1))),
    "ill-named": lambda: acts(setv("x", op("item", INT, op("tuple", T.Tuple((INT,)), 1), field="1"))),
    "one value for each key": lambda: acts(setv("x", index(op("map", T.Map(X, X), 1, 2), 0))),
    "step of a range": lambda: acts(for_("i", op("range", T.Seq(INT), 0, 3, 0))),
    "no finite domain": lambda: acts(for_("i", domain(INT))),
    "ill-typed: all": lambda: acts(require(bind("all", "i", domain(X), 1))),
    "ill-typed: map": lambda: acts(setv("x", index(bind("map", "i", domain(X), 1, T.Map(X, INT), where=lit(True)), 0))),
    "no function 'g'": lambda: acts(require(call("g"))),
    "arguments of 'g'": lambda: acts(require(call("g", 1)), functions=[function("g", ret(True))]),
    "another type than its result": lambda: acts(setv("x", call("g", t=INT)), functions=[function("g", ret(True))]),
    "fold whose": lambda: acts(setv("x", fold(lit(0), lit(True)))),
}


@pytest.mark.parametrize("make", LEGAL)
def test_legal(make):
    check(make())


@pytest.mark.parametrize("message", ILLEGAL)
def test_illegal(message):
    with pytest.raises(InternalError, match=message) as caught:
        check(ILLEGAL[message]())
    assert "hand.py:" in str(caught.value)


def test_every_operator_has_a_rule_that_refuses_something():
    assert set(RULES) == set(OPS)
    odd = T.Enum("Odd", ("A",))
    for name, rule in RULES.items():
        arity = OPS[name][0]
        assert not rule(odd, *[odd] * (3 if arity is None else arity)), name


def test_old_is_legal_in_step_invariants_only():
    m = fun(ret(lt(old("x", X), x())))
    check(replace(m, step_invariants=("f",)))
    with pytest.raises(InternalError):
        check(replace(m, invariants=("f",)))


def test_agreement_ignores_ranges_but_not_the_option():
    assert agree(T.Seq(X, 2), T.Seq(INT)) and agree(T.Option(T.BOTTOM), T.Option(X))
    assert not agree(X, T.Option(X)) and not agree(T.Set(X), T.Seq(X))
