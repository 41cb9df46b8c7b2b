# sagacity check tests/errors/two_inits.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3])

    @init
    def start(self):
        self.x = 1

    @init
    def begin(self):
        self.x = 2

    @action
    def step(self):
        self.x = 1
