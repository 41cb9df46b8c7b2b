"""What windows promise, as a model: elements come out of order; every window is compared with what it should hold."""

from sagacity import *
from sagacity.eda import Windows


class WindowsTrial(Model):
    """EVENTS elements, at most one for each key and time; each at most DELAY behind the newest one."""

    HORIZON = const(4)
    SIZE = const(2)
    SLIDE = const(2)
    DISORDER = const(1)
    LATENESS = const(0)
    DELAY = const(1, doc="by how much an element is behind the newest one, at most")
    EVENTS = const(3, doc="elements")
    KEYED = const(True, doc="each element is put under its own key")
    SKEW = const(False, doc="each element is put under the time of the newest one")
    EARLY = const(False, doc="a window fires as soon as it has an element")

    assume(SIZE % SLIDE == 0)

    Key = Int[1, 2]
    Time = Int[0, HORIZON - 1]
    Window = Int[0, (HORIZON - 1) // SLIDE + (SIZE - 1) // SLIDE]
    Element = Tuple[Key, Time]

    windows = component(Windows, Key=Key, horizon=HORIZON, size=SIZE, slide=SLIDE, disorder=DISORDER,
                        lateness=LATENESS, largest=2, elements=EVENTS)
    came = var(Set[Element, EVENTS], init=set())
    lost = var(Map[Window, Set[Element, EVENTS]], init=set(), doc="the elements that each window did not take")
    results = var(Map[Key, Map[Window, Int[0, EVENTS]]], init=0, doc="how often each window fired")

    def newest(self):
        return max({e[1] for e in self.came} | {0})

    def of(self, w):
        """The elements whose time is in the window, by the number of the first window that covers a time."""
        return {e for e in self.came if e[1] // self.SLIDE <= w < (e[1] + self.SIZE) // self.SLIDE}

    @action(e=Element)
    def arrive(self, e):
        require(e not in self.came and len(self.came) < self.EVENTS and e[1] >= self.newest() - self.DELAY)
        require(not self.windows.clock.finished())
        for w in self.Window:
            if self.windows.covers(w, e[1]) and self.windows.closed(w):
                self.lost[w].add(e)
        self.came.add(e)
        self.windows.put(e[0] if self.KEYED else 1, self.newest() if self.SKEW else e[1], e[0])

    @fair
    @action
    def advance(self):
        self.windows.clock.advance()

    @fair
    @action
    def finish(self):
        self.windows.clock.finish()

    @fair
    @action(k=Key, w=Window)
    def fire(self, k, w):
        if self.EARLY and self.windows.pane[k][w].count > 0 and w not in self.windows.fired[k]:
            self.windows.fired[k].add(w)
        else:
            self.windows.fire(k, w)
        self.results[k][w] += 1

    @invariant
    def elements_of_its_times(self):
        return all(sum(self.windows.pane[k][w].count for k in self.Key) == len(self.of(w) - self.lost[w])
                   for w in self.Window)

    @invariant
    def of_its_key_only(self):
        """The value of an element is its key."""
        return all(self.windows.pane[k][w].total == k * self.windows.pane[k][w].count
                   for k in self.Key for w in self.Window)

    @invariant
    def fired_is_complete(self):
        return all(self.windows.pane[k][w].count == sum(1 for e in self.of(w) if e[0] == k)
                   for k in self.Key for w in self.windows.fired[k] if self.KEYED)

    @invariant
    def none_dropped(self):
        return all(len(self.lost[w]) == 0 for w in self.Window)

    @invariant
    def fires_once(self):
        return all(self.results[k][w] <= 1 for k in self.Key for w in self.Window)

    @invariant
    def fires_at_its_end(self):
        """Nothing fires before the newest element is so far past the end of the window, or the stream has ended."""
        return self.windows.clock.finished() or all(
            self.results[k][w] == 0 or self.newest() - self.DISORDER >= self.windows.end(w)
            for k in self.Key for w in self.Window)

    @terminal
    def over(self):
        return self.windows.clock.finished() and not any(self.windows.due(k, w) for k in self.Key for w in self.Window)

    @predicate(k=Key, w=Window)
    def waits(self, k, w):
        return self.windows.pane[k][w].count > 0 and w not in self.windows.fired[k]

    all_fire = temporal("forall k in Key: forall w in Window: [] (waits(k, w) -> <> not waits(k, w))")
