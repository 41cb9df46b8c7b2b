# sagacity check tests/errors/constant_in_min.py
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    x = var(Int[0, min(N, 3)], init=0)
    @action
    def step(self):
        self.x = 1
