"""The concrete syntax: what texts mean, and what is said about wrong ones."""

import sys
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("lark")
sys.path.insert(0, str(Path(__file__).parent))

import logic_cross  # noqa: E402
from logic_terms import breaks, eventually, every, no, some, state, taken, until  # noqa: E402

from sagacity.errors import Complaints, ModelSourceError  # noqa: E402
from sagacity.ir import formula as F  # noqa: E402
from sagacity.logic.ground import conjuncts, instantiate  # noqa: E402
from sagacity.logic.lasso import holds  # noqa: E402
from sagacity.logic.parser import parse  # noqa: E402
from sagacity.logic.placement import check_logic, is_ctl  # noqa: E402
from sagacity.source import Loc  # noqa: E402

SAME = [
    ("[] (placed(o) -> <> settled(o))", "G (placed(o) => F settled(o))"),
    ("p ~> q", "p\n  ~> q   # comment"),
    ("forall x in D: p(x) and q", r"\A x \in D : p(x) /\ q"),
    ("exists x in D: not p(x) or q", r"\E x \in D : ~p(x) \/ q"),
    ("forall x in D: forall y in D: forall z in E: p(x, y, z)", "forall x, y in D, z in E: p(x, y, z)"),
    ("p -> (q -> r)", "p implies q => r"),
    ("(p and q) or r", "p && q || r"),
    ("p and (q U r)", "p and q U r"),
    ("([] p) and q", "[] p and q"),
    ("[] (x == 1)", "[] x == 1"),
    ("not (x == 1)", "!x == 1"),
    ("p U (q U r)", "p U q U r"),
    ("(p ~> q) -> r", "p ~> q -> r"),
    ("<> <A(1)>", "<> <<A(1)>>_vars"),
    ("enabled(send(m))", "ENABLED send(m)"),
    ("(p) <-> (q)", "p <=> q"),
    ("AG (p -> AF q)", "AG(p -> AF(q))"),
]


@pytest.mark.parametrize("one, other", SAME)
def test_spellings_and_precedence(one, other):
    assert parse(one) == parse(other)


def test_structure():
    p, q = state("p"), state("q")
    assert parse("A[p U q]") == every(until(p, q)) and parse("EF p") == some(eventually(p))
    assert parse("[] [x >= old.x]_x").body == no(breaks("x >= old.x").__class__("x >= old.x", subscript="x", loc=p.loc))
    assert parse("<> <reserve(m)>") == eventually(taken("reserve(m)"))
    assert parse("p W q or p R q") == F.Or(F.WeakUntil(p, q, loc=p.loc), F.Release(p, q, loc=p.loc), loc=p.loc)
    assert is_ctl(parse("AG EF p")) and not is_ctl(parse("[] p"))


@pytest.mark.parametrize("text", [
    "status[o] == Status.NEW", "x in (1, 2)", "x not in [1, 2]", "len(q) > 0", "a < b <= c", "x is None", "q[1:] == []",
    "any(m.order == o for m in bus if m.kind == 1)",
    "{1, 2} - done == set()", "-x // 2 + 1 == y", "all(a and b for a in s)",
    "p(key=1, *xs)", "self.chan[p, q].full()", "(x + 1) * 2 == y", "G_count == 1", "unit == U", "x if y else z",
    "'# U [] <>' in names"])
def test_python_expressions_are_kept_as_text(text):
    assert parse(text) == state(text)
    assert parse(f"[] ({text})").body == state(text)


def test_text_on_several_lines_becomes_one():
    assert parse("[] (f(a,  # the first\n   'b  #c'))").body == state("f(a, 'b  #c')")


def test_constants():
    assert parse("true").value is True and parse("FALSE").value is False


def test_locations_are_those_of_the_file():
    f = parse("[] p and\n<> q", Loc("m.py", 10, 5))
    assert f.left.loc == Loc("m.py", 10, 5, 10, 9)
    assert f.right.body.loc == Loc("m.py", 11, 4, 11, 5)


WRONG = {
    "": ("SAG600", "1", "expected a formula"),
    "p = 1": ("SAG600", "3", "equality", "`==`"),
    "[] (p": ("SAG600", "6", "`)`"),
    "p and": ("SAG600", "6", "expected a formula"),
    "p q": ("SAG600", "3", "operator"),
    "X p": ("SAG600", "3", "no next-state operator"),
    "forall x D: p": ("SAG600", "10", "expected `in`"),
    "<A(1)": ("SAG600", "6", "`>`"),
    "a $ b": ("SAG600", "3", "`$`"),
    "A[p and q]": ("SAG601", "1", "p U q"),
    "x == ([] p)": ("SAG602", "7", "inside a state expression"),
    "f(a /\\ b)": ("SAG603", "5", "write `and`"),
    "AG <> p": ("SAG604", "4", "throughout"),
    "E[p U q] and <> r": ("SAG604", "14", "throughout"),
    "<A>": ("SAG605", "1", "stutter"),
    "p U <A>": ("SAG605", "5", "stutter"),
    "<> [p]_vars": ("SAG605", "4", "stutter"),
    "[] <A>": ("SAG605", "4", "stutter"),
    "AF <A>": ("SAG605", "4", "CTL"),
}


@pytest.mark.parametrize("text", WRONG)
def test_errors_have_a_code_a_caret_and_an_expectation(text):
    code, col, *words = WRONG[text]
    with pytest.raises(ModelSourceError) as caught:
        parse(text)
    first = caught.value.diagnostics[0]
    assert first.code == code and str(first.loc.col) == col
    shown = first.render()
    assert all(w in shown for w in words), shown
    assert not text or "^" in shown


@pytest.mark.parametrize("text", ["[] [A]_v", "[] (p -> [A]_v)", "<> <A>", "p ~> <A>", "<A> ~> p", "not <> <A>",
                                  "[] (<A> -> p)", "[] not <A>", "[] <> <A> -> [] <> <B>"])
def test_step_formulas_that_cannot_count(text):
    parse(text)


def test_what_is_accepted_is_stutter_invariant():
    """Random formulas with step atoms anywhere: those accepted keep their truth when stutters are inserted."""
    accepted = 0
    bits = (1 << len(logic_cross.STATES)) - 1
    for seed in range(600):
        random = Random(seed)
        f = _sprinkled(random, logic_cross.temporal(random, 2))
        complaints = Complaints()
        check_logic(f, complaints)
        if complaints.found:
            continue
        accepted += any(isinstance(g, F.STEP) for g in F.walk(f))
        for _ in range(20):
            word = [random.getrandbits(5) for _ in range(random.randint(1, 4))]
            loop = random.randrange(len(word))
            longer = [x for letter in word for x in (letter & bits, letter)]
            assert holds(f, word, loop, logic_cross.INDEX) == holds(f, longer, 2 * loop, logic_cross.INDEX), f
    assert accepted > 50


def _sprinkled(random, f):
    """The formula with step atoms for some of its state atoms."""
    if isinstance(f, F.State) and random.random() < 0.3:
        return random.choice((taken("A"), no(taken("B"))))
    return F.rebuild(f, lambda g: _sprinkled(random, g))


def test_printed_formulas_can_be_read_again():
    for seed in range(200):
        f = logic_cross.temporal(Random(seed), 3)
        assert parse(str(f)) == f
    for text in ("AG (p -> EF q)", "A[p U (E[q U r])]", "forall x in D: [] (p(x) ~> q)", "[] [A(x)]_(x, y)"):
        assert parse(str(parse(text))) == parse(text)


def test_quantifiers_over_finite_domains():
    values = {"D": (1, 2), "E": ()}
    f = instantiate(parse("forall x in D: p(x) ~> exists y in D: q(x, y)"), lambda q, env: values[q.domain])
    assert str(f) == "(p(1) ~> ((q(1, 1)) or (q(1, 2)))) and (p(2) ~> ((q(2, 1)) or (q(2, 2))))"
    assert [len(conjuncts(f)), len(F.atoms(f))] == [2, 6]
    assert instantiate(parse("forall x in E: p(x)"), lambda q, env: values[q.domain]).value is True
    assert instantiate(parse("exists x in E: p(x)"), lambda q, env: values[q.domain]).value is False
