"""Windows over event time, keyed: which events belong together, and when is a window complete?"""

from sagacity import Int, Map, Model, Set, assume, component, const, lo, record, require, terminal, var

from .watermark import Watermark


class Windows(Model):
    """Per key and window a sum and a count of its elements; the watermark says when a window is complete and fires.

    A window covers the times start .. end - 1; one starts at each multiple of `slide`. With slide = size they are
    tumbling and each element is in one; with slide < size they slide and overlap. A window that has an element fires
    when the watermark reaches its end. An element that comes later than that and before the watermark has passed
    end + lateness is added, and the window fires again (accumulating panes); after that the element is dropped.
    Guarantees: each window holds exactly the elements of its key and its times; it fires, complete, once, if no
    element is further behind the newest one than `disorder`; none is lost up to disorder + lateness.
    Checked in trials/windows.py: elements_of_its_times (fails with SKEW=True, a broker's time in place of the
    event's), of_its_key_only (fails with KEYED=False), fired_is_complete and none_dropped (fail with DELAY=2),
    fires_once (fails with DELAY=2 and LATENESS=1), fires_at_its_end (fails with EARLY=True); all_fire under fairness.
    Source: Akidau et al., The Dataflow Model (VLDB 2015); Apache Flink, "Windows" (event time trigger,
    allowed lateness).
    In Flink a watermark fires everything that is due before the next element is taken. Here `fire` is a step of its
    own, in any order; an element in between is judged by the watermark, so the last result of a window is the same.
    The state of closed windows is kept: that it is freed cannot be seen.

    Faults: none of its own; the disorder of the elements is the model's.
    Blocks: `advance` and `finish` as the watermark does, `fire` unless the window is due. More than `elements`
    elements in a window are an error of the model.
    """

    Key = const(bool, doc="type of the keys")
    horizon = const(4, doc="times are 0 .. horizon - 1")
    size = const(2, doc="length of a window")
    slide = const(2, doc="distance of the starts of windows")
    disorder = const(1, doc="by how much an element is assumed to be behind the newest one, at most")
    lateness = const(0, doc="time for which a window that has fired takes late elements")
    largest = const(1, doc="largest value of an element")
    elements = const(2, doc="elements in a window, at most")

    assume(lo(size, slide) >= 1)
    assume(lateness >= 0)

    #: The windows that cover a time 0 .. horizon - 1: those that start before 0 first.
    Window = Int[0, (horizon - 1) // slide + (size - 1) // slide]
    Pane = record(total=Int[0, largest * elements], count=Int[0, elements])

    clock = component(Watermark, horizon=horizon, disorder=disorder)
    pane = var(Map[Key, Map[Window, Pane]], init=Pane(total=0, count=0))
    fired = var(Map[Key, Set[Window]], init=set(), doc="windows whose last result has all their elements so far")

    def start(self, w):
        """The first time of a window."""
        return (w - (self.size - 1) // self.slide) * self.slide

    def end(self, w):
        """The first time after a window."""
        return self.start(w) + self.size

    def covers(self, w, t):
        """Is time t in the window?"""
        return self.start(w) <= t < self.end(w)

    def closed(self, w):
        """Does the window take elements no more?"""
        return self.clock.passed(self.end(w) + self.lateness)

    def dropped(self, t):
        """Is an element of time t too late for every window?"""
        return all(self.closed(w) for w in self.Window if self.covers(w, t))

    def put(self, k, t, v):
        """An element of key k, time t and value v comes. Windows that are closed are left as they are."""
        for w in self.Window:
            if self.covers(w, t) and not self.closed(w):
                p = self.pane[k][w]
                self.pane[k][w] = self.Pane(total=p.total + v, count=p.count + 1)
                self.fired[k].discard(w)
        self.clock.observe(t)

    def due(self, k, w):
        """Must the window fire, for the first time or again?"""
        return self.pane[k][w].count > 0 and w not in self.fired[k] and self.clock.passed(self.end(w))

    def fire(self, k, w):
        """The result of a window that is due: its sum and its count."""
        require(self.due(k, w))
        self.fired[k].add(w)
        return self.pane[k][w]

    @terminal
    def idle(self):
        """Windows alone do nothing."""
        return True
