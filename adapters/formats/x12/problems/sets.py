"""Transaction sets and their segments, ST to SE: problem codes X12-?04xx."""

from typing import Final

from canonical.problem import ProblemKind

SET_NOT_SUPPORTED: Final = ProblemKind(
    "X12-E0401",
    "transaction set of this kind is not handled",
    "ST01 names a kind of document that this gateway does not read. It was not understood; its bytes are kept.",
    "If these documents matter to you, agree with the partner on a kind that is handled. If not, ask them to stop.",
    "ST*837*0001~",
)
SET_TRAILER_MISSING: Final = ProblemKind(
    "X12-E0402",
    "transaction set ends without SE",
    "The document was not closed before the next began or the group ended, so segments at its end may be lost.",
    "Ask the sender to send the document again, whole.",
    "CTT*3~ GE*1*7~",
)
SET_NUMBERS_DIFFER: Final = ProblemKind(
    "X12-E0403",
    "control numbers of ST and SE differ",
    "SE02 must repeat ST02. When they differ, the head and the end may belong to two documents with something lost "
    "between them.",
    "Ask the sender to send the document again with the same number in ST02 and SE02.",
    "ST*850*0001~ … SE*24*0002~",
)
SEGMENT_COUNT_WRONG: Final = ProblemKind(
    "X12-W0404",
    "SE01 counts other segments than were sent",
    "SE01 says how many segments the document has, with ST and SE. The document was read as it is; but if the count is "
    "right, segments are missing. Most often a translator counts without ST and SE.",
    "Compare the lines with what the sender meant to send. If nothing is missing, ask them to correct the count.",
    "SE*22*0001~   (24 segments were sent)",
)
UNKNOWN_SEGMENT: Final = ProblemKind(
    "X12-W0405",
    "segment is not known to the standard",
    "The release knows no segment with this id. It was kept beside the document. Often the id is misspelt, or a "
    "segment terminator stands inside a text and cuts it in two.",
    "Look at the segment before it: does its text go on here? Otherwise ask the sender what it means.",
    "PQ1*1*10*EA*9.95~",
)
UNEXPECTED_SEGMENT: Final = ProblemKind(
    "X12-W0406",
    "segment is not expected here",
    "The transaction set has such a segment, but not at this place. It was kept beside the document.",
    "Ask the sender what it belongs to, and to put it there.",
    "CTT*3~ N1*ST*GENERAL HOSPITAL~",
)
SEGMENT_MISSING: Final = ProblemKind(
    "X12-E0407",
    "mandatory segment is missing",
    "The document cannot be understood without this segment, and it was not sent where it belongs.",
    "Ask the sender to send the document again with the segment.",
    "ST*850*0001~ PO1*1*10*EA*9.95~   (BEG is missing)",
)
LOOP_TOO_OFTEN: Final = ProblemKind(
    "X12-W0408",
    "loop occurs more often than allowed",
    "The standard limits how often a group of segments may repeat. All occurrences were read.",
    "Ask the sender whether they mean all of them, and to keep to the limit.",
    "N1*ST*NORTH~ … N1*ST*SOUTH~   (where the standard allows one)",
)
SEGMENT_TOO_OFTEN: Final = ProblemKind(
    "X12-W0409",
    "segment occurs more often than allowed",
    "The standard limits how often the segment may stand at this place. All of them were read; where the document "
    "holds one value only, it is that of the first.",
    "Ask the sender which of them counts.",
    "CUR*BY*USD~ CUR*BY*EUR~",
)
SEGMENT_NOT_IN_SET: Final = ProblemKind(
    "X12-W0410",
    "segment does not belong to this transaction set",
    "The standard knows the segment, but not in this kind of document. It was kept beside the document.",
    "Ask the sender what it means, and to use a segment that the document has for it.",
    "ST*850*0001~ BIG*20261120*90417~",
)
SEGMENT_OUT_OF_ORDER: Final = ProblemKind(
    "X12-W0411",
    "segment stands in the wrong order",
    "The segments of a document have a fixed order, and this one comes too late. Its meaning depends on the place, so "
    "look whether it was taken for what the sender meant.",
    "Ask the sender to write the segments in the standard's order.",
    "DTM*002*20261201~ REF*DP*0042~ CUR*BY*USD~",
)
SET_NOT_IN_GROUP: Final = ProblemKind(
    "X12-W0412",
    "transaction set does not belong to this functional group",
    "Each kind of document travels in its own kind of group: an 850 in PO, an 810 in IN. It was read by its own ST01.",
    "Ask the sender to put it into a group of the right kind.",
    "GS*IN*…~ ST*856*0001~",
)
SET_NUMBER_REPEATED: Final = ProblemKind(
    "X12-E0413",
    "transaction set control number occurs twice in the group",
    "Two documents of one group carry the same ST02. An acknowledgment names a document by this number, so the second "
    "cannot be answered, and it may be the first one again.",
    "Ask the sender whether both are meant, and to count ST02 up from document to document.",
    "ST*850*0001~ … SE*24*0001~ ST*850*0001~",
)
SET_NUMBER_BAD: Final = ProblemKind(
    "X12-W0414",
    "transaction set control number is not in the right form",
    "ST02 has four to nine characters. Acknowledgments quote it, and a reader that expects that form may refuse to "
    "match it.",
    "Ask the sender to fill ST02 with zeros on the left, and the same in SE02.",
    "ST*850*1~",
)
STRAY_SEGMENT: Final = ProblemKind(
    "X12-W0415",
    "segment stands outside any transaction set",
    "Between the documents only the envelope's own segments may stand. This one was not read as part of any.",
    "Ask the sender which document it belongs to. It may be what is left of a document whose ST was lost.",
    "SE*24*0001~ PO1*4*2*EA*17.50~ GE*1*7~",
)
LINE_COUNT_WRONG: Final = ProblemKind(
    "X12-W0416",
    "CTT01 counts other lines than were sent",
    "CTT01 says how many lines the document has. The lines that arrived were read; but if the count is right, some are "
    "missing.",
    "Compare the lines with the sender's own paper. If nothing is missing, ask them to correct the count.",
    "CTT*4~   (three lines were sent)",
)
HASH_TOTAL_WRONG: Final = ProblemKind(
    "X12-W0417",
    "CTT02 is not the sum of the quantities",
    "The hash total is the sum of a quantity over all lines. It differs from what arrived: a line may be missing "
    "or changed, or the sender adds up something else.",
    "Compare the quantities with the sender's own paper. If they agree, ask what the total counts.",
    "CTT*3*120~   (the lines add up to 110)",
)
SET_TOO_LARGE: Final = ProblemKind(
    "X12-E0418",
    "transaction set is larger than the limit",
    "One document has more segments than the gateway takes at once. The limit keeps one file from using up the memory "
    "of all others.",
    "Ask the sender to split the document, or raise the limit if documents of this size are meant.",
)
SET_HEADER_MISSING: Final = ProblemKind(
    "X12-E0419",
    "segments stand behind no ST",
    "A group holds segments that belong to no transaction set, because the ST in front of them is missing or damaged. "
    "What they are can only be guessed, so they are not accepted.",
    "Ask the sender to send the transaction set again, with its ST segment.",
    "GS*PO*…~ BEG*00*NE*4500012345**20261120~",
)
SIBLING_REJECTED: Final = ProblemKind(
    "X12-E0421",
    "rejected because of an error in another transaction set",
    "For this partner it was agreed that one error rejects the whole group or interchange. This transaction set has no "
    "error of its own.",
    "Have the sender correct the other transaction set, and send the whole again. To accept each transaction set for "
    'itself, set on_error = "set" in the partner\'s file.',
    "ST*850*0001~ … (and an error in ST*850*0002~)",
)
SET_ID_BAD: Final = ProblemKind(
    "X12-E0422",
    "kind of the transaction set is missing or no number of three digits",
    "ST01 says what kind of document follows, as 850. Without it nothing in the transaction set can be read.",
    "Ask the sender to send the transaction set again with its kind in ST01.",
    "ST**0001~",
)
LOOP_TRAILER_MISSING: Final = ProblemKind(
    "X12-W0420",
    "loop that LS opened is not closed by LE",
    "LS and LE stand around a loop to tell it from others. LS came and LE did not, so it is not certain where the loop "
    "ends. All segments were read.",
    "Ask the sender to close each LS with an LE.",
    "LS*LDT~ LDT*AF*3*DA~ N1*ST*NORTH CLINIC~",
)
