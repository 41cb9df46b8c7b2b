# sagacity graph tests/errors/graph_too_large.py -o counter.dot --max-states 3
"""Counts to three."""

from sagacity import *


class Counter(Model):
    x = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.x < 3)
        self.x += 1
