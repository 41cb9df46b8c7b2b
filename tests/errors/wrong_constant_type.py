# sagacity check tests/errors/wrong_constant_type.py -c NODES=True
from enum import Enum

from sagacity import *


class Model1(Model):
    NODES = const(2)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
