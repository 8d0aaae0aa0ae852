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
ELEMENT_LACKING: Final = ProblemKind(
    "MAP-E0011",
    "document lacks what the message cannot be sent without",
    "The standard, or the partner, requires this value in the message that is to be written, and the document does not "
    "have it. Nothing was sent.",
    "Fill the named field of the document and send it again.",
)
TOO_LONG_TO_WRITE: Final = ProblemKind(
    "MAP-E0012",
    "value does not fit the length of its element",
    "X12 gives each element a least and a greatest length, and this value has another. Cutting it could change what it "
    "means, so nothing was sent.",
    "Shorten the named field of the document, or send a release whose element is longer.",
)
NO_CODE: Final = ProblemKind(
    "MAP-E0013",
    "no code of the standard says this",
    "The element takes codes of a list, and the value of the document is none of them, nor one of our words for them. "
    "Nothing was sent.",
    "Write one of our words or the code itself (qualifier, …Code) into the named field.",
)
NO_PLACE: Final = ProblemKind(
    "MAP-E0014",
    "message has no place for a part of the document",
    "The transaction set has no segment at this place for what the document says there. Leaving it out in silence "
    "could turn the meaning, so nothing was sent.",
    "Remove the named part of the document, or say it in a field that the transaction set knows.",
)
NOT_WRITABLE: Final = ProblemKind(
    "MAP-E0015",
    "value cannot be written in the form of its element",
    "The element takes a number, a date or a time of a fixed form, and this value cannot be told in it without a loss, "
    "as a third decimal in an amount of two. Values are never rounded, so nothing was sent.",
    "Correct the named field of the document.",
)
FORBIDDEN_CHARACTER: Final = ProblemKind(
    "MAP-E0016",
    "value holds a character that the partner's files cannot",
    "X12 has no way to escape a separator inside data, and some partners take only capitals or a basic set of "
    "characters. The settings for this partner say that such data is not changed, so nothing was sent.",
    "Change the named field of the document, or let the gateway replace such characters for this partner.",
)
RULE_NOT_MET: Final = ProblemKind(
    "MAP-E0017",
    "document breaks a rule between the elements of a segment",
    "Some elements of a segment go together or exclude each other: a value needs its qualifier, a unit needs its "
    "quantity. What the document says here breaks such a rule, and the partner would answer with an error.",
    "Complete the named part of the document.",
)
TOO_MANY_TO_WRITE: Final = ProblemKind(
    "MAP-E0018",
    "message has no room for so many",
    "The transaction set takes this segment or loop only so many times, and the document has more of it.",
    "Send fewer, or split the document in two.",
)
SET_NOT_WRITABLE: Final = ProblemKind(
    "MAP-E0019",
    "document of this kind cannot be written",
    "The gateway has no way from this kind of document to the wanted format and release.",
    "Ask for a release and a kind that can be written; `wharf encode --help` names them.",
)
DOCUMENT_NOT_VALID: Final = ProblemKind(
    "MAP-E0020",
    "document does not follow its schema",
    "What was given to be sent is no document of its kind: a field is missing, unknown or of a wrong form.",
    "Correct the named field; `wharf schema export` writes the schemas of all documents.",
)
COUNT_REPLACED: Final = ProblemKind(
    "MAP-W0021",
    "message tells the count of what it holds, not the document's",
    "The document says that it has so many lines or levels, and it has another number of them. The message counts what "
    "it holds, as the standard asks, so the document's number was not written.",
    "Correct the count in the document, or look for lines that it lost on the way.",
)
"""A warning in spite of its place among the errors of writing: the message is right, and is sent."""
