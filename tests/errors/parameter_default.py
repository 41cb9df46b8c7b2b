# sagacity check tests/errors/parameter_default.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action(b=Int[0, 1])
    def step(self, b=0):
        self.x = b
