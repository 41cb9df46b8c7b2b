# sagacity check tests/errors/require_in_class_body.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    require(True)
    @action
    def step(self):
        self.x = 1
