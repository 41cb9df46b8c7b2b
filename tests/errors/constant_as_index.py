# sagacity check tests/errors/constant_as_index.py
from enum import Enum

from sagacity import *


class Model1(Model):
    N = const(2)
    SIZES = (1, 2, 3)
    x = var(Int[0, SIZES[N]], init=0)
    @action
    def step(self):
        self.x = 1
