# sagacity check tests/errors/component_not_a_model.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Int[0, 3], init=0)
    chan = component(int)
    @action
    def step(self):
        self.x = 1
