# sagacity new 2nd-model
"""Counts to three."""

from sagacity import *


class Counter(Model):
    x = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.x < 3)
        self.x += 1
