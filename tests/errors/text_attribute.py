# sagacity check tests/errors/text_attribute.py
from enum import Enum

from sagacity import *


class Model1(Model):
    title = "counter"
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
