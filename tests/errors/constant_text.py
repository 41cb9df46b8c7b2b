# sagacity check tests/errors/constant_text.py
from enum import Enum

from sagacity import *


class Model1(Model):
    NAME = const("a")
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
