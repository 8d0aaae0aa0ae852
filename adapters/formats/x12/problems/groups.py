"""Functional groups, GS to GE: problem codes X12-?02xx."""

from typing import Final

from canonical.problem import ProblemKind

GROUP_TRAILER_MISSING: Final = ProblemKind(
    "X12-E0201",
    "functional group ends without GE",
    "The group was not closed before the next one began or the interchange ended, so transaction sets at its end may "
    "be lost.",
    "Ask the sender to send the group again, whole.",
    "SE*12*0001~ IEA*1*000000123~",
)
GROUP_NUMBERS_DIFFER: Final = ProblemKind(
    "X12-E0202",
    "control numbers of GS and GE differ",
    "GE02 must repeat GS06. When they differ, the header and the trailer may belong to two groups with something lost "
    "between them.",
    "Ask the sender to send the group again with the same number in GS06 and GE02.",
    "GS*PO*…*7*X*004010~ … GE*1*8~",
)
SET_COUNT_WRONG: Final = ProblemKind(
    "X12-W0203",
    "GE01 counts other transaction sets than were sent",
    "GE01 says how many transaction sets (ST to SE) the group holds. Those that arrived are complete in themselves "
    "and were read; but if the count is right, some are missing.",
    "Ask the sender how many documents they sent. If all are here, ask them to correct the count.",
    "GE*3*7~   (two transaction sets were sent)",
)
GROUP_RELEASE_UNKNOWN: Final = ProblemKind(
    "X12-W0205",
    "release of the functional group is not known",
    "GS08 names the release that the documents follow, as 004010. This value names none, so the group was read with "
    "the release that fits best.",
    "Ask the sender to put the agreed release into GS08.",
    "GS*PO*123456789*987654321*20261120*0915*7*X*4010~",
)
GROUP_NUMBER_REPEATED: Final = ProblemKind(
    "X12-W0206",
    "group control number occurs twice in the interchange",
    "Two groups carry the same GS06. Both were read, but an acknowledgment names a group by this number, so the sender "
    "cannot tell which of the two an answer is about.",
    "Ask the sender to count GS06 up from group to group.",
    "GS*PO*…*7*X*004010~ … GS*PO*…*7*X*004010~",
)
GROUP_INCOMPLETE: Final = ProblemKind(
    "X12-E0209",
    "group header does not say what the group holds",
    "GS01 is the functional id of a group: PO for orders, IN for invoices. Without it the group can neither be judged "
    "nor acknowledged, so nothing in it is accepted.",
    "Ask the sender to send the interchange again with GS01.",
    "GS**ACME*STEX*20261120*0915*7*X*004010~",
)
GROUP_HEADER_MISSING: Final = ProblemKind(
    "X12-E0207",
    "transaction set stands outside any functional group",
    "An ST was found where no GS had opened a group. The release and the application addressed are not known, and no "
    "acknowledgment can name it.",
    "Ask the sender to send it again inside GS and GE.",
    "ISA*…~ ST*850*0001~",
)
GROUP_NUMBER_BAD: Final = ProblemKind(
    "X12-W0208",
    "group control number is not a number of one to nine digits",
    "Acknowledgments quote GS06, and a reader that expects a number may refuse to match it.",
    "Ask the sender to send one to nine digits in GS06, and the same in GE02.",
    "GS*PO*123456789*987654321*20261120*0915*A7*X*004010~",
)
GROUP_NOT_SUPPORTED: Final = ProblemKind(
    "X12-W0209",
    "functional group is of a kind that is not handled",
    "GS01 says which kind of documents the group holds, and none of those that are read here go into such a group. The "
    "transaction sets in it were judged each for itself.",
    "If these documents matter to you, agree with the partner on a kind that is handled. If GS01 is a slip, ask them "
    "to correct it.",
    "GS*HC*123456789*987654321*20261120*0915*7*X*004010~",
)
