# sagacity check tests/errors/constant_iterated.py
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    ALL = frozenset(N)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
