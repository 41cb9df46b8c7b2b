"""A projection: what has been applied of a global order whose numbers may become visible late."""

from enum import Enum

from sagacity import Int, Model, Seq, const, require, terminal, var


class Follow(Enum):
    """Which event a projection takes next."""

    SAFE = 1; HIGHEST = 2; NEXT = 3


class Projection(Model):
    """A position in the global order of a store, and the numbers of the events that the view has applied.

    `take` applies the visible event with the lowest number above the position, `apply` the one that the model names;
    `again` is a redelivery of the last event. The view itself is the model's: the fold of the events in `applied`.
    Guarantees with SAFE, which waits while a transaction below is open: no event is skipped, and the view catches up;
    with `atomic`, which stores the position in the same transaction as the view: each event is applied once, in the
    order of the numbers.
    Checked in trials/projection.py: nothing_is_skipped (fails with HIGHEST), once_in_order (fails with atomic=False
    and a redelivery); catches_up under fairness.
    Source: Vernon, Implementing Domain-Driven Design, appendix A (read model projections); PostgreSQL, "Sequence
    Manipulation Functions": a number drawn is not given back, and numbers become visible out of order.

    Faults, by follow: HIGHEST passes a number that becomes visible later; NEXT insists on the number after its
    position, and waits for ever at the gap of a transaction that failed. `atomic=False`: a redelivered event is
    applied again.
    Blocks: `take` while there is nothing that it may take, `again` before the first event. Without `atomic`, more than
    `repeats` redeliveries are an error of the model.
    """

    last = const(2, doc="the last number that there may be")
    repeats = const(0, doc="redeliveries that can be applied again")
    follow = const(Follow.SAFE, doc="which event it takes next")
    atomic = const(True, doc="the position is stored with the view, so that a redelivery is recognised")

    Number = Int[1, last]

    position = var(Int[0, last], init=0, doc="number up to which it has read")
    applied = var(Seq[Number, last + repeats], init=[], doc="numbers of the events in the view")

    def take(self, visible, uncommitted):
        """Apply the next of the visible events; its number. Transactions whose numbers are uncommitted are open."""
        require(any(n > self.position for n in visible))
        n = min(n for n in visible if n > self.position)
        require(self.follow != Follow.SAFE or all(m > n for m in uncommitted))
        require(self.follow != Follow.NEXT or n == self.position + 1)
        self.apply(n)
        return n

    def apply(self, n):
        """Apply event n and move the position to it; for a model whose numbers have no gaps."""
        self.position = n
        self.applied.append(n)

    def again(self):
        """The last event comes once more."""
        require(self.position > 0)
        if not self.atomic:
            self.applied.append(self.position)

    @terminal
    def idle(self):
        """A projection alone does nothing."""
        return True
