"""What waits for a person by itself, and what a person is asked to say more exactly."""

from typing import Final

from canonical.problem import ProblemKind

MORE_THAN_EXPECTED: Final = ProblemKind(
    "BUS-E0301",
    "more messages fit than are to be replayed",
    "A replay says how many messages it is meant for at most, and more than that fit. Nothing was done.",
    "Try it first, which tells how many fit; then narrow the filter, or raise `most`.",
)
UNROUTED_WAIT: Final = ProblemKind(
    "BUS-E0302",
    "events wait that no queue was bound for",
    "The broker keeps published events that no consumer's queue takes in the queue supply.unrouted. They are safe "
    "there, and nobody reads them. This resolves by itself when the queue is empty.",
    "Bind a queue for them: `wharf deadletters list` shows which events they are. Then `wharf deadletters retry` sends "
    "them on, and `wharf deadletters drop` takes off what nobody needs.",
)
DEAD_LETTERS_WAIT: Final = ProblemKind(
    "BUS-E0303",
    "dead letters wait at the broker",
    "Consumers gave up on messages, or commands were refused: the broker keeps them in the queue supply.dlx. This "
    "resolves by itself when the queue is empty.",
    "`wharf deadletters list` shows them with their reasons. Mend the cause, then `wharf deadletters retry` sends each "
    "back to the queue that it came from, under the same message id.",
)
NOT_PUBLISHABLE: Final = ProblemKind(
    "BUS-E0304",
    "an event cannot be published",
    "The broker would never take the event: it is larger than a message may be, or no queue and no alternate exchange "
    "takes it. It waits, and so do younger events of the same order. It is tried again by itself from time to time.",
    "Raise the broker's limit, or run `wharf broker setup` where the alternate exchange is missing. `wharf deadletters "
    "drop` sets the event aside, so that those behind it go on.",
)
NO_WAY_BACK: Final = ProblemKind(
    "BUS-E0305",
    "the dead letter cannot go this way now",
    "What it waits for stands in the way still, or somebody else settled it meanwhile: the detail says which.",
    "Look at it again with `wharf deadletters show ID`.",
)
