# sagacity check tests/errors/int_enum.py
from enum import Enum

from sagacity import *


from enum import IntEnum


class Color(IntEnum):
    RED = 1


class Model1(Model):
    x = var(Color, init=Color.RED)

    @action
    def step(self):
        self.x = Color.RED
