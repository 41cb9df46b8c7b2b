"""CQRS: commands write events, queries read projections that are behind."""

from enum import Enum

from sagacity import *
from sagacity.eda import Projection


class View(Enum):
    LIST = 1; SEARCH = 2


class Cqrs(Model):
    """One stream of events, two projections of it, and a client that writes and then reads.

    Pattern: the command side appends events; each projection applies them in order, at its own pace, and stores its
    position together with its state; a query may carry the version of the client's last command and wait for it
    (TOKEN).
    Source: the event-driven architecture guide, section 3.4 (CQRS and event sourcing) and section 8.1.

    Assumes: events reach the projections in order, and up to COPIES of them once more.
    Guarantees: projections converge to the stream; at equal positions they agree; a client that shows its token reads
    its own writes, and never goes back in time on one view. TOKEN=False: the query after the command is answered from
    the past. ATOMIC=False: the position is stored apart from the state, a repeated event is applied twice, and two
    projections of one stream disagree. ANY_VIEW=True: a client that shows the token to the one view and asks the
    other.
    """

    EVENTS = const(3, doc="events, each adding its number")
    COPIES = const(1, doc="events that are delivered once more")
    TOKEN = const(True, doc="a query waits for the version of the client's last command")
    ATOMIC = const(True, doc="a projection stores its position with its state, and so knows a repetition")
    ANY_VIEW = const(False, doc="the token was checked against the other view")

    assume(EVENTS >= 1)

    Version = Int[0, EVENTS]
    Number = Int[1, EVENTS]

    stream = var(Version, init=0, doc="events 1 .. stream are written")
    view = component(Projection, each=View, last=EVENTS, repeats=COPIES, atomic=ATOMIC)
    copies = var(Int[0, COPIES], init=0)
    asked = var(Option[View], init=None, doc="the view that the client has just read")
    answer = var(Version, init=0, doc="version of the answer")

    @fair
    @action
    def command(self):
        require(self.stream < self.EVENTS)
        self.stream += 1
        self.asked = None
        note(f"command {self.stream}", sender="client", receiver="store")

    @fair
    @action(v=View)
    def apply(self, v):
        n = self.view[v].position + 1
        require(n <= self.stream)
        self.view[v].apply(n)
        note(f"event {n}", sender="store", receiver=v)

    @action(v=View)
    def repeat(self, v):
        """The last event comes again."""
        require(self.copies < self.COPIES)
        self.copies += 1
        self.view[v].again()
        note(f"event {self.view[v].position} again", sender="store", receiver=v)

    def total(self, v):
        """The state of a projection: the sum of the numbers that it has applied."""
        return sum(self.view[v].applied)

    def other(self, v):
        return View.SEARCH if v == View.LIST else View.LIST

    @action(v=View)
    def query(self, v):
        """The client asks for what it has just written."""
        require(self.stream > 0 and self.asked is None)
        shown = self.other(v) if self.ANY_VIEW else v
        require(not self.TOKEN or self.view[shown].position == self.stream)
        self.asked = v
        self.answer = self.view[v].position
        note(f"version {self.answer}", sender=v, receiver="client")

    @invariant
    def reads_its_own_writes(self):
        """The last answer contains the last command, as nothing was written since."""
        return self.asked is None or self.answer == self.stream

    @invariant
    def equal_positions_agree(self):
        a, b = View.LIST, View.SEARCH
        return self.view[a].position != self.view[b].position or self.total(a) == self.total(b)

    @invariant
    def a_view_is_the_fold_of_its_prefix(self):
        return all(self.total(v) == sum(range(1, self.view[v].position + 1)) for v in View)

    @terminal
    def converged(self):
        return self.stream == self.EVENTS and all(self.view[v].position == self.stream for v in View)

    @predicate(n=Number)
    def written(self, n):
        return n <= self.stream

    @predicate(v=View, n=Number)
    def shown(self, v, n):
        return n <= self.view[v].position

    converges = temporal("forall v in View: forall n in Number: [] (written(n) -> <> shown(v, n))")
