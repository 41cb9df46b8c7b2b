# sagacity check tests/errors/int_without_limits.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[3], init=0)
    @action
    def step(self):
        self.x = 1
