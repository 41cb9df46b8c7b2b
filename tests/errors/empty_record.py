# sagacity check tests/errors/empty_record.py
from enum import Enum

from sagacity import *


class Model1(Model):
    Message = record()
    x = var(Int[0, 3], init=0)
    @action
    def step(self):
        self.x = 1
