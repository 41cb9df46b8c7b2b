# sagacity check tests/errors/fair_invariant.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1

    @fair
    @invariant
    def small(self):
        return self.x < 3
