"""What can go wrong with a delivery as a whole, whatever is in it."""

from canonical.problem import ProblemKind

READING_NEVER_ENDED = ProblemKind(
    "NET-E0401",
    "delivery could not be read to its end",
    "Reading was begun several times, and each time the gateway ended before it was done: it was killed, ran out of "
    "memory, or a fault of Wharf was met. The bytes are in the ledger; nothing of the delivery was published.",
    "See what the gateway logged at that time. When the cause is gone, replay the delivery: wharf messages replay ID. "
    "If it ends the gateway again, keep the file and report it.",
)
