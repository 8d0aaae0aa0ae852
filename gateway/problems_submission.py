"""What can be wrong with a document that is handed to us to be sent, whatever is in it."""

from typing import Final

from canonical.problem import ProblemKind

NO_SUCH_PARTNER: Final = ProblemKind(
    "BUS-E0001",
    "there is no partner of this name",
    "A document was handed in for a partner that the settings do not have. Nothing was sent.",
    "Name a partner of `wharf partners list`, or write its file in partners/.",
)
NOWHERE_TO_SEND: Final = ProblemKind(
    "BUS-E0002",
    "the settings do not say how to reach the partner",
    "To send to a partner, its file must name a channel as `send`, and for X12 both its identities and those in "
    "[gateway] must hold one of the scheme ISA. Nothing was sent.",
    'Add send = { channel = "…" } and the identities; `wharf config check` tells what is missing.',
)
KEY_USED_BEFORE: Final = ProblemKind(
    "BUS-E0003",
    "the idempotency key was used before for something else",
    "A key stands for one submission: the same content under it gets the same answer again. Other content under it "
    "means that one of the two was not meant so. Nothing was sent.",
    "Use a new key for each new document; repeat a key only with the very same content.",
)
NOT_CARRIED: Final = ProblemKind(
    "BUS-E0005",
    "the partner's channel carries HL7 messages alone",
    "The partner's file names a channel of kind mllp as `send`, and this document would go out as X12 or JSON. Nothing "
    "was sent.",
    "Name another channel as `send`, or send the document to another partner.",
)
NUMBER_SENT_BEFORE: Final = ProblemKind(
    "BUS-E0004",
    "a document of this kind and number was sent to the partner before",
    "Two orders or invoices of one number are taken for one by some partners, and for two by others: goods come "
    "twice, or are paid twice. Nothing was sent.",
    "Give it a number of its own, or send a change (purchase_order_change) or set purpose to replace, cancel or "
    "duplicate where that is meant.",
)
