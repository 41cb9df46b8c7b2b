# sagacity check tests/errors/text_type.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(str, init="a")
    @action
    def step(self):
        self.x = 1
