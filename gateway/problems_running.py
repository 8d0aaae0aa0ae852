"""What can go wrong with the running gateway itself."""

from canonical.problem import ProblemKind

PART_FAILED = ProblemKind(
    "NET-E0941",
    "part of the gateway failed",
    "One of the gateway's loops ended by an error that it does not know, and was started again after a pause. Nothing "
    "that was accepted is lost: the ledger holds it. A part that all depend on ends the whole gateway when it keeps "
    "failing, so that whoever supervises the process starts it anew.",
    "See what the gateway logged at that time: it names the part, the error and its place. If it comes again, "
    "report it.",
)
