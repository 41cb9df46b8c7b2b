"""Does every fair behaviour satisfy the temporal properties?  On the state graph of an exploration.

`judge` decides; `confirm` is the other side: given one behaviour, it looks at the system again and evaluates the
property on that very lasso, without graph or automaton. No lasso is shown that it does not confirm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, NamedTuple, Sequence

from ..errors import FAULTS
from ..ir import formula as F
from ..ir import nodes as ir
from ..ir.values import show
from ..logic import ctl
from ..logic.graph import Edge, TableGraph
from ..logic.ground import instantiate
from ..logic.lasso import Lasso, holds
from ..logic.placement import is_ctl
from ..result import ERROR, HOLDS, VIOLATED, Conjunct, Cycle, Kind, PropertyResult, Verdict
from .labels import Atoms, Duty, duties, instance_name, producers
from .protocol import Fault, Step, System
from .stategraph import Exploration, StateFault
from .tracing import trace_of


class Part(NamedTuple):
    """A conjunct of a property for one choice of its outer quantified names, without quantifiers."""

    formula: F.Formula
    source: F.Formula
    bindings: tuple[tuple[str, str], ...]


def judge(explored: Exploration, names: Sequence[str], bound: Verdict | None) -> Iterator[PropertyResult]:
    """The verdicts on these temporal properties; `bound` is that of properties of a cut search that nothing breaks."""
    judgement = _Judgement(explored)
    for t in explored.system.model.temporals:
        if t.name in names:
            yield judgement.of(t, bound)


def confirm(system: System, name: str, path: Sequence[Step], loop: int | None) -> str | None:
    """Why the behaviour, which returns to state `loop` at its end, does not break a property; None if it does.

    A property in branching time is confirmed only as far as it is the same as one in linear time. Raises ModelFault.
    """
    model = system.model
    evaluate = Atoms(model)
    temporal = next((t for t in model.temporals if t.name == name), None)
    if temporal is None:
        return "the model has no temporal property of that name"
    ground = instantiate(temporal.formula, evaluate.domain)
    formula, atoms = linear(ground), F.atoms(ground)
    if loop is None and formula is not None:
        return "the trace is no lasso"
    loop = len(path) - 1 if loop is None else loop
    if not 0 <= loop < len(path) or (loop < len(path) - 1 and path[loop].target != path[-1].target):
        return "the last state is not the one where the cycle begins"
    graph, lasso = _alone(system, evaluate, atoms, path, loop)
    if formula is None:
        return None
    if not lasso.fair(graph):
        unfair = next(o.name for o, how in zip(graph.fairness, lasso.honours(graph)) if how is None)
        return f"the behaviour is not fair to {unfair}"
    if holds(formula, lasso.word(graph), lasso.loop, {a: i for i, a in enumerate(atoms)}):
        return "the behaviour satisfies it"
    return None


class _Judgement:
    def __init__(self, explored: Exploration):
        self.system, self.explored = explored.system, explored
        self.evaluate = Atoms(explored.system.model)

    def of(self, t: ir.Temporal, bound: Verdict | None) -> PropertyResult:
        """The verdict on one property: its first part that some fair behaviour breaks."""
        try:
            for part in parts(t.formula, self.evaluate):
                broken = self.broken(t, part, bound is not None)
                if broken:
                    return broken
        except StateFault as e:
            trace = trace_of(self.system, self.explored.way_to(e.state))
            return PropertyResult(t.name, Kind.TEMPORAL, ERROR, trace, message=e.fault.message,
                                  code=FAULTS[e.fault.kind], loc=e.fault.loc)
        return PropertyResult(t.name, Kind.TEMPORAL, bound or HOLDS, loc=t.loc)

    def broken(self, t: ir.Temporal, part: Part, cut: bool) -> PropertyResult | None:
        """A behaviour that breaks a part. In a cut graph, what branches off may be missing: CTL is not judged there."""
        atoms = F.atoms(part.formula)
        conjunct = Conjunct(part.source.loc, str(part.source), part.bindings)
        formula = linear(part.formula)
        if formula is None:
            return None if cut else self.branching(t, part, self.explored.sets(atoms, self.evaluate), conjunct)
        lasso = self.explored.lasso(F.Not(formula, loc=formula.loc), atoms, self.evaluate)
        if lasso is None:
            return None
        path = self.explored.way_along(lasso)
        trace = replace(trace_of(self.system, path), loop=lasso.loop)
        return PropertyResult(t.name, Kind.TEMPORAL, VIOLATED, trace, conjunct, loc=t.loc,
                              cycle=cycle(self.system, self.explored.duties, path, lasso.loop))

    def branching(self, t: ir.Temporal, part: Part, sets: ctl.StateSets, conjunct: Conjunct) -> PropertyResult | None:
        """A CTL formula that is no linear one. A path shows the outermost AG of it, and no more."""
        truth = ctl.satisfied(sets, part.formula)
        state = next((s for s in self.explored.initial if not truth >> s & 1), None)
        if state is None:
            return None
        message = "it fails in this initial state; no single behaviour shows why"
        if isinstance(part.formula, F.All) and isinstance(part.formula.body, F.Globally):
            inner = ctl.satisfied(sets, part.formula.body.body)
            state = (inner ^ inner + 1).bit_length() - 1        # the first state that is not in it
            message = f"in the last state, `{part.source.operands[0].operands[0]}` fails; no single behaviour shows why"
        return PropertyResult(t.name, Kind.TEMPORAL, VIOLATED, trace_of(self.system, self.explored.way_to(state)), conjunct,
                              message, loc=t.loc)


def parts(f: F.Formula, evaluate: Atoms, env: F.Env = (), shown: tuple = ()) -> Iterator[Part]:
    """The conjuncts of a formula, those below `forall` and always included: each names what fails, and is small."""
    match f:
        case F.And():
            for g in f.operands:
                yield from parts(g, evaluate, env, shown)
        case F.Quantified(universal=True):
            outer = tuple((n, v) for n, v in env if n != f.name)
            for value in evaluate.domain(f, env):
                yield from parts(f.body, evaluate, (*outer, (f.name, value)),
                                 (*(b for b in shown if b[0] != f.name), (f.name, show(f.type, value))))
        case F.Globally() | F.All(F.Globally()):
            for p in parts(f.operands[-1] if isinstance(f, F.Globally) else f.body.body, evaluate, env, shown):
                yield Part(_under(f, p.formula), _under(f, p.source), p.bindings)
        case _:
            yield Part(instantiate(f, evaluate.domain, env), f, shown)


def _under(f: F.Formula, body: F.Formula) -> F.Formula:
    """Always `body`, in the manner of `f`."""
    return replace(f, body=body if isinstance(f, F.Globally) else replace(f.body, body=body))


def linear(f: F.Formula) -> F.Formula | None:
    """The LTL formula that holds of a system iff `f` does; None where `f` is CTL beyond that.

    ``A`` before one temporal operator over state formulas is what LTL means anyway.
    """
    if not is_ctl(f):
        return f
    if isinstance(f, F.And):
        sides = [linear(g) for g in f.operands]
        return None if None in sides else F.And(*sides, loc=f.loc)
    if isinstance(f, F.All) and not any(g.temporal for g in f.body.operands):
        return f.body
    return f if not f.temporal else None


def cycle(system: System, owed: Sequence[Duty], path: Sequence[Step], loop: int) -> Cycle:
    """How the cycle of a lasso is fair, and which actions it starves."""
    around = path[loop:-1] or path[-1:]
    rows = [[s for s in system.successors(step.target) if isinstance(s, Step)] for step in around]
    following = [step.target for step in path[loop + 1:]] or [path[-1].target]
    able = [set().union(*producers(row, step.target).values()) for row, step in zip(rows, around)]
    taken = set().union(*(producers(row, step.target).get(t, set()) for row, step, t in zip(rows, around, following)))
    always, sometimes = set.intersection(*able) - taken, set.union(*able) - taken
    honoured = []
    for duty in owed:
        if not duty.instances.isdisjoint(taken):
            honoured.append((duty.obligation.name, duty.obligation.strong, "taken"))
        elif not duty.instances.isdisjoint(set.union(*able)):
            honoured.append((duty.obligation.name, duty.obligation.strong, "disabled"))
    model = system.model
    return Cycle(tuple(honoured), tuple(instance_name(model, i) for i in sorted(always)),
                 tuple(instance_name(model, i) for i in sorted(sometimes - always)))


def _alone(system: System, evaluate: Atoms, atoms: Sequence[F.Atom], path: Sequence[Step],
           loop: int) -> tuple[TableGraph, Lasso]:
    """A graph that is just this behaviour, with everything about it computed afresh, and the behaviour as its lasso."""
    owed = duties(system.model)
    stutters = loop == len(path) - 1
    states = [step.target for step in (path if stutters else path[:-1])]
    following = [step.target for step in path[1:]]
    steps: list[Edge | None] = []
    graph = TableGraph([0], [], [], [d.obligation for d in owed], [])
    for i, state in enumerate(states):
        row = [s for s in system.successors(state) if not isinstance(s, Fault)]
        plain, made = system.plain(state), producers(row, state)
        graph.labels.append(sum(
            1 << k for k, a in enumerate(atoms) if isinstance(a, F.State) and evaluate.holds(a, plain)
            or isinstance(a, F.Enabled) and evaluate.enabled(a, plain, row)))
        able = set().union(*made.values())
        graph.enabledness.append(sum(1 << j for j, d in enumerate(owed) if not d.instances.isdisjoint(able)))
        graph.successors.append([])
        if i == len(following) or following[i] == state:    # a step that changes nothing is a stutter
            steps.append(None)
            continue
        made_by, new = made[following[i]], system.plain(following[i])
        bits = sum(1 << k for k, a in enumerate(atoms)
                   if isinstance(a, F.STEP) and evaluate.of_step(a, plain, new, made_by))
        discharged = sum(1 << j for j, d in enumerate(owed) if not d.instances.isdisjoint(made_by))
        steps.append(Edge(i + 1 if i + 1 < len(states) else loop, discharged, bits))
    return graph, Lasso(tuple(range(len(states))), tuple(steps), loop)
