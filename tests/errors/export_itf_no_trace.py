# sagacity export itf tests/errors/export_itf_no_trace.py
"""Counts to three."""

from sagacity import *


class Counter(Model):
    x = var(Int[0, 3], init=0)

    @action
    def up(self):
        require(self.x < 3)
        self.x += 1
