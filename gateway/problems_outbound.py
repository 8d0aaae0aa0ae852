"""What can go wrong with what we send, whatever is in it."""

from typing import Final

from canonical.problem import ProblemKind

REFUSED_THERE: Final = ProblemKind(
    "NET-E0501",
    "the other side refused what was sent",
    "What was sent was answered with a no that lies in the message itself: the same bytes again would be refused "
    "again. It is kept and not sent any more. Other messages go on.",
    "Ask the other side for the reason of its answer. `wharf parcels show ID` tells what was sent; `wharf parcels "
    "resend ID` sends the same bytes again when the cause is gone.",
)
DESTINATION_AWAY: Final = ProblemKind(
    "NET-E0502",
    "a destination does not take what is sent",
    "Several attempts in a row failed, so the channel is left alone for a while; then one parcel tries whether it is "
    "back. What is to be sent there waits, in order; other channels go on. This is told once, and resolves by itself "
    "when a parcel arrives.",
    "The message tells the last failure. `wharf breakers list` tells when it is tried again; `wharf breakers release "
    "CHANNEL` tries at once.",
)
GIVEN_UP: Final = ProblemKind(
    "NET-E0503",
    "a parcel was given up",
    "It was tried as often, or as long, as [outbound] allows, and never arrived. It is kept and not sent any more.",
    "Find out why with `wharf parcels show ID`, then `wharf parcels resend ID --why …`: the same bytes go again "
    "under the same control number.",
)
NOT_RENDERED: Final = ProblemKind(
    "NET-E0504",
    "a parcel cannot be written",
    "A document that was taken cannot be written any more: the settings of the partner changed since, or a fault of "
    "Wharf was met. It is tried again every ten minutes. Of a batch, only the documents at fault are left out.",
    "Mend the partner's file: `wharf config check`. A document that was left out must be handed in again.",
)
REJECTED_BY_PARTNER: Final = ProblemKind(
    "BUS-E0201",
    "the partner rejected what we sent",
    "The partner's acknowledgment (997, 999, TA1, 824 or HL7 ACK) refuses what was sent, or some documents of it. Its "
    "codes stand in the message. The partner will not act on what it rejected.",
    "`wharf parcels show ID` tells which documents. Correct them and hand them in anew; `wharf parcels resend ID` "
    "only where the partner asks for the same bytes once more.",
)
NOT_ACKNOWLEDGED: Final = ProblemKind(
    "BUS-E0202",
    "the partner's acknowledgment is overdue",
    "The acknowledgment that the agreement asks for did not come in time. The partner may never have read what was "
    "sent. This resolves by itself when the acknowledgment comes.",
    "Ask the partner whether it has the interchange of this control number. `wharf acks pending` lists what waits.",
)
NOT_ANSWERED: Final = ProblemKind(
    "BUS-E0203",
    "the partner's answer to a document is overdue",
    "The business answer that the agreement asks for, as an 855 to an order, did not come in time. This resolves by "
    "itself when it comes.",
    "Ask the partner whether it works on the document.",
)
NOTHING_ACKNOWLEDGED: Final = ProblemKind(
    "BUS-W0204",
    "an acknowledgment for nothing that we sent",
    "A partner acknowledges a control number under which the ledger has sent it nothing. Perhaps it answers another "
    "system of ours, or a test. It is told once for each number.",
    "Nothing, where the partner speaks with another system of yours under the same identity; else ask the partner.",
)
PARTNER_TAKES_NO_TEST: Final = ProblemKind(
    "BUS-E0205",
    "test data would go where others get real documents",
    "The document is marked as test, and other partners, who take no test data, get their documents by the same "
    "channel. Nothing was sent.",
    'Give the partner a channel of its own, or name one for tests: send = { channel = "…", test_channel = "…" }.',
)
