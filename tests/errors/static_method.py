# sagacity check tests/errors/static_method.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @staticmethod
    def double(v):
        return 2 * v

    @action
    def step(self):
        self.x = 1
