"""Words of what we send that inbound and outbound share."""

from typing import Final

SUBMITTED: Final = "submitted"
"""The event, and the direction, of a document that we send."""

ANSWERS: Final = {"855": "purchase_order", "865": "purchase_order_change"}
"""Which transaction set of a partner answers which document of ours."""
