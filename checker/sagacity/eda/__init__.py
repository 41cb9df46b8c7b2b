"""Components of event-driven systems, to be nested in a model with `component(...)`."""

from .bus import Bus
from .channel import Channel
from .clock import VectorClock
from .confirms import Confirms
from .exchange import Exchange, Routing, Wild
from .queue import Queue
from .topic import Topic
from .watermark import Watermark
from .windows import Windows

__all__ = ["Bus", "Channel", "Confirms", "Exchange", "Queue", "Routing", "Topic", "VectorClock", "Watermark", "Wild",
           "Windows"]
