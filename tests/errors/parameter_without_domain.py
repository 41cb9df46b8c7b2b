# sagacity check tests/errors/parameter_without_domain.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)

    @action
    def step(self, b):
        self.x = b
