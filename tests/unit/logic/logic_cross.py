"""Random formulas on random graphs with random fairness: φ against ¬φ, against all small lassos, LTL against CTL.

The idea of cross-testing translations is that of ltlcross [DuretLutz2013].
"""

from dataclasses import dataclass, replace
from random import Random

from logic_terms import (always, both, const, either, enabled, eventually, every, iff, implies,
                         leads_to, no, release, some, state, strong, taken, until, weak, weak_until)

from sagacity.logic.ctl import satisfying, violating
from sagacity.logic.emptiness import find
from sagacity.ir.formula import Formula
from sagacity.logic.graph import Edge, TableGraph
from sagacity.logic.lasso import Lasso, holds

STATES = (state("p"), state("q"), enabled("A"))
STEPS = (taken("A"), taken("B"))
ATOMS = STATES + STEPS
INDEX = {a: i for i, a in enumerate(ATOMS)}

#: Lassos up to this length are enumerated for the comparison.
LENGTH, LASSOS = 6, 150


@dataclass(frozen=True)
class Case:
    """One input of the comparison."""

    formula: Formula
    other: Formula
    graph: TableGraph

    def __str__(self):
        g = self.graph
        edges = "\n".join(f"  {s} -> {e.target} taken={e.taken:b} steps={e.steps >> len(STATES):b}"
                          for s, row in enumerate(g.successors) for e in row)
        labels = [f"{x:b}" for x in g.labels]
        return (f"{self.formula}\nstate formula {self.other}\ninitial {g.initial} labels {labels} "
                f"fairness {g.fairness}\n{edges}")


def draw(random: Random) -> Case:
    """A random case."""
    return Case(temporal(random, random.randint(1, 3)), boolean(random, 2), draw_graph(random))


def draw_graph(random: Random) -> TableGraph:
    """A graph of at most five states. Self-loops and parallel edges occur."""
    size = random.randint(1, 5)
    fairness = [random.choice((weak, strong))(f"O{j}") for j in range(random.randint(0, 3))]
    rows = []
    for _ in range(size):
        degree = random.choice((0, 1, 1, 2, 2, 3))
        rows.append([Edge(random.randrange(size), random.getrandbits(3) & ((1 << len(fairness)) - 1),
                          random.getrandbits(len(STEPS)) << len(STATES), i) for i in range(degree)])
    initial = sorted({random.randrange(size) for _ in range(random.choice((1, 1, 2)))})
    graph = TableGraph(initial, rows, [random.getrandbits(len(STATES)) for _ in range(size)], fairness)
    if random.random() < 0.1:      # as at the border of a constraint: enabled, without an edge
        graph.enabledness[random.randrange(size)] |= random.getrandbits(3) & ((1 << len(fairness)) - 1)
    return graph


def boolean(random: Random, depth: int) -> Formula:
    """A formula about one state."""
    if depth == 0 or random.random() < 0.3:
        return random.choice(STATES) if random.random() < 0.95 else const(random.random() < 0.5)
    kind = random.choice((no, both, either, implies, iff))
    return kind(*(boolean(random, depth - 1) for _ in range(1 if kind is no else 2)))


def temporal(random: Random, depth: int) -> Formula:
    """A stutter-invariant LTL formula: step atoms only where a stutter cannot matter."""
    if depth == 0:
        return boolean(random, 1)
    if random.random() < 0.15:
        step = random.choice(STEPS)
        return random.choice((eventually(both(step, boolean(random, 1))), always(either(no(step), boolean(random, 1))),
                              always(eventually(step)), eventually(always(no(step)))))
    one = (no, always, eventually, always, eventually)
    two = (both, either, implies, iff, until, release, weak_until, leads_to)
    if random.random() < 0.4:
        return random.choice(one)(temporal(random, depth - 1))
    return random.choice(two)(temporal(random, depth - 1), temporal(random, random.randint(0, depth - 1)))


def difference(case: Case) -> str | None:
    """What disagrees, if anything."""
    graph, formula = case.graph, case.formula
    found = {wanted: find(graph, formula if wanted else no(formula), ATOMS) for wanted in (True, False)}
    feasible = graph.enabledness == TableGraph(graph.initial, graph.successors, graph.labels).enabledness
    if feasible and found[True] is None and found[False] is None:
        return "no fair behaviour satisfies the formula, and none breaks it"
    for wanted, lasso in found.items():
        if lasso and (wrong := false_witness(lasso, graph, formula, wanted)):
            return wrong
    if None in found.values():
        for lasso in lassos(graph):
            truth = holds(formula, lasso.word(graph), lasso.loop, INDEX)
            if found[truth] is None and lasso.fair(graph):
                return f"overlooked that the formula is {truth} of {lasso}"
    return differs_from_ctl(graph, case.other)


def false_witness(lasso: Lasso, graph: TableGraph, formula: Formula, wanted: bool) -> str | None:
    """What is wrong with a lasso that is said to satisfy (or not) the formula."""
    if not lasso.real(graph):
        return f"no behaviour of the graph: {lasso}"
    if not lasso.fair(graph):
        return f"unfair: {lasso}"
    if holds(formula, lasso.word(graph), lasso.loop, INDEX) != wanted:
        return f"the formula is not {wanted} of {lasso}"
    return None


def differs_from_ctl(graph: TableGraph, p: Formula) -> str | None:
    """Compare LTL with CTL where both can say the same: <> p in every case, and in turn one of the others each."""
    q, turn = STATES[0], sum(graph.labels)
    pairs = ((every(eventually(p)), eventually(p)), (every(always(p)), always(p)), (every(until(q, p)), until(q, p)),
             (every(always(every(eventually(p)))), always(eventually(p))),
             (every(always(implies(q, every(eventually(p))))), leads_to(q, p)))
    for ctl, ltl in (pairs[0], pairs[1 + turn % 4]):
        if bool(violating(graph, ctl, ATOMS)) != bool(find(graph, no(ltl), ATOMS)):
            return f"{ctl} is not {ltl}"
    single = replace(graph, initial=graph.initial[:1])
    ltl = (eventually(p), always(p), until(q, p))[turn % 3]
    if satisfying(single, some(ltl), ATOMS)[single.initial[0]] != bool(find(single, ltl, ATOMS)):
        return f"{some(ltl)} is not what a behaviour shows of {ltl}"
    return None


def lassos(graph: TableGraph):
    """Lassos of real steps, or ending in a stutter, shortest first: up to stuttering there are no others."""
    paths = [((s,), ()) for s in graph.initial]
    left = LASSOS
    while paths and left > 0:
        longer = []
        for states, steps in paths:
            left -= 1
            yield Lasso(states, (*steps, None), len(states) - 1)
            for e in graph.edges(states[-1]):
                if e.target == states[-1]:
                    continue
                yield from (Lasso(states, (*steps, e), i) for i, s in enumerate(states) if s == e.target)
                if len(states) < LENGTH:
                    longer.append(((*states, e.target), (*steps, e)))
        paths = longer


def shrunk(case: Case, fails=difference) -> Case:
    """A case that still fails, where no single simplification does."""
    while smaller := next((c for c in simpler(case) if fails(c)), None):
        case = smaller
    return case


def simpler(case: Case):
    """Cases with one thing less."""
    g = case.graph
    for f in (*case.formula.operands, const(True)):
        if f != case.formula and not any(isinstance(a, type(STEPS[0])) for a in (f, *f.operands)):
            yield replace(case, formula=f)
    yield from (replace(case, other=f) for f in case.other.operands)
    for s, row in enumerate(g.successors):
        for i in range(len(row)):
            rows = [r if t != s else r[:i] + r[i + 1:] for t, r in enumerate(g.successors)]
            yield replace(case, graph=TableGraph(g.initial, rows, g.labels, g.fairness))
    for j in reversed(range(len(g.fairness))):
        if j == len(g.fairness) - 1:
            rows = [[e._replace(taken=e.taken & ~(1 << j)) for e in row] for row in g.successors]
            yield replace(case, graph=TableGraph(g.initial, rows, g.labels, g.fairness[:j]))
    for s, label in enumerate(g.labels):
        if label:
            labels = [0 if t == s else x for t, x in enumerate(g.labels)]
            yield replace(case, graph=replace(g, labels=labels))


def compare(count: int, seed: int) -> str | None:
    """A report of the first difference in `count` random cases, shrunk."""
    for k in range(count):
        case = draw(Random(f"{seed}/{k}"))
        if difference(case):
            small = shrunk(case)
            return f"seed {seed}, case {k}: {difference(small)}\n{small}"
    return None


