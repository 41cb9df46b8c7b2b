# sagacity check tests/errors/constant_division_by_zero.py -c N=0
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    x = var(Int[0, 6 // N], init=0)
    @action
    def step(self):
        self.x = 1
