"""What was agreed on with a partner beyond the standard: problem codes X12-?06xx."""

from typing import Final

from canonical.problem import ProblemKind

PARTNER_SEGMENT_MISSING: Final = ProblemKind(
    "X12-W0601",
    "segment or loop is missing that the partner's rules require",
    "The standard can do without it, but the rules for this partner cannot. The document was read as it is.",
    "Ask the sender to send it as agreed. If the agreement has changed, change `require` in the partner's file.",
    "N1*ST*GENERAL HOSPITAL~   (and no N3 after it)",
)
PARTNER_ELEMENT_MISSING: Final = ProblemKind(
    "X12-W0602",
    "element is missing that the partner's rules require",
    "The standard can do without it, but the rules for this partner cannot. The document was read as it is.",
    "Ask the sender to fill it as agreed. If the agreement has changed, change `require` in the partner's file.",
    "BEG*00*SA*4500012345**20261120~   (BEG06, the contract, was agreed on)",
)
PARTNER_SEGMENT_FORBIDDEN: Final = ProblemKind(
    "X12-W0603",
    "segment or loop was sent that the partner's rules forbid",
    "The standard allows it, but it was agreed not to be sent, so nobody here may be looking at what it says.",
    "Look at what it says. If it is of use from now on, take it out of `forbid` in the partner's file.",
    "CUR*BY*EUR~   (where one currency was agreed on)",
)
PARTNER_ELEMENT_FORBIDDEN: Final = ProblemKind(
    "X12-W0604",
    "element was sent that the partner's rules forbid",
    "The standard allows it, but it was agreed not to be sent, so nobody here may be looking at what it says.",
    "Look at what it says. If it is of use from now on, take it out of `forbid` in the partner's file.",
    "REF*DP*0042*SECOND FLOOR~   (where REF03 was not to be used)",
)
PARTNER_CODE_NOT_AGREED: Final = ProblemKind(
    "X12-W0605",
    "code is not among those agreed with the partner",
    "The partner's rules list the codes that are used here, and this one is not among them. It was kept as it was "
    "sent, but nobody may have decided what is to be done with it.",
    "Ask the sender what they mean by it. If it is right, add it to `codes` in the partner's file.",
    "BEG*00*RL*4500012345**20261120~   (where SA and NE were agreed on)",
)
PARTNER_PATTERN_NOT_MET: Final = ProblemKind(
    "X12-W0606",
    "value has another form than agreed with the partner",
    "The partner's rules say what such a value looks like, and this one looks different. Often leading zeros or a "
    "prefix are lost, or a number of another kind was sent.",
    "Compare the value with the partner's paper. If both forms are right, change `patterns` in the partner's file.",
    "BEG*00*SA*12345**20261120~   (where order numbers have ten digits)",
)
PARTNER_SEGMENT_TOO_OFTEN: Final = ProblemKind(
    "X12-W0607",
    "segment occurs more often than agreed with the partner",
    "The standard allows more of them here than the partner's rules. All of them were read.",
    "Ask the sender which of them count. If all do, change `max_uses` in the partner's file.",
    "PID*F****GLOVE~ PID*F****NITRILE~   (where one description was agreed on)",
)
PARTNER_LOOP_TOO_OFTEN: Final = ProblemKind(
    "X12-W0608",
    "loop occurs more often than agreed with the partner",
    "The standard allows more of them here than the partner's rules. All of them were read.",
    "Ask the sender which of them count. If all do, change `max_uses` in the partner's file.",
    "N1*ST*NORTH~ N1*ST*SOUTH~   (where one place of delivery was agreed on)",
)
