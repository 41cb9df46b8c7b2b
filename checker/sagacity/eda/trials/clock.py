"""The clock condition, as a model: events with their vectors beside their causal past, kept as a set."""

from sagacity import *
from sagacity.eda import VectorClock


class ClockTrial(Model):
    """Processes have events; an event is local, or it reads the past event of another process, as from a message."""

    PROCESSES = const(2, doc="processes")
    EVENTS = const(2, doc="events of each process")
    MERGE = const(True, doc="who reads an event learns its vector")
    TICK = const(True, doc="a process counts its own events")

    Process = Int[1, PROCESSES]
    Event = Tuple[Process, Int[1, EVENTS]]

    vc = component(VectorClock, Process=Process, limit=EVENTS)
    happened = var(Map[Process, Int[0, EVENTS]], init=0)
    stamp = var(Map[Event, Map[Process, Int[0, EVENTS]]], init=0)
    past = var(Map[Event, Set[Event]], init=set(), doc="the events that happened before, and the event itself")

    def occur(self, p, known):
        n = self.happened[p] + 1
        require(n <= self.EVENTS)
        self.happened[p] = n
        self.past[p, n] = known | {(p, n)} | (self.past[p, n - 1] if n > 1 else set())
        if self.TICK:
            self.vc.tick(p)
        self.stamp[p, n] = self.vc.clock[p]

    @action(p=Process)
    def local(self, p):
        self.occur(p, set())

    @action(p=Process, e=Event)
    def read(self, p, e):
        require(e[0] != p and e[1] <= self.happened[e[0]])
        if self.MERGE:
            self.vc.merge(p, self.stamp[e])
        self.occur(p, self.past[e])

    def events(self):
        return {e for e in self.Event if e[1] <= self.happened[e[0]]}

    @invariant
    def happened_before_is_smaller(self):
        return all(self.vc.before(self.stamp[a], self.stamp[b])
                   for b in self.events() for a in self.past[b] if a != b)

    @invariant
    def smaller_is_happened_before(self):
        return all(a in self.past[b]
                   for a in self.events() for b in self.events() if self.vc.leq(self.stamp[a], self.stamp[b]))

    @terminal
    def all_happened(self):
        return all(self.happened[p] == self.EVENTS for p in self.Process)

    some_concurrent = possible("any(vc.concurrent(stamp[a], stamp[b]) for a in events() for b in events())")
