# sagacity check tests/errors/constant_float.py
from enum import Enum

from sagacity import *


class Model1(Model):
    RATE = const(0.5)
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
