# sagacity check tests/errors/method_without_self.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action
    def step():
        pass
