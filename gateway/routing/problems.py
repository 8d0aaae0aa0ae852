"""What keeps a routed document from going on. Nothing is lost: it is parked, and a person is told."""

from typing import Final

from canonical.problem import ProblemKind

KEY_MISSING: Final = ProblemKind(
    "BUS-W0101",
    "documents wait for a cross reference",
    "A rule sends the document on, and the cross references do not know an item, a factor between units, a vendor, a "
    "place or an account in it. It is parked: kept, and not sent with a guess.",
    "`wharf parked list` shows the line to add. With `wharf xref import FILE` what waits goes on at once; a line in a "
    "file of xref/ counts after `wharf config reload`.",
)
NOT_CONVERTIBLE: Final = ProblemKind(
    "BUS-W0102",
    "requisition cannot become an order by itself",
    "Its lines do not only ask for something new: one cancels, changes or asks about an earlier line, or has no "
    "quantity. "
    "An order made of it would order what nobody wants.",
    "Do by hand what it asks for, then take it from the list: wharf parked drop ID.",
)
QUANTITY_NOT_EXACT: Final = ProblemKind(
    "BUS-W0103",
    "quantity does not come out whole in the partner's unit",
    "In the unit that the partner sells by, the quantity would be a part of a package, or no decimal number at "
    "all. Wharf "
    "does not round orders.",
    "Order it by hand in whole packages, and take it from the list: wharf parked drop ID. Or name a smaller unit "
    "in item.csv.",
    "5 EA, where the partner sells boxes of 100",
)
NUMBER_USED: Final = ProblemKind(
    "BUS-W0104",
    "an order with this number was sent to the partner before",
    "Another requisition with the same number became an order already. A second order with one number is taken "
    "for a repeat "
    "by some partners, and for a new order by others.",
    "See `wharf messages list --number NUMBER`. Order by hand what is to be ordered, then take it from the list: wharf "
    "parked drop ID.",
)
NOT_SENDABLE: Final = ProblemKind(
    "BUS-W0105",
    "routed document cannot be written for the partner",
    "The rule sends the document to this partner, and what it needs is missing: an identity, a channel, or "
    "something in the "
    "document that the partner's standard asks for.",
    "`wharf parked list` names what is missing. It is tried again after `wharf config reload`, and after each import "
    "of cross references.",
)
