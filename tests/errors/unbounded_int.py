# sagacity check tests/errors/unbounded_int.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(int, init=0)
    @action
    def step(self):
        self.x = 1
