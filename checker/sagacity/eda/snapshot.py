"""A snapshot of a fold, so that a state is rebuilt from it and the events after it."""

from sagacity import Int, Model, Option, action, const, note, require, terminal, var


class Snapshot(Model):
    """The newest snapshot of a stream: a state, and how many events it contains.

    Guarantees: a snapshot that comes late does not replace a newer one; without `losses` it does not go away. It is a
    cache: state and suffix give what a full replay gives, whichever snapshot is there, if whoever takes it names the
    version that its state has.
    Checked in trials/snapshot.py: same_as_full_replay (fails with EARLY=True, a snapshot between append and apply),
    never_goes_back (fails with losses=1, and with FORCED=True, which does not compare versions).
    Source: Vernon, Implementing Domain-Driven Design, appendix A (aggregate snapshots).

    Faults: `losses`: the snapshot is deleted, as a cache may be.
    Blocks: never.
    """

    State = const(bool, doc="type of the state")
    length = const(2, doc="events that there may be")
    losses = const(0, doc="times that the snapshot may be deleted")

    state = var(Option[State], init=None, doc="the state after `version` events; None: there is no snapshot")
    version = var(Int[0, length], init=0)
    lost = var(Int[0, losses], init=0)

    def take(self, state, version):
        """Store the state after so many events, unless they are none or a newer snapshot is there."""
        if version >= max(self.version, 1):
            self.state = state
            self.version = version

    def restore(self, initial):
        """The state from which to go on with the events after `version`; the initial one without a snapshot."""
        state = self.state
        return initial if state is None else state

    @action
    def lose(self):
        """The snapshot is deleted."""
        require(self.lost < self.losses and self.version > 0)
        self.state = None
        self.version = 0
        self.lost += 1
        note("the snapshot is deleted")

    @terminal
    def idle(self):
        """A snapshot alone may rest anywhere."""
        return True
