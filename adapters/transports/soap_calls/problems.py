"""What a person must see to at somebody else's web service."""

from canonical.problem import ProblemKind

ITEMS_NOT_TAKEN = ProblemKind(
    "NET-E0701",
    "items of a polled web service cannot be taken",
    "The service gave items in which the settings find no content or no id. They are not confirmed, and the cursor "
    "does not pass them; the other items are taken.",
    "Compare content and id of the channel with what the service answers; `wharf config check` knows the WSDL, but not "
    "which of its elements hold what. Restart the gateway after a change.",
)
NOT_LET_IN = ProblemKind(
    "NET-E0702",
    "web service does not let us in",
    "The service answered that it does not know us, or does not let us do this: with HTTP status 401 or 403, or with a "
    "fault about user, password or certificate. It is asked again later.",
    "Compare user, password, basic and certificate of the channel with what the partner has set up, and the clocks: a "
    "digest is good for minutes only. Restart the gateway after a change.",
)
CALL_REFUSED = ProblemKind(
    "NET-E0703",
    "polled web service refuses the call",
    "The service answered that the call itself is wrong, with a fault Client (Sender in SOAP 1.2). The same call would "
    "be refused again; it is repeated ever more rarely.",
    "Ask the partner for the reason, and compare operation, arguments and confirm of the channel with its description.",
)
