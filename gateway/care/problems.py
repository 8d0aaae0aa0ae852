"""What is told about the care of the ledger."""

from canonical.problem import ProblemKind

PRUNED = ProblemKind(
    "NET-E0933",
    "the content was pruned",
    "The row stands in the ledger with its digest, but its bytes were older than [retention] of wharf.toml keeps, and "
    "are not there any more.",
    "Look for it in a backup: its SHA-256 says whether what is found is the same.",
)
TOO_LARGE = ProblemKind(
    "NET-W0935",
    "file is too large and was not taken",
    "The file has more bytes than max_bytes of its channel allows. It was put apart; the ledger has its name, size and "
    "SHA-256, but not its content. Nothing of it was published.",
    "Ask the sender to split it into several interchanges, or raise max_bytes of the channel and put the file there "
    "again.",
)
RESTORED = ProblemKind(
    "NET-E0936",
    "the ledger was restored from a copy",
    "What came after the copy is not in it. Control numbers jumped forward, so that none is used twice. Events that "
    "waited then are published again, marked as repeats. Business documents that waited to be sent are held: they may "
    "have left before the loss.",
    "Look through `wharf parcels list --state held`; ask the partner where in doubt; release each, or leave it held. "
    "Ask partners to send again what they sent since the copy was made: the same input gives the same message ids.",
)
