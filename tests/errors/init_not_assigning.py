# sagacity check tests/errors/init_not_assigning.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3])
    y = var(Int[0, 3])

    @init
    def start(self):
        self.y = 1

    @action
    def step(self):
        self.x = 1
