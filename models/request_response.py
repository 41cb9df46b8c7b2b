"""Request and response: the caller waits for the answer, and shares the fate of who should give it."""

from enum import Enum

from sagacity import *


class Caller(Enum):
    FREE = 1; WAITING = 2


class Style(Enum):
    CALL = 1; EVENT = 2


class RequestResponse(Model):
    """A service that calls another one synchronously, beside one that only publishes an event (STYLE=EVENT).

    Pattern: the caller sends a request and is blocked until the response arrives; a deadline (DEADLINE) frees it, and
    then it does not know whether the request was carried out, so it asks again with the same id.
    Source: the event-driven architecture guide, section 1.2 (coupling, synchrony, fault isolation).

    Assumes: the network delivers; the server fails at most CRASHES times, between two requests or within one, and
    stays down unless RECOVERS; what it carried out before a crash is kept.
    Guarantees: an answered request was carried out, and exactly once (the server remembers ids); a caller with a
    deadline never stays blocked. DEADLINE=False: a crashed server blocks the caller for ever, a deadlock. STYLE=EVENT
    needs no deadline: the producer goes on whatever happens to the consumer. REMEMBER=False: a request that is
    repeated is carried out twice. HASTY=True: the server answers before it does the work, and the answer is a lie if
    it crashes.
    """

    REQUESTS = const(2, doc="requests, one after the other")
    CRASHES = const(1, doc="failures of the server")
    RETRIES = const(1, doc="repetitions of a request after its deadline")
    STYLE = const(Style.CALL, doc="a synchronous call, or an event that nobody waits for")
    DEADLINE = const(True, doc="the caller gives up waiting")
    RECOVERS = const(False, doc="the server starts again after a crash")
    REMEMBER = const(True, doc="the server recognises a request that it has carried out")
    HASTY = const(False, doc="the server answers before it carries the request out")

    Number = Int[0, REQUESTS - 1]

    caller = var(Caller, init=Caller.FREE)
    current = var(Int[0, REQUESTS], init=0, doc="number of the request being made")
    retried = var(Int[0, RETRIES], init=0)
    inbox = var(Seq[Number, REQUESTS + RETRIES], init=[], doc="requests on the way to the server or waiting there")
    replies = var(Set[Number], init=set(), doc="responses on the way back")
    working = var(Option[Number], init=None, doc="what the server is about to carry out")
    done = var(Map[Number, Int[0, 1 + RETRIES]], init=0, doc="how often each request was carried out")
    answered = var(Set[Number], init=set(), doc="requests whose response reached the caller")
    up = var(bool, init=True)
    crashes = var(Int[0, CRASHES], init=0)

    @fair
    @action
    def request(self):
        require(self.caller == Caller.FREE and self.current < self.REQUESTS)
        self.inbox.append(self.current)
        note(f"request {self.current}", sender="caller", receiver="server")
        if self.STYLE == Style.CALL:
            self.caller = Caller.WAITING
        else:
            self.current += 1

    @fair
    @action
    def begin(self):
        require(self.up and self.working is None and len(self.inbox) > 0)
        i = self.inbox.popleft()
        self.working = i
        if self.HASTY:
            self.replies.add(i)

    @fair
    @action
    def finish(self):
        i = self.working
        require(self.up and i is not None)
        if self.done[i] == 0 or not self.REMEMBER:
            self.done[i] += 1
        if self.STYLE == Style.CALL:
            self.replies.add(i)
        self.working = None
        note(f"response {i}", sender="server", receiver="caller")

    @fair
    @action
    def receive(self):
        require(self.caller == Caller.WAITING and self.current in self.replies)
        self.answered.add(self.current)
        self.replies = set()
        self.caller = Caller.FREE
        self.current += 1

    @fair
    @action
    def give_up(self):
        """The deadline passes: ask again, or go on without an answer."""
        require(self.DEADLINE and self.caller == Caller.WAITING)
        if self.retried < self.RETRIES:
            self.retried += 1
            self.inbox.append(self.current)
            note(f"request {self.current} again", sender="caller", receiver="server")
        else:
            self.caller = Caller.FREE
            self.current += 1

    @action
    def crash(self):
        require(self.up and self.crashes < self.CRASHES)
        self.up = False
        self.crashes += 1
        self.working = None

    @fair
    @action
    def recover(self):
        require(self.RECOVERS and not self.up)
        self.up = True

    @invariant
    def answered_was_done(self):
        return all(self.done[i] > 0 for i in self.answered)

    @invariant
    def done_once(self):
        return all(self.done[i] <= 1 for i in self.Number)

    @terminal
    def finished(self):
        """The caller is through with its own work; whether the server lives is another matter."""
        return self.current == self.REQUESTS

    @predicate
    def waiting(self):
        return self.caller == Caller.WAITING

    never_blocked_for_ever = temporal("[] (waiting -> <> !waiting)")
    goes_on_without_the_server = possible("not up and current == REQUESTS")
