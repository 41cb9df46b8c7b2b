"""The counts and verdicts of the breadth-first search, on graphs small enough to count by hand."""

import pytest

from sagacity.engine.options import SearchOptions
from sagacity.engine.search import check
from sagacity.errors import Exit, UsageError
from sagacity.result import Kind, Outcome

LINE = [(0, "a", 1), (1, "a", 2), (2, "b", 3), (3, "b", 3)]


def states_of(trace):
    return [s[0] for s in trace.states]


def only(result, name):
    return next(p for p in result.properties if p.name == name)


def test_counts_of_a_line(graph):
    result = check(graph([0], LINE))
    assert (result.stats.states, result.stats.transitions, result.stats.depth, result.stats.initial) == (4, 4, 4, 1)
    assert result.stats.generated == 5
    assert result.exit_status == Exit.HOLDS and result.complete and result.bound is None


def test_identical_targets_count_separately(graph):
    result = check(graph([0, 0, 1], [(0, "a", 1), (0, "a", 1), (0, "b", 1), (1, "a", 1)]))
    assert (result.stats.states, result.stats.transitions, result.stats.depth, result.stats.initial) == (2, 4, 1, 3)


def test_no_initial_state(graph):
    result = check(graph([], LINE))
    assert (result.stats.states, result.stats.depth) == (0, 0)


def test_shortest_counterexample(graph):
    edges = LINE + [(0, "c", 5), (5, "c", 3)]
    result = check(graph([0], edges, invariants={"small": lambda x: x < 3}))
    failed = only(result, "small")
    assert failed.verdict.outcome is Outcome.VIOLATED
    assert states_of(failed.trace) in ([0, 5],)
    assert result.exit_status == Exit.SAFETY
    assert not result.complete


def test_search_stops_at_the_first_violation_unless_told_otherwise(graph):
    invariants = {"first": lambda x: x != 1, "second": lambda x: x != 3}
    result = check(graph([0], LINE, invariants=invariants))
    assert only(result, "second").verdict.outcome is Outcome.BOUNDED
    result = check(graph([0], LINE, invariants=invariants), SearchOptions(keep_going=True))
    assert [p.verdict.outcome for p in result.failures] == [Outcome.VIOLATED] * 2
    assert states_of(only(result, "second").trace) == [0, 1, 2, 3]
    assert result.complete and result.stats.states == 4


def test_both_invariants_of_one_state_are_reported(graph):
    invariants = {"p": lambda x: x != 1, "q": lambda x: x != 1}
    assert len(check(graph([0], LINE, invariants=invariants)).failures) == 2


def test_step_invariant_is_evaluated_where_the_state_changes(graph):
    grows = {"grows": lambda old, new: new > old}
    assert check(graph([0], LINE, step_invariants=grows)).exit_status == Exit.HOLDS
    result = check(graph([0], LINE + [(3, "c", 1)], step_invariants=grows))
    assert states_of(only(result, "grows").trace) == [0, 1, 2, 3, 1]
    assert result.exit_status == Exit.SAFETY


def test_deadlock(graph):
    edges = [(0, "a", 1), (0, "b", 2), (2, "b", 2)]
    result = check(graph([0], edges))
    assert result.exit_status == Exit.DEADLOCK
    assert states_of(only(result, "deadlock").trace) == [0, 1]
    assert check(graph([0], edges), SearchOptions(deadlock=False)).exit_status == Exit.HOLDS
    assert check(graph([0], edges, terminals={"done": lambda x: x == 1})).exit_status == Exit.HOLDS
    both = {"done": lambda x: x == 1, "late": lambda x: x > 5}
    assert check(graph([0], edges, terminals=both)).exit_status == Exit.DEADLOCK


def test_state_outside_a_constraint_is_a_target_and_no_state(graph):
    inside = {"inside": lambda x: x < 2}
    result = check(graph([0], LINE, constraints=inside))
    assert (result.stats.states, result.stats.transitions, result.stats.depth) == (2, 2, 2)
    assert result.exit_status == Exit.UNDECIDED and result.bound.why == "constraint" and not result.complete
    result = check(graph([0], LINE, constraints=inside, invariants={"p": lambda x: x != 2}))
    assert states_of(only(result, "p").trace) == [0, 1, 2]
    result = check(graph([0], LINE, constraints=inside, invariants={"p": lambda x: x != 3}))
    assert only(result, "p").verdict.outcome is Outcome.BOUNDED


def test_constraint_that_cuts_nothing_leaves_the_search_complete(graph):
    assert check(graph([0], LINE, constraints={"c": lambda x: True})).exit_status == Exit.HOLDS


def test_all_successors_outside_is_no_deadlock(graph):
    result = check(graph([0], [(0, "a", 1)], constraints={"c": lambda x: x == 0}))
    assert only(result, "deadlock").verdict.outcome is Outcome.BOUNDED


@pytest.mark.parametrize("kind, status, verdict", [("assert", Exit.ASSERTION, Outcome.VIOLATED),
                                                   ("index", Exit.EVALUATION, Outcome.ERROR)])
def test_failing_step(graph, kind, status, verdict):
    result = check(graph([0], [(0, "a", 1), (1, "b", kind)]))
    assert result.exit_status == status
    failed = only(result, "b")
    assert failed.verdict.outcome is verdict
    assert [s.action for s in failed.trace.steps] == ["a", "b"] and failed.trace.last.state is None
    assert result.stats.transitions == 1
    assert only(result, "deadlock").verdict.outcome is not Outcome.VIOLATED


def test_failing_initialisation(graph):
    result = check(graph(["range", 0], [(0, "a", 0)]), SearchOptions(keep_going=True))
    assert result.exit_status == Exit.EVALUATION
    assert result.stats.initial == 1 and result.stats.states == 1


def test_function_that_fails_is_an_error_not_a_success(graph):
    result = check(graph([0], LINE, invariants={"p": lambda x: "index" if x == 2 else True}))
    assert only(result, "p").verdict.outcome is Outcome.ERROR and result.exit_status == Exit.EVALUATION
    for section in ("constraints", "possibles"):
        assert check(graph([0], LINE, **{section: {"p": lambda x: "empty"}})).exit_status == Exit.EVALUATION
    assert check(graph([0], [(0, "a", 1)], terminals={"t": lambda x: "empty"})).exit_status == Exit.EVALUATION


def test_possible(graph):
    result = check(graph([0], LINE, possibles={"three": lambda x: x == 3, "nine": lambda x: x == 9}))
    assert states_of(only(result, "three").trace) == [0, 1, 2, 3]
    assert only(result, "nine").verdict.outcome is Outcome.VIOLATED
    assert result.exit_status == Exit.REACHABILITY
    result = check(graph([0], LINE, possibles={"nine": lambda x: x == 9}), SearchOptions(max_depth=2))
    assert only(result, "nine").verdict.outcome is Outcome.BOUNDED and result.exit_status == Exit.UNDECIDED


@pytest.mark.parametrize("options, states, why", [(SearchOptions(max_depth=2), 2, "depth"),
                                                  (SearchOptions(max_states=3), 3, "states"),
                                                  (SearchOptions(max_seconds=1e-9), 1, "seconds")])
def test_limits(graph, options, states, why):
    result = check(graph([0], LINE), options)
    assert result.stats.states == states
    assert result.bound.why == why and result.exit_status == Exit.UNDECIDED
    assert result.verdict.outcome is Outcome.BOUNDED


def test_state_limit_that_suffices_is_no_bound(graph):
    assert check(graph([0], LINE), SearchOptions(max_states=4)).exit_status == Exit.HOLDS


def test_interrupt_keeps_what_was_found(graph):
    def interrupted(x):
        if x == 2:
            raise KeyboardInterrupt
        return True

    result = check(graph([0], LINE, invariants={"p": interrupted}))
    assert result.bound.why == "interrupted" and result.stats.transitions == 2
    assert result.exit_status == Exit.UNDECIDED


def test_selected_properties(graph):
    system = graph([0], [(0, "a", 1)], invariants={"p": lambda x: True, "q": lambda x: False})
    result = check(system, SearchOptions(properties=("p",)))
    assert [p.name for p in result.properties] == ["p"] and result.exit_status == Exit.HOLDS
    assert check(system, SearchOptions(properties=("p", "deadlock"))).exit_status == Exit.DEADLOCK
    with pytest.raises(UsageError, match="no property named pp"):
        check(system, SearchOptions(properties=("pp",)))


def test_named_properties_end_the_search_when_all_are_decided(graph):
    system = graph([0], LINE, possibles={"one": lambda x: x == 1})
    result = check(system, SearchOptions(properties=("one",)))
    assert result.stats.states == 2 and not result.complete and result.exit_status == Exit.HOLDS


def test_vacuity(graph):
    edges = LINE + [(7, "never", 8)]
    predicates = {"yes": lambda x: x == 3, "no": lambda x: x > 3, "bad": lambda x: "none"}
    result = check(graph([0], edges, predicates=predicates))
    assert result.vacuity.actions == ("never",)
    assert result.vacuity.predicates == ("no",)
    assert [name for name, _ in result.vacuity.faulty] == ["bad"]


def test_progress_is_reported(graph):
    seen = []
    check(graph([0], LINE), progress=seen.append)
    assert seen and seen[0].states == 1


def test_worst_status_wins(graph):
    system = graph([0], [(0, "a", 1), (0, "b", "assert")], invariants={"p": lambda x: x != 1})
    result = check(system, SearchOptions(keep_going=True))
    assert {p.kind for p in result.failures} == {Kind.ASSERTION, Kind.INVARIANT, Kind.DEADLOCK}
    assert result.exit_status == Exit.ASSERTION and result.failures[0].kind is Kind.ASSERTION
