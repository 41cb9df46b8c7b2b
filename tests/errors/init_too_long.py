# sagacity check tests/errors/init_too_long.py
from enum import Enum

from sagacity import *


class Model1(Model):
    x = var(Seq[bool, 1], init=[True, True])

    @action
    def step(self):
        self.x.clear()
