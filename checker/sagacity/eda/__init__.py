"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .exchange import Exchange, Routing, Wild
from .producer import Acks, Producer
from .queue import Queue
from .topic import Topic

__all__ = ["Acks", "Bus", "Channel", "Confirms", "Exchange", "Producer", "Queue", "Routing", "Topic", "VectorClock",
           "Wild"]
