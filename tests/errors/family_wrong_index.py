# sagacity check tests/errors/family_wrong_index.py
from enum import Enum

from sagacity import *


class Fifo(Model):
    Item = const(type)
    SIZE = const(1)
    content = var(Seq[Item, SIZE], init=[])

    def send(self, m):
        self.content.append(m)

    @action
    def drop(self):
        require(len(self.content) > 0)
        self.content.popleft()


class Model1(Model):
    x = var(Int[0, 3], init=0)
    chan = component(Fifo, each=bool, Item=bool)

    @action
    def step(self):
        self.chan[1].send(True)
