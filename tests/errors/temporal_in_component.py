# sagacity check tests/errors/temporal_in_component.py
from sagacity import Int, Model, action, component, temporal, var


class Counter(Model):
    n = var(Int[0, 3], init=0)

    @action
    def bump(self):
        self.n = (self.n + 1) % 4

    turns = temporal("[] <> (n == size)")


class Two(Model):
    size = var(Int[0, 3], init=0)
    left = component(Counter)
    right = component(Counter)

    @action
    def grow(self):
        self.size = (self.size + 1) % 4
