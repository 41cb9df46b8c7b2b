# sagacity check tests/errors/init_with_parameter.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3])

    @init
    def start(self, v):
        self.x = v

    @action
    def step(self):
        self.x = 1
