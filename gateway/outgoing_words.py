"""Words of what we send that inbound and outbound share."""

from typing import Final

SUBMITTED: Final = "submitted"
"""The event, and the direction, of a document that we send."""

ANSWERS: Final = {
    "purchase_order_acknowledgment": "purchase_order",
}
"""Which document of a partner answers which of ours."""
