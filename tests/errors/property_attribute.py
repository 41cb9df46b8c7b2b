# sagacity check tests/errors/property_attribute.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @property
    def double(self):
        return 2 * self.x

    @action
    def step(self):
        self.x = 1
