# sagacity check tests/errors/enum_with_mixin.py
from enum import Enum

from sagacity import *


class Color(str, Enum):
    RED = "r"


class Model1(Model):
    x = var(Color, init=Color.RED)

    @action
    def step(self):
        self.x = Color.RED
