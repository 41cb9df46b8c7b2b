"""Short names for formulas and graphs in tests."""

from sagacity.ir import formula as F
from sagacity.logic.graph import Edge, Obligation, TableGraph
from sagacity.source import NOWHERE


def term(kind):
    """A constructor without location."""
    return lambda *operands: kind(*operands, loc=NOWHERE)


state, taken, breaks, enabled = map(term, (F.State, F.Taken, F.Breaks, F.Enabled))
no, both, either, implies, iff = map(term, (F.Not, F.And, F.Or, F.Implies, F.Iff))
always, eventually, until, release = map(term, (F.Globally, F.Finally, F.Until, F.Release))
weak_until, leads_to, every, some = map(term, (F.WeakUntil, F.LeadsTo, F.All, F.Some))
const = term(F.Const)


def weak(name="A"):
    """Weak fairness."""
    return Obligation(name)


def strong(name="A"):
    """Strong fairness."""
    return Obligation(name, True)


def graph(initial, edges, true, fairness=(), taken=(), steps=()):
    """A graph from pairs (s, t). `true` has a predicate of the state for each atom; `taken` a predicate of the edge for
    each obligation; `steps` pairs (number of the atom, predicate of the edge)."""
    size = 1 + max([*initial, *(s for edge in edges for s in edge)])
    rows = [[] for _ in range(size)]
    for s, t in edges:
        discharged = sum(bool(p(s, t)) << j for j, p in enumerate(taken))
        rows[s].append(Edge(t, discharged, sum(bool(p(s, t)) << i for i, p in steps), (s, t)))
    labels = [sum(bool(p(s)) << i for i, p in enumerate(true)) for s in range(size)]
    return TableGraph(list(initial), rows, labels, list(fairness))
