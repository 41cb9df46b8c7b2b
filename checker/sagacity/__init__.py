"""Sagacity: a model checker for event-driven systems.

Write the design of a system as a Python class; every interleaving is explored, and the shortest story that
breaks it is shown. A model file needs only ``from sagacity import *``.
"""

from .errors import ActionDisabled, AmbiguousChoice, ModelFault, ModelSourceError, SagacityError
from .lang.model import (Model, action, anything, assume, choose, component, constraint, fair, init, invariant, note, possible,
                         predicate, require, step_invariant, strong_fair, strongly_fair, temporal, terminal, var, weak_fair)
from .lang.symbolic import const, hi, lo
from .lang.templates import Bag, Int, Map, Option, Seq, Set, Tuple, ids, record

__version__ = "0.1.0"

__all__ = ["ActionDisabled", "AmbiguousChoice", "Bag", "Int", "Map", "Model", "ModelFault", "ModelSourceError", "Option", "SagacityError",
           "Seq", "Set", "Tuple", "action", "anything", "assume", "choose", "component", "const", "constraint", "fair", "hi", "ids", "init",
           "invariant", "lo", "note", "possible", "predicate", "record", "require", "step_invariant", "strong_fair", "strongly_fair",
           "temporal", "terminal", "var", "weak_fair"]
