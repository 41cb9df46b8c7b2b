"""A model driven by hand, as in a user's own test; and what tracebacks and debuggers see."""

import inspect
import sys
import traceback
from enum import Enum

import pytest

from sagacity import *
from sagacity.errors import UsageError


class Status(Enum):
    NEW = 1
    DONE = 2


class Orders(Model):
    """Orders in a queue."""

    N = const(2, doc="orders")
    LIMIT = const(2)

    Order = ids("order", N)
    Entry = record(order=Order, status=Status, note=Option[Order])

    queue = var(Seq[Entry, LIMIT], init=[])
    status = var(Map[Order, Status], init=Status.NEW)
    count = var(Int[0, 3], init=0)

    def check_room(self):
        require(len(self.queue) < self.LIMIT)

    @action(o=Order)
    def place(self, o):
        require(self.status[o] == Status.NEW)
        self.check_room()
        self.status[o] = Status.DONE
        self.queue.append(self.Entry(order=o, status=Status.NEW))

    @action
    def take(self):
        e = choose(self.queue)
        self.queue.remove(e)
        self.count += 1

    @action
    def first(self):
        self.count = 1 if self.queue[0].note is None else 2

    @action
    def overflow(self):
        self.count += 4

    @action
    def shout(self):
        assert self.count == 0, f"the count is {self.count}"
        self.count = 3

    @predicate(o=Order)
    def placed(self, o):
        return self.status[o] != Status.NEW

    @invariant
    def bounded(self):
        return self.count <= self.N


def line_of(text):
    """The line of the model's source on which `text` first stands."""
    lines, first = inspect.getsourcelines(Orders)
    return first + next(k for k, line in enumerate(lines) if text in line)


def test_a_step_changes_the_state():
    s = Orders(N=1)
    assert s.queue == [] and s.count == 0 and len(s.Order) == 1 and s.N == 1
    s.place(s.Order[0])
    assert s.status[s.Order[0]] == Status.DONE
    assert s.queue == [s.Entry(order=s.Order[0], status=Status.NEW)]
    assert s.queue[0].order == s.Order[0] and s.queue[0].note is None
    assert s.placed(s.Order[0]) and s.bounded()
    s.take()
    assert s.count == 1 and len(s.queue) == 0


def test_instances_do_not_share_state():
    a, b = Orders(N=1), Orders(N=1)
    a.place(o=a.Order[0])
    assert len(a.queue) == 1 and len(b.queue) == 0


def test_disabled_names_the_require():
    s = Orders()
    s.place(s.Order[0])
    with pytest.raises(ActionDisabled) as e:
        s.place(s.Order[0])
    assert e.value.diagnostics[0].loc.line == line_of("require(self.status[o]")
    assert "require(self.status[o] == Status.NEW)" in str(e.value)


def test_disabled_in_a_helper_names_the_require_there():
    s = Orders(N=3)
    s.place(s.Order[0])
    s.place(s.Order[1])
    with pytest.raises(ActionDisabled) as e:
        s.place(s.Order[2])
    assert e.value.diagnostics[0].loc.line == line_of("require(len(self.queue)")
    assert len(s.queue) == 2 and s.status[s.Order[2]] == Status.NEW


def test_nothing_to_choose_names_the_choose():
    with pytest.raises(ActionDisabled) as e:
        Orders().take()
    assert e.value.diagnostics[0].loc.line == line_of("choose(self.queue)")


def test_several_choices_are_listed():
    s = Orders()
    for o in s.Order:
        s.place(o)
    with pytest.raises(AmbiguousChoice) as e:
        s.take()
    assert "order0" in str(e.value) and "order1" in str(e.value)
    assert len(s.queue) == 2
    s.take(choose=1)
    assert [x.order for x in s.queue] == [s.Order[0]]
    with pytest.raises(UsageError, match="no choice 3"):
        s.take(choose=3)


@pytest.mark.parametrize("name,kind,text", [
    ("first", "index", "self.queue[0].note"), ("overflow", "range", "count = var("), ("shout", None, None)])
def test_faults_are_raised_and_leave_the_state(name, kind, text):
    s = Orders()
    if kind is None:
        s.shout()
        with pytest.raises(ModelFault, match="the count is 3") as e:
            s.shout()
        assert e.value.kind == "assert" and e.value.loc.line == line_of("assert self.count")
        return
    with pytest.raises(ModelFault) as e:
        getattr(s, name)()
    assert e.value.kind == kind and e.value.loc.line == line_of(text)
    assert s.count == 0


def test_wrong_arguments():
    s = Orders()
    with pytest.raises(UsageError, match=r"place takes \(o\)"):
        s.place()
    with pytest.raises(UsageError, match=r"place takes \(o\)"):
        s.place(s.Order[0], s.Order[1])
    with pytest.raises(SagacityError, match="not a value of order"):
        s.place(7)


def test_unknown_constant():
    with pytest.raises(SagacityError, match="has no constant M"):
        Orders(M=3)


def test_value_semantics():
    s = Orders()
    before = s.queue
    s.place(s.Order[0])
    assert before == [] and s.queue != before


def test_the_lines_that_run_are_those_of_the_source():
    """What pdb, coverage and tracebacks rely on."""
    s, seen = Orders(), []

    def trace(frame, event, arg):
        if frame.f_code.co_filename == __file__ and frame.f_code.co_name in ("place", "check_room"):
            if event == "line":
                seen.append(frame.f_lineno)
            return trace
        return None

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        s.place(s.Order[0])
    finally:
        sys.settrace(previous)
    texts = ["require(self.status[o] == Status.NEW)", "self.check_room()", "require(len(self.queue)", "self.status[o] = Status.DONE",
             "self.queue.append(self.Entry("]
    assert list(dict.fromkeys(seen)) == [line_of(t) for t in texts]


def test_a_traceback_points_into_the_model():
    """pytest shows the failing line, and `pdb.pm()` stops there."""
    with pytest.raises(ModelFault) as e:
        Orders().first()
    assert ("first", line_of("self.queue[0].note")) in [(f.name, f.lineno) for f in traceback.extract_tb(e.value.__traceback__)]


class Box(Model):
    items = var(Set[Int[0, 2]], init={0})

    def put(self, v):
        require(v not in self.items)
        self.items.add(v)

    @action
    def empty(self):
        self.items.clear()


class Shelf(Model):
    Place = ids("place", 2)
    boxes = component(Box, each=Place)
    spare = component(Box)

    @action(p=Place, v=Int[0, 2])
    def put(self, p, v):
        self.boxes[p].put(v)


def test_components_by_hand():
    s = Shelf()
    s.put(s.Place[1], 2)
    assert s.boxes[s.Place[1]].items == {0, 2} and s.boxes[s.Place[0]].items == {0}
    s.boxes[s.Place[1]].empty()
    s.spare.empty()
    assert s.boxes[s.Place[1]].items == set() and s.boxes[s.Place[0]].items == {0} and s.spare.items == set()
    with pytest.raises(ActionDisabled):
        s.put(s.Place[0], 0)


def test_a_model_inside_a_function_is_driven_too():
    limit = 2

    class Local(Model):
        x = var(Int[0, 9], init=0)

        @action
        def up(self):
            require(self.x < limit)
            self.x += 1

    s = Local()
    s.up()
    s.up()
    with pytest.raises(ActionDisabled):
        s.up()
