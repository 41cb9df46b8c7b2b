# sagacity check tests/errors/refines_wrong_type.py
from sagacity import *


class Counter(Model):
    LAST = const(3)
    count = var(Int[0, LAST], init=0)

    @action
    def up(self):
        self.count += 1


class Pair(Model):
    left = var(Int[0, 3], init=0)
    right = var(Int[0, 3], init=0)

    counts = refines(Counter, {"count": "left > 0"})

    @action
    def up(self):
        require(self.left < 3)
        self.left += 1
