# sagacity check tests/errors/empty_enum.py
from enum import Enum

from sagacity import *


class Color(Enum):
    pass


class Model1(Model):
    x = var(Color, init=None)

    @action
    def step(self):
        pass
