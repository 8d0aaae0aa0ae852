"""What can be wrong with a command that came from the broker."""

from typing import Final

from canonical.problem import ProblemKind

COMMAND_MISADDRESSED: Final = ProblemKind(
    "BUS-E0011",
    "the command's routing key does not say what is to be sent, and to whom",
    "Commands are sent to the exchange supply.commands with the key supply.<documentType>.send.<partner>, and hold a "
    "document of that type. Nothing was sent; the message is with the dead letters.",
    "Correct the routing key or the document's documentType, and send the command again.",
)
COMMAND_NOT_JSON: Final = ProblemKind(
    "BUS-E0012",
    "the command's body is not one JSON document",
    "A command holds the data of one canonical document as JSON, alone or in a CloudEvents envelope. Nothing was sent; "
    "the message is with the dead letters.",
    "Send one document as one message, in UTF-8; `wharf schema export` writes the schemas.",
)
COMMAND_TOO_LARGE: Final = ProblemKind(
    "BUS-E0013",
    "the command's body is too large",
    "A command may have 16 MiB. This one was not read and not kept; the message is with the dead letters.",
    "Split the document, or hand it in over HTTP.",
)
