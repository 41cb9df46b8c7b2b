"""How does a temporal property look in the modal mu-calculus?  And which cannot be written there?

Both kinds of time are decided by the search for a fair behaviour (mcrl2fair). A linear property that means the same
with "on all behaviours" before each of its operators, such as ``[] (p -> <> q)``, is written like one of CTL; any
other one by the automaton of its negation, whose state is a parameter of the fixpoints: a fair behaviour that the
automaton accepts breaks the property. Finite behaviours can always be continued fairly, so ``true*`` needs no fairness.
"""

from __future__ import annotations

from ..engine.labels import Atoms
from ..engine.liveness import linear, parts
from ..ir import formula as F
from ..ir import nodes as ir
from ..logic.buchi import translate
from ..logic.rewrite import negation_normal_form
from .mcrl2atoms import Observed
from .mcrl2expr import enclosed
from .mcrl2fair import Duty, Fairness, Inexpressible


class Properties:
    """The texts of temporal properties over one observed specification; `observed` collects what they have to see."""

    def __init__(self, spec, stay: str):
        self.spec, self.observed = spec, Observed(spec, stay)
        self.evaluate = Atoms(spec.model)
        self.texts: dict[str, tuple[str, ...]] = {}
        self.missing: dict[str, str] = {}
        for t in spec.model.temporals:
            try:
                self.texts[t.name] = self._property(t)
            except Inexpressible as why:
                self.missing[t.name] = str(why)

    def _property(self, t: ir.Temporal) -> tuple[str, ...]:
        if any(isinstance(f, F.STEP) for f in F.walk(t.formula)):
            raise Inexpressible("it speaks of steps: a label has one action, and others may make the same step")
        self.fairness = Fairness(self.spec)
        ground = [part.formula for part in parts(t.formula, self.evaluate)]
        texts = [self._part(f) for f in ground]
        if start := self.spec.start_labels:     # the property is one of the states that the fresh one leads to
            texts = [f"[!({' || '.join(start)})] {inside(text)}" for text in texts]
        seen = dict.fromkeys(a for f in ground for a in F.atoms(f))
        unclear = [self.observed.unclear[a] for a in seen if a in self.observed.unclear]
        texts += [f"[true* . ({' || '.join(unclear)})] false"] if unclear else []
        return tuple(dict.fromkeys(texts))

    def _part(self, f: F.Formula) -> str:
        self._count = 0
        in_linear = linear(f)
        if in_linear is None:
            return self._branching(f)
        deterministic = on_all_paths(negation_normal_form(in_linear))
        return self._linear(in_linear) if deterministic is None else self._branching(deterministic)

    def _new(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    # ---- states

    def _state(self, f: F.Formula, negate: bool = False) -> str:
        """A formula about the state alone, or its negation."""
        match f:
            case F.Const(value=v):
                return "true" if v != negate else "false"
            case F.Atom():
                label = self.observed.label(f)
                return f"[{label}] false" if negate else f"<{label}> true"
            case F.Not():
                return self._state(f.body, not negate)
            case F.Implies():
                return self._state(F.Or(F.Not(f.left, loc=f.loc), f.right, loc=f.loc), negate)
            case F.Iff():
                both = F.And(f.left, f.right, loc=f.loc)
                neither = F.And(F.Not(f.left, loc=f.loc), F.Not(f.right, loc=f.loc), loc=f.loc)
                return self._state(F.Or(both, neither, loc=f.loc), negate)
        sign = "&&" if isinstance(f, F.And) != negate else "||"
        return f"({self._state(f.left, negate)} {sign} {self._state(f.right, negate)})"

    # ---- branching time

    def _branching(self, f: F.Formula) -> str:
        if not f.temporal:
            return self._state(f)
        match f:
            case F.Not():
                return f"!{inside(self._branching(f.body))}"
            case F.And() | F.Or() | F.Implies():
                sign = {F.And: "&&", F.Or: "||", F.Implies: "=>"}[type(f)]
                return f"{inside(self._branching(f.left))} {sign} {inside(self._branching(f.right))}"
            case F.Iff():
                left, right = (self._branching(g) for g in f.operands)
                return f"(({left}) => ({right})) && (({right}) => ({left}))"
            case F.All(body=F.Globally(body=g)):
                return f"[true*] {inside(self._branching(g))}"
            case F.Some(body=F.Finally(body=g)):
                return f"<true*> {inside(self._branching(g))}"
            case F.Some(body=F.Globally(body=g)):
                return self._stays(self._branching(g))
            case F.All(body=F.Finally(body=g)):
                return f"!{inside(self._stays(self._negated(g)))}"
            case F.Some(body=F.Until(left=p, right=q)):
                return self._until(self._branching(p), self._branching(q))
            case F.All(body=F.Until(left=p, right=q)):
                never, both = self._negated(q), F.And(F.Not(p, loc=p.loc), F.Not(q, loc=q.loc), loc=f.loc)
                broken = self._until(self._negated(q), self._branching(both))
                return f"!({self._stays(never)} || {broken})"
            case F.All(body=F.WeakUntil(left=p, right=q)):
                both = F.And(F.Not(p, loc=p.loc), F.Not(q, loc=q.loc), loc=f.loc)
                return f"!({self._until(self._negated(q), self._branching(both))})"
        raise Inexpressible(f"`{f}` has no counterpart")

    def _negated(self, f: F.Formula) -> str:
        return self._state(f, True) if not f.temporal else f"!{inside(self._branching(f))}"

    def _until(self, p: str, q: str) -> str:
        x = self._new("X")
        return f"(mu {x} . {inside(q)} || ({inside(p)} && <true> {x}))"

    def _stays(self, p: str) -> str:
        """Some fair behaviour stays where `p` holds."""
        ways = []
        for met, ended in self.fairness.splits():
            within = " && ".join([inside(p), *(f"({d.unable})" for d in ended)])
            stays = self._stays_for(within, met)
            ways.append(self._until(p, stays) if ended else stays)
        return " || ".join(ways) if len(ways) == 1 else f"({' || '.join(ways)})"

    def _stays_for(self, p: str, met: list[Duty]) -> str:
        if not (self.fairness.weak or met):
            return p
        z = self._new("Z")
        goals = [self._goal(d, f"({d.unable} && {z}) || ", z, p) for d in self.fairness.weak]
        goals += [self._goal(d, "", z, p) for d in met]
        return f"(nu {z} . {p}" + "".join(f"\n    && {inside(g)}" for g in goals) + ")"

    def _goal(self, d: Duty, idle: str, z: str, p: str) -> str:
        y = self._new("Y")
        return f"{d.every}mu {y} . {p} && ({idle}<{d.step}> {z} || <true> {y})"

    # ---- linear time

    def _linear(self, f: F.Formula) -> str:
        """No fair behaviour is accepted by the automaton of the negation."""
        automaton = translate(F.Not(f, loc=f.loc))
        letters = [(self._state(g), self._state(g, True)) for g in automaton.letters]
        moves = [(source, t, [letters[i][side] for i in range(len(letters))
                              for side, bits in ((0, t.positive), (1, t.negative)) if bits >> i & 1])
                 for source, row in enumerate(automaton.transitions) for t in row]
        ways = []
        for met, ended in self.fairness.splits():
            ways.append((self._accepted(automaton, moves, met, ended), bool(ended)))
        if len(ways) == 1:
            return f"!({ways[0][0]('0')})"
        x, q = self._new("X"), self._new("q")
        steps = [f"(val({q} == {s}) && {_both(guard, f'({x}({t.target}) || <true> {x}({t.target}))')})"
                 for s, t, guard in moves]
        return f"!(mu {x}({q}: Nat = 0) . " + "\n  || ".join([*(way(q) for way, _ in ways), *steps]) + ")"

    def _accepted(self, automaton, moves, met: list[Duty], ended: list[Duty]):
        """A function from the state of the automaton to the formula that some accepted behaviour begins here."""
        marks = automaton.acceptance.bit_length()

        def text(start: str) -> str:
            z, q = self._new("Z"), self._new("q")
            goals = [self._mark(i, moves, ended, z, q) for i in range(marks)]
            goals += [self._obligation(d, True, moves, ended, z, q) for d in self.fairness.weak]
            goals += [self._obligation(d, False, moves, ended, z, q) for d in met]
            goals = goals or [self._mark(None, moves, ended, z, q)]
            return f"(nu {z}({q}: Nat = {start}) . " + "\n    && ".join(map(inside, goals)) + ")"

        return text

    def _mark(self, bit: int | None, moves, ended, z: str, q: str) -> str:
        def move(t, y):
            there = z if bit is None or t.marks >> bit & 1 else y
            return f"({there}({t.target}) || <true> {there}({t.target}))"

        return self._search("", moves, ended, q, move)

    def _obligation(self, d: Duty, weak: bool, moves, ended, z: str, q: str) -> str:
        def move(t, y):
            ways = [f"({d.unable} && ({z}({t.target}) || <true> {z}({t.target})))"] if weak else []
            ways += [f"<{d.step}> {z}({t.target})", f"{y}({t.target})", f"<true> {y}({t.target})"]
            return f"({' || '.join(ways)})"

        return self._search(d.every, moves, ended, q, move)

    def _search(self, every: str, moves, ended, q: str, move) -> str:
        y, r = self._new("Y"), self._new("r")
        unable = [f"({d.unable})" for d in ended]
        ways = [f"(val({r} == {s}) && {_both([*guard, *unable], move(t, y))})" for s, t, guard in moves]
        return f"{every}mu {y}({r}: Nat = {q}) . " + (" || ".join(ways) or "false")


def inside(text: str) -> str:
    """A formula in parentheses."""
    return text if text.startswith("(") and enclosed(text) else f"({text})"


def _both(guard: list[str], rest: str) -> str:
    return " && ".join([*map(inside, guard), rest])


def on_all_paths(f: F.Formula) -> F.Formula | None:
    """The CTL formula that means the same as an LTL formula in negation normal form, if it is of a kind that has one.

    The deterministic fragment of [Maidl2000]: in a disjunction and beside an until, one side at most is temporal.
    """
    loc = f.loc
    match f:
        case _ if not f.temporal:
            return f
        case F.And():
            sides = [on_all_paths(g) for g in f.operands]
            return None if None in sides else F.And(*sides, loc=loc)
        case F.Or():
            sides = [on_all_paths(g) for g in f.operands]
            return None if None in sides or all(g.temporal for g in f.operands) else F.Or(*sides, loc=loc)
        case F.Globally():
            body = on_all_paths(f.body)
            return None if body is None else F.All(F.Globally(body, loc=loc), loc=loc)
        case F.Finally() | F.Until() if not any(g.temporal for g in f.operands):
            return F.All(f, loc=loc)
    return None
