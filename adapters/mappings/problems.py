"""What can be wrong in a message's meaning: well-formed in its standard, not expressible as a business document.

Codes are stable for ever. The letter is the usual severity; a partner's rules may change a problem's own.
"""

from typing import Final

from canonical.problem import ProblemKind

NOT_EXPRESSIBLE: Final = ProblemKind(
    "MAP-E0001",
    "message lacks what the business document cannot do without",
    "The message follows its standard, but a value that the document needs is missing or cannot be understood, as the "
    "number of an order or the quantity of a line. A document with a hole would do harm further on, so it is rejected.",
    "Ask the sender to fill the named place.",
    "BEG*00*SA* **20261120~   (the order number is blank)",
)
DATE_NOT_UNDERSTOOD: Final = ProblemKind(
    "MAP-W0002",
    "date could not be understood",
    "The value at this place is no date in the form that its qualifier names. The document goes on without the date; "
    "the value as sent is kept beside it.",
    "Ask the sender for the date they meant.",
    "DTM*002*2026~",
)
NUMBER_NOT_UNDERSTOOD: Final = ProblemKind(
    "MAP-W0003",
    "number could not be understood",
    "The value at this place is no number. The document goes on without it; the value as sent is kept beside it.",
    "Ask the sender for the number they meant.",
    "SAC*C*D240***1,250~",
)
HIERARCHY_BROKEN: Final = ProblemKind(
    "MAP-W0004",
    "hierarchy of the shipment does not hold together",
    "A ship notice is a tree: shipment, orders, packages, items, each naming its parent. This level names a parent "
    "that does not exist, or repeats a number, so what lies in which package is a guess from the order.",
    "Ask the sender to number the levels in HL01 without repeats, and to name an earlier one in HL02.",
    "HL*4*9*I~   (there is no level 9)",
)
LOT_QUANTITIES_DIFFER: Final = ProblemKind(
    "MAP-W0005",
    "quantities of the lots do not add up to the line",
    "The line says how many were shipped, and its lots or serial numbers add up to another number. Both were kept as "
    "they were sent.",
    "Count on receipt, and ask the sender to correct the line or the lots.",
    "SN1**10*EA~ … two lots of 4",
)
UNIT_MISSING: Final = ProblemKind(
    "MAP-W0006",
    "quantity comes without its unit",
    "Ten of what: pieces, boxes or cases? No unit of measure was sent, and none was assumed.",
    "Ask the sender to send the unit with each quantity.",
    "PO1*1*10**9.95~",
)
