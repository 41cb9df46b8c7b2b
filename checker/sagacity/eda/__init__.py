"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .exchange import Exchange, Routing, Wild
from .queue import Queue
from .replicas import Replicas, Truncation
from .topic import Topic

__all__ = ["Bus", "Channel", "Confirms", "Exchange", "Queue", "Replicas", "Routing", "Topic", "Truncation", "VectorClock", "Wild"]
