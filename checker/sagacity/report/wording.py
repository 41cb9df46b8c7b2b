"""In which words is a verdict told?  Sentences about results, the same in the terminal, in tests and on pages."""

from __future__ import annotations

from ..result import CheckResult, Kind, Outcome, PropertyResult, Stats, Verdict

_KIND = {Kind.STEP_INVARIANT: "step invariant"}

_CUT = {"depth": "depth limit {k}", "states": "state limit {k}", "seconds": "time limit {k} s",
        "constraint": "a constraint cut the search", "memory": "memory limit",
        "induction": "not shown by induction"}


def summary(result: CheckResult) -> str:
    """The verdict of a run as one sentence."""
    if result.disagreements:
        return "two evaluations of the model disagree"
    if result.failures:
        return "; ".join(complaint(p) for p in result.failures)
    if result.bound:
        return _undecided(result.bound)
    if left := [p for p in result.properties if p.verdict.outcome is Outcome.BOUNDED]:
        rest = len(result.properties) - len(left)
        return (f"undecided: {', '.join(p.name for p in left)} ({cut(left[0].verdict)}); "
                f"{rest} of {len(result.properties)} properties hold in all {reach(result)}")
    count = len(result.properties)
    what = "the property holds" if count == 1 else f"all {count} properties hold" if count else "no error"
    sure = f" ({result.probably})" if result.probably else ""
    return f"{what} in all {reach(result)}{sure}" if result.complete else what + sure


def reach(result: CheckResult) -> str:
    """What a complete result speaks of: a solver does not count states."""
    return "reachable states" if result.engine == "smt" else f"{result.stats.states:,} states"


def _undecided(bound: Verdict) -> str:
    if bound.outcome is Outcome.SAMPLED:
        return f"undecided: {cut(bound)} met no violation, which says nothing about the rest"
    return f"undecided: {cut(bound)}; no violation in the part explored"


def complaint(p: PropertyResult) -> str:
    """What is wrong with a property that is violated or could not be evaluated."""
    match p.verdict.outcome, p.kind:
        case Outcome.ERROR, _:
            return f"evaluating {p.name} fails"
        case _, Kind.DEADLOCK:
            return "deadlock"
        case _, Kind.ASSERTION:
            return f"assertion fails in {p.name}"
        case _, Kind.POSSIBLE:
            return f"{p.name} is never reached"
    return f"{kind(p)} {p.name} is violated"


def fairness(p: PropertyResult) -> list[str]:
    """Why the lasso of a temporal property is a behaviour of the model, and which fairness would rule it out."""
    if p.cycle is None or p.trace is None:
        return []
    c, stops = p.cycle, p.trace.loop == len(p.trace.steps)
    found = [f"{'strong' if strong else 'weak'} fairness of {name} is kept: it is {_KEPT[how]}"
             for name, strong, how in c.honoured[:MOST]]
    found += [f"... and {len(c.honoured) - MOST} more"] if len(c.honoured) > MOST else []
    if stops and not c.starved:
        found.append("no action is enabled in the last state, so nothing can happen after it")
    elif stops:
        found.append("stuttering: no fairness makes anything happen after the last step")
    if c.starved:
        found.append(f"weak fairness of {_any(c.starved)} would rule this behaviour out")
    elif c.passed_over:
        found.append(f"strong fairness of {_any(c.passed_over)} would rule this behaviour out")
    return found


#: So many actions are named in one list.
MOST = 6
_KEPT = {"taken": "taken in the cycle", "disabled": "disabled at some time in the cycle"}


def _any(names: tuple[str, ...]) -> str:
    more = [f"{len(names) - MOST} others"] if len(names) > MOST else []
    return " or of ".join([*names[:MOST], *more])


def kind(p: PropertyResult) -> str:
    """The sort of property, as users call it."""
    return _KIND.get(p.kind, p.kind.value)


def verdict(p: PropertyResult) -> str:
    """The verdict on one property, in a few words."""
    if p.kind is Kind.POSSIBLE and p.verdict.outcome is Outcome.HOLDS:
        return "HOLDS (reached)"
    if p.verdict.outcome in (Outcome.BOUNDED, Outcome.SAMPLED):
        return f"{p.verdict.outcome.name} ({cut(p.verdict)})"
    if p.verdict.why:
        return f"{p.verdict.outcome.name} (probably)"
    return str(p.verdict)


def cut(v: Verdict) -> str:
    """What cut a search short, or how much was sampled."""
    if v.outcome is Outcome.SAMPLED:
        return "1 random walk" if v.k == 1 else f"{v.k:,} random walks"
    return _CUT[v.why].format(k=v.k) if v.why in _CUT else v.why


def counts(s: Stats, engine: str = "interp") -> str:
    """The counts of a search on one line; of a solver, how far it unrolled the model."""
    if engine == "smt":
        return f"{s.depth} level{'s' * (s.depth != 1)} unrolled; {s.seconds:.2f} s"
    return (f"{s.states:,} states, {s.transitions:,} transitions, depth {s.depth}, {s.initial:,} initial; "
            f"{s.seconds:.2f} s, {s.rate:,.0f} transitions/s")


def remarks(result: CheckResult) -> list[str]:
    """What a reader must know besides the verdicts."""
    found = [f"disagreement: {d}" for d in result.disagreements]
    if result.second:
        found.append(f"second opinion: {result.second}")
    if result.bound:
        found.append(f"not every reachable state was explored: {cut(result.bound)}")
    if result.complete or not result.failures:   # of a search that a violation ended, it would say nothing
        found += _vacuous(result)
    return found + [f"{name} is temporal and was not checked by this engine" for name in result.unchecked]


def _vacuous(result: CheckResult) -> list[str]:
    vacuity, where = result.vacuity, "" if result.complete else " in the part explored"
    return [*(f"action {name} was never taken{where}" for name in vacuity.actions),
            *(f"predicate {name} was never true{where}" for name in vacuity.predicates),
            *(f"in invariant {name}, `{left}` was never true{where}, so what it implies was never tested"
              for name, left in vacuity.antecedents),
            *(f"predicate {name} could not be evaluated: {why}" for name, why in vacuity.faulty)]
