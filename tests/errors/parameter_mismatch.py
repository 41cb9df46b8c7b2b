# sagacity check tests/errors/parameter_mismatch.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action(a=Int[0, 1])
    def step(self, b):
        self.x = b
