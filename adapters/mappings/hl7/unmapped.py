"""Messages that are no supply documents: kept, and told of by their type alone."""

from collections import Counter

from adapters.mappings.hl7.context import Hl7Context
from adapters.mappings.hl7.orders import order_day
from adapters.mappings.hl7.values import put
from canonical.parts import Plain


def unmapped(context: Hl7Context) -> Plain:
    """Type, number and how often each segment stands in the message; nothing of what it says."""
    message = context.message
    counts = Counter(segment.tag for segment in message.segments)
    document: Plain = {
        "number": context.number,
        "message_type": message.type or "?",
        "segments": [{"segment": tag, "count": count} for tag, count in counts.items()],
    }
    put(document, issue_date=order_day(context, None))
    return document
