# sagacity check tests/errors/init_symbolic_out_of_range.py
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(3)
    x = var(Int[0, N], init=N + 1)
    @action
    def step(self):
        self.x = 1
