"""Distributed tracing over events: every consumer's span links to the span that published its event."""

from sagacity import *


class Tracing(Model):
    """A request passes through services by events; each hop carries the trace context in the event's metadata.

    Pattern: who publishes puts its trace and span ids into the metadata; who consumes begins a span that links to
    them, and passes the same trace id on with what it publishes (W3C Trace Context, OpenTelemetry messaging
    conventions).
    Source: the event-driven architecture guide, section 5.1.

    Assumes: reliable delivery; the services form a line, and REQUESTS pass through it at the same time, in any order.
    Guarantees: every consume span links to its publish span; all spans of a request have its trace id, so the trace
    is connected from end to end.
    DROPS=k: service k forwards an event without its metadata, and the trace breaks there. MIXES=True: a service
    keeps the context in a variable shared by its handlers, and two requests at a time get each other's trace.
    """

    REQUESTS = const(2, doc="requests under way at the same time")
    HOPS = const(2, doc="services that an event passes through")
    DROPS = const(0, doc="the service that forwards without metadata; 0: none")
    MIXES = const(False, doc="the context is kept in a variable shared by the handlers of a service")

    assume(lo(REQUESTS, HOPS) >= 1)

    Request = Int[1, REQUESTS]
    Hop = Int[0, HOPS]
    Context = record(trace=Request, span=Hop)

    events = var(Map[Request, Option[Context]], init=None, doc="the metadata of each request's event in transit")
    hop = var(Map[Request, Hop], init=0, doc="services passed; 0: the request is not made yet")
    moving = var(Map[Request, bool], init=False, doc="is its event in transit?")
    working = var(Map[Request, bool], init=False, doc="is a service at work on it?")
    current = var(Map[Hop, Option[Context]], init=None, doc="the context in which each service works")
    own = var(Map[Request, Option[Context]], init=None, doc="the context in which the handler of a request works")
    links = var(Map[Request, Map[Hop, Option[Context]]], init=None, doc="the link of each consume span")

    @fair
    @action(r=Request)
    def request(self, r):
        require(self.hop[r] == 0 and not self.moving[r] and not self.working[r])
        self.events[r] = self.Context(trace=r, span=0)
        self.moving[r] = True
        note(f"request {r}", sender="gateway", receiver="bus")

    @fair
    @action(r=Request)
    def consume(self, r):
        """The next service receives the event, and begins a span."""
        require(self.moving[r] and self.hop[r] < self.HOPS)
        self.moving[r] = False
        self.working[r] = True
        self.hop[r] += 1
        h = self.hop[r]
        self.links[r][h] = self.events[r]
        self.own[r] = self.events[r]
        if self.MIXES:
            self.current[h] = self.events[r]

    @fair
    @action(r=Request)
    def publish(self, r):
        """The service is done, and publishes what the next one consumes."""
        require(self.working[r])
        h = self.hop[r]
        self.working[r] = False
        self.moving[r] = True
        context = self.current[h] if self.MIXES else self.own[r]
        if h == self.DROPS or context is None:
            self.events[r] = None
        else:
            self.events[r] = self.Context(trace=context.trace, span=h)
        self.own[r] = None

    @invariant
    def every_span_has_its_link(self):
        return all(self.links[r][h] is not None for r in self.Request for h in range(1, self.hop[r] + 1))

    @invariant
    def links_stay_in_their_trace(self):
        return all(self.in_trace(self.links[r][h], r, h) for r in self.Request for h in range(1, self.hop[r] + 1))

    def in_trace(self, link, r, h):
        """Does a link lead to the span of the same request, one hop before?"""
        return link is None or (link.trace == r and link.span == h - 1)

    @terminal
    def arrived(self):
        return all(self.hop[r] == self.HOPS and not self.working[r] for r in self.Request)

    @predicate(r=Request)
    def through(self, r):
        return self.hop[r] == self.HOPS

    every_request_arrives = temporal("forall r in Request: <> through(r)")
