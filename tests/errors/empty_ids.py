# sagacity check tests/errors/empty_ids.py -c N=0
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    Node = ids("node", N)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
