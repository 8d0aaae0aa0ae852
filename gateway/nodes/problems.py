"""What can go wrong between nodes that share a ledger."""

from typing import Final

from canonical.problem import ProblemKind

SAME_NODE: Final = ProblemKind(
    "NET-E0911",
    "two gateways run under one node's id",
    "Another gateway has begun to work under the id that this one has in its data folder, so this one ended: the other "
    "has its leases now. It happens where a data folder, or a whole machine with it, was copied.",
    "Stop one of them, delete the file `node` in its data folder, and start it: it gets an id of its own.",
)
NO_PATIENT_KEY: Final = ProblemKind(
    "NET-W0912",
    "each node makes tokens of patients by a key of its own",
    "Several gateways may share this ledger, and [gateway] patient_key is not set: each of them makes a key for "
    "itself, so that one patient gets another token at each node.",
    "Set [gateway] patient_key to the same secret on every node.",
)
