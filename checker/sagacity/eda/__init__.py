"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .topic import Topic

__all__ = ["Bus", "Topic"]
