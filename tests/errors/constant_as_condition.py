# sagacity check tests/errors/constant_as_condition.py
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    if N > 1:
        x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
