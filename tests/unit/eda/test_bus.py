"""What the bus promises, checked on its own, inside a small system, and by hand."""

import pytest

from sagacity import *
from sagacity.eda import Bus
from sagacity.engine.interp import Interpreter
from sagacity.engine.ireval import IrSystem
from sagacity.engine.search import check
from sagacity.lang import compile_model
from sagacity.result import HOLDS


class Courier(Model):
    """Sends each letter once and receives whatever the bus hands out."""

    COPIES = const(1)

    Letter = Int[0, 1]

    bus = component(Bus, Item=Letter, capacity=2, duplicates=COPIES)
    sent = var(Set[Letter], init=set())
    received = var(Map[Letter, Int[0, 2]], init=0)

    @action(m=Letter)
    def send(self, m):
        require(m not in self.sent)
        self.sent.add(m)
        self.bus.publish(m)

    @action(m=Letter)
    def receive(self, m):
        self.bus.ack(m)
        self.received[m] += 1

    @invariant
    def nothing_is_invented(self):
        return all(self.received[m] == 0 or m in self.sent for m in self.Letter)

    @invariant
    def nothing_is_lost(self):
        return all(self.received[m] > 0 or m in self.bus.deliverable() for m in self.sent)

    @invariant
    def at_most_one_comes_again(self):
        return sum(self.received[m] for m in self.Letter) <= len(self.sent) + self.COPIES

    @terminal
    def all_received(self):
        return all(self.received[m] > 0 for m in self.Letter)

    out_of_order = possible("received[1] > 0 and received[0] == 0 and 0 in sent")


def result_of(cls, **consts):
    compiled = compile_model(cls, consts)
    results = [check(s) for s in (Interpreter(compiled), IrSystem(compiled.ir))]
    assert results[0].stats.states == results[1].stats.states
    assert results[0].stats.transitions == results[1].stats.transitions
    return results[0]


def test_alone_it_holds():
    assert result_of(Bus).verdict == HOLDS


def test_without_redelivery_each_letter_is_unsent_in_transit_or_received():
    result = result_of(Courier, COPIES=0)
    assert result.verdict == HOLDS
    # two independent letters with 3 stages: 3^2 states; each of the 2 stages before the last has one step
    assert (result.stats.states, result.stats.transitions, result.stats.depth) == (9, 12, 5)


def test_with_redelivery_it_is_at_least_once():
    result = result_of(Courier)
    assert result.verdict == HOLDS
    assert result.vacuity.actions == ("bus.lose",)


def test_a_full_bus_disables_the_sender():
    s = Courier()
    s.send(0)
    s.bus.duplicate(0)
    with pytest.raises(ActionDisabled):
        s.send(1)
    s.receive(0)
    s.send(1)
    assert s.bus.deliverable() == {0, 1}


def test_what_is_not_in_transit_cannot_be_acknowledged():
    s = Courier()
    with pytest.raises(ActionDisabled):
        s.receive(0)
    assert s.received[0] == 0
