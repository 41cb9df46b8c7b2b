# sagacity check tests/errors/temporal_stutter.py
from sagacity import Int, Map, Model, action, fair, ids, predicate, require, temporal, var


class Lamp(Model):
    Room = ids("room", 2)
    lit = var(Map[Room, bool], init=False)
    uses = var(Int[0, 3], init=0)

    @fair
    @action(r=Room)
    def press(self, r):
        require(self.uses < 3)
        self.lit[r] = not self.lit[r]
        self.uses += 1

    @predicate(r=Room)
    def dark(self, r):
        return not self.lit[r]

    once = temporal("forall r in Room: <press(r)>")
