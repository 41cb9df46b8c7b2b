# sagacity check tests/errors/constant_value_unreadable.py -c NODES=two
from enum import Enum

from sagacity import *


class Model1(Model):
    NODES = const(2)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
