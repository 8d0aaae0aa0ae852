"""What can go wrong with what we send, whatever is in it."""

from canonical.problem import ProblemKind

REFUSED_THERE = ProblemKind(
    "NET-E0501",
    "the other side refused what was sent",
    "What was sent was answered with a no that lies in the message itself: the same bytes again would be refused "
    "again. It is kept and not sent any more. Other messages go on.",
    "Ask the other side for the reason of its answer. What was sent is told by `wharf messages show ID`, with the "
    "delivery that it answers.",
)
