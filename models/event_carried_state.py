"""Event-carried state transfer: the event brings the state along, and nobody has to ask back."""

from sagacity import *
from sagacity.eda import Channel


class EventCarriedState(Model):
    """An owner of several entities, events that carry an entity's whole state, and a consumer with a copy of its own.

    Pattern: each change publishes the entity as it is now, with its version; the consumer stores it and answers from
    its copy, whether the owner is there or not. The copy is stale until the event arrives.
    Source: the event-driven architecture guide, section 3.2 (event-carried state transfer).

    Assumes: the channel delivers all events, SWAPS of them out of order and COPIES of them twice; the owner may fail
    at any time and need not come back.
    Guarantees: the copy never goes back, equals the owner's state once everything has arrived, and catches up with
    every change if the consumer keeps running; the consumer answers although the owner is down.
    VERSIONED=False: an event that was overtaken, or comes again, puts the copy back, for ever if it is the last one.
    LOSSES=1: a lost event leaves the copy stale until the entity changes again. FRESH=True demands that answers are
    never stale: they are, until the event arrives. RUNNING=False: nobody handles what arrives.
    """

    KEYS = const(2, doc="entities")
    CHANGES = const(2, doc="changes of each of them")
    SWAPS = const(1, doc="events that overtake the one before")
    COPIES = const(1, doc="events that come twice")
    LOSSES = const(0, doc="events that get lost")
    VERSIONED = const(True, doc="an event that is older than the copy is ignored")
    RUNNING = const(True, doc="the consumer keeps running (weak fairness)")
    FRESH = const(False, doc="demand that an answer is what the owner would say")

    assume(lo(KEYS, CHANGES) >= 1)

    Key = ids("entity", KEYS)
    Version = Int[0, CHANGES]
    Event = record(key=Key, version=Int[1, CHANGES])    # the version stands for the state that the event carries

    owner = var(Map[Key, Version], init=0)
    copy = var(Map[Key, Version], init=0)
    channel = component(Channel, Item=Event, capacity=KEYS * CHANGES + COPIES, swaps=SWAPS, duplicates=COPIES,
                        losses=LOSSES)
    answer = var(Option[Event], init=None, doc="the last answer of the consumer, until the owner changes")
    up = var(bool, init=True)

    @action(k=Key)
    def change(self, k):
        require(self.up and self.owner[k] < self.CHANGES)
        self.owner[k] += 1
        self.answer = None
        self.channel.send(self.Event(key=k, version=self.owner[k]))
        note(f"{k} is at {self.owner[k]}", sender="owner", receiver="consumer")

    @fair(when=RUNNING)
    @action
    def store(self):
        e = self.channel.receive()
        if not self.VERSIONED or e.version > self.copy[e.key]:
            self.copy[e.key] = e.version

    @action(k=Key)
    def ask(self, k):
        """Somebody asks the consumer, which has the answer at hand."""
        require(self.copy[k] > 0)
        self.answer = self.Event(key=k, version=self.copy[k])
        note(f"{k} is at {self.copy[k]}", sender="consumer", receiver="user")

    @action
    def crash(self):
        require(self.up)
        self.up = False
        note("the owner fails")

    @step_invariant
    def never_goes_back(self, old):
        return all(self.copy[k] >= old.copy[k] for k in self.Key)

    @invariant
    def fresh(self):
        a = self.answer
        return not self.FRESH or a is None or a.version == self.owner[a.key]

    @invariant
    def caught_up_when_all_has_arrived(self):
        return not self.channel.empty() or all(self.copy[k] == self.owner[k] for k in self.Key)

    @terminal
    def at_rest(self):
        return self.channel.empty()

    @predicate(e=Event)
    def changed(self, e):
        return self.owner[e.key] >= e.version

    @predicate(e=Event)
    def known(self, e):
        return self.copy[e.key] >= e.version

    catches_up = temporal("forall e in Event: [] (changed(e) -> <> known(e))")
    answers_without_the_owner = possible("not up and answer is not None")
