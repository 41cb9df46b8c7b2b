# sagacity check tests/errors/assumption_fails.py -c N=0
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2, doc="nodes")
    assume(N >= 1)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
