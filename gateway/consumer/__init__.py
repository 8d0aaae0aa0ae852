"""For those who consume Wharf's events: each event takes effect once, though it may come more than once."""

from gateway.consumer.events import Event, consume
from gateway.consumer.seen import Seen

__all__ = ["Event", "Seen", "consume"]
