# sagacity check tests/errors/empty_int.py -c N=0
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    x = var(Int[1, N], init=1)
    @action
    def step(self):
        self.x = 1
