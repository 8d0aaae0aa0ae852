"""What can be wrong in X12 bytes: the catalogue of problem kinds and how an acknowledgment tells each.

Codes are stable for ever. The letter is the usual severity; a partner's rules may change a problem's own.
Sources of the acknowledgment codes: X12 997 (AK304, AK403, AK502, AK905) and TA1 (TA105).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from canonical.problem import ProblemKind

# 01xx: the interchange, ISA to IEA

NO_INTERCHANGE: Final = ProblemKind(
    "X12-E0101",
    "no X12 interchange in these bytes",
    "An X12 file starts with an ISA segment, and none was found. Usually another kind of file was put into the "
    "folder (a PDF, a spreadsheet, an archive, an encrypted file), or the transfer damaged it.",
    "Open the file and see what it is. If it is compressed or encrypted, ask the sender to send it plain.",
    "PK\\x03\\x04 … (a ZIP archive)",
)
BAD_DELIMITERS: Final = ProblemKind(
    "X12-E0102",
    "separators of the interchange cannot be told apart",
    "The ISA segment itself says which characters separate elements, components and segments. Here two of them are "
    "the same character, or one is a letter or a digit, so no value can be read with certainty.",
    "Ask the sender to use different characters, as * for elements, > for components and ~ at the segment's end.",
    "ISA*00*          *00*          *01*123456789      *01*987654321      *261120*0915*U*00401*000000123*0*P**~",
)
HEADER_INCOMPLETE: Final = ProblemKind(
    "X12-E0103",
    "interchange header is not complete",
    "The ISA segment must hold 16 elements. This one ends early, so neither the sender nor the separators are known. "
    "Usually the file was cut off, or the header was edited by hand.",
    "Ask the sender to send the file again. If it comes like this every time, their translator writes a wrong ISA.",
    "ISA*00*          *00*          *01*123456789",
)
INTERCHANGE_TRAILER_MISSING: Final = ProblemKind(
    "X12-E0104",
    "interchange ends without IEA",
    "The file stops before the interchange was closed, so part of it may be lost. Nothing in it is accepted: half an "
    "order is worse than none. Usually the transfer broke off, or the file was taken while it was being written.",
    "Ask the sender to send the interchange again, whole. If it happens often, have them write under another name "
    "and rename the file when it is complete.",
    "GE*1*7~   (and then nothing)",
)
INTERCHANGE_NUMBERS_DIFFER: Final = ProblemKind(
    "X12-E0105",
    "control numbers of ISA and IEA differ",
    "IEA02 must repeat ISA13. When they differ, the header and the trailer may belong to two interchanges that were "
    "glued together, with something lost between them.",
    "Ask the sender to send it again with the same number in ISA13 and IEA02.",
    "ISA*…*000000123*0*P*>~ … IEA*1*000000124~",
)
GROUP_COUNT_WRONG: Final = ProblemKind(
    "X12-W0106",
    "IEA01 counts other functional groups than were sent",
    "IEA01 says how many groups (GS to GE) the interchange holds. The groups that arrived are complete in themselves "
    "and were read; the count usually comes from a translator that fills in a constant.",
    "Compare the groups with what the sender meant to send. If nothing is missing, ask them to correct the count.",
    "IEA*2*000000123~   (one group was sent)",
)
CONTROL_NUMBER_REUSED: Final = ProblemKind(
    "X12-E0107",
    "interchange control number was used before with other content",
    "The same sender used this ISA13 for a different interchange. It may be a corrected file, or a counter that was "
    "reset. Nobody but the sender can tell, so it waits in quarantine and publishes nothing.",
    "Ask the sender which of the two counts. If it is this one, have it sent again under a new number. A sender that "
    'never counts up can be given duplicates.interchange = "accept" in its partner file; then replay this delivery.',
    "ISA*…*000000123*0*P*>~   (000000123 came last Tuesday, with other orders)",
)
RESEND: Final = ProblemKind(
    "X12-I0108",
    "interchange came before, byte for byte",
    "This is the same interchange again. It gets the same acknowledgment as the first time and publishes nothing new.",
    "Nothing to do. If it comes again and again, the sender may not be getting your acknowledgments.",
)
JUNK_BETWEEN: Final = ProblemKind(
    "X12-W0109",
    "data outside any interchange",
    "Something stands before the ISA or after the IEA that is not part of an interchange. It was not read. Usually "
    "it is a line added by a mail gateway or a mainframe, or the rest of a damaged interchange.",
    "Look at the bytes. If they are business data, ask the sender to put them between ISA and IEA.",
    "IEA*1*000000123~ END OF TRANSMISSION",
)
HEADER_NOT_FIXED: Final = ProblemKind(
    "X12-I0110",
    "interchange header is not 106 characters long",
    "Every element of the ISA has a fixed width. This one was trimmed or padded differently; it was read by counting "
    "separators, so nothing is lost. Stricter systems than this one will refuse it.",
    "Nothing to do here. Tell the sender at the next occasion: ISA elements are padded with blanks.",
    "ISA*00**00**01*123456789*01*987654321*261120*0915*U*00401*000000123*0*P*>~",
)
BYTE_ORDER_MARK: Final = ProblemKind(
    "X12-I0111",
    "file starts with a byte order mark",
    "The invisible mark comes from an editor or from a program that writes UTF-8 or UTF-16 text. X12 knows no such "
    "mark; it was skipped.",
    "Nothing to do here. It tells that the file went through a text editor or a text conversion.",
    "\\xef\\xbb\\xbfISA*00*…",
)
UNKNOWN_SENDER: Final = ProblemKind(
    "X12-E0112",
    "sender is not a known trading partner",
    "No partner file names the identity in ISA05 and ISA06. The interchange is kept in quarantine and publishes "
    "nothing until a person says whose it is.",
    "If the sender is yours, add the identity to its file in partners/ and replay the delivery: "
    '{ scheme = "ISA", qualifier = "01", id = "123456789" }. If not, ask who put the file there.',
    "ISA*00*          *00*          *ZZ*WHOISTHIS      *…",
)
EMPTY_DELIVERY: Final = ProblemKind(
    "X12-E0113",
    "file is empty",
    "The file holds no bytes, or only blanks and zeros. Usually an export found nothing to send, or a transfer broke "
    "off at once, or a disk at the sender was full.",
    "Ask the sender whether something should have been in it. Empty files need not be sent.",
)
CONTROL_NUMBER_BAD: Final = ProblemKind(
    "X12-W0114",
    "interchange control number is not nine digits",
    "ISA13 is a number of nine digits, filled with zeros on the left. Acknowledgments quote it and duplicates are "
    "found by it, so a number in another form makes both less certain.",
    "Ask the sender to send ISA13 as nine digits, and the same in IEA02.",
    "ISA*…*      123*0*P*>~",
)
SEGMENT_TOO_LONG: Final = ProblemKind(
    "X12-E0115",
    "segment is longer than the limit",
    "The segment's end was not found within the limit. Usually the segment terminator in the file is another one than "
    "the ISA says, or the bytes that follow are not X12.",
    "See which character ends the segments in the file and compare it with the one after ISA16.",
    "ISA*…*>~GS*PO*…|ST*850*0001|BEG*00*SA*…",
)
RELEASE_APPROXIMATED: Final = ProblemKind(
    "X12-I0116",
    "read with the nearest release that is known",
    "GS08 names a release without a grammar of its own here. The nearest known one was used; the releases differ "
    "little, but a code or an element that only the named release has may be reported as unknown.",
    "Nothing to do as long as the documents look right.",
    "GS*PO*123456789*987654321*20261120*0915*7*X*004030~",
)
INVALID_TA1: Final = ProblemKind(
    "X12-W0117",
    "interchange acknowledgment (TA1) cannot be read",
    "A TA1 says by control number, date and time which interchange it answers, and how. A part is missing or in the "
    "wrong form, so it cannot be matched with what was sent.",
    "Ask the partner for a new TA1, or settle by telephone whether the interchange arrived.",
    "TA1**261120*0915*A*000~",
)

HEADER_VALUE_BAD: Final = ProblemKind(
    "X12-W0119",
    "value in the interchange header is not what the standard allows",
    "Each element of ISA has a fixed form or a list of codes. The interchange could be read all the same, but a "
    "stricter system would refuse it, and a TA1 says so.",
    "Ask the sender to correct the element in the settings of their translator.",
    "ISA*…*20261120*0915*U*00401*000000123*0*P*>~   (ISA09 has six digits)",
)
EMPTY_INTERCHANGE: Final = ProblemKind(
    "X12-E0118",
    "interchange holds no transaction set",
    "The envelope arrived, but nothing in it could be recognised as a transaction set. Either the sender wrapped an "
    "empty batch, or the segments that begin a set (GS, ST) were damaged on the way.",
    "Look at the file. If something should be in it, ask the sender to send it again; if not, ask them not to send "
    "empty interchanges.",
    "ISA*…~ IEA*0*000000123~",
)
# 02xx: the functional group, GS to GE

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

# 03xx: elements

ELEMENT_MISSING: Final = ProblemKind(
    "X12-E0301",
    "mandatory element is missing",
    "The segment cannot be understood without this element, and nothing was sent in its place.",
    "Ask the sender to fill the element.",
    "BEG*00*SA***20261120~   (BEG03, the purchase order number)",
)
CONDITION_MISSING: Final = ProblemKind(
    "X12-W0302",
    "element is missing that another one calls for",
    "Some elements only make sense together: a qualifier and its value, a quantity and its unit. One was sent without "
    "the other.",
    "Ask the sender for the element that is missing, or to leave out what calls for it.",
    "N1*ST*GENERAL HOSPITAL*92~   (a qualifier in N103, no identifier in N104)",
)
TOO_MANY_ELEMENTS: Final = ProblemKind(
    "X12-W0303",
    "segment has more elements than the standard knows",
    "More elements were sent than this segment has. The known ones were read. Often a separator stands inside a text, "
    "or the segment follows a later release than GS08 says.",
    "Look for the element separator inside a text. If there is none, ask the sender which release they write.",
    "N3*12*MAIN STREET*BUILDING 4~   (the address contained the separator)",
)
TOO_SHORT: Final = ProblemKind(
    "X12-W0304",
    "value is shorter than allowed",
    "The standard gives the element a least length. Often leading zeros were lost in a spreadsheet, or a code of "
    "another list was used.",
    "Compare the value with the sender's own paper; ask them to send it in full.",
    "N4*SPRINGFIELD*IL*627~   (a postal code has at least 4 characters)",
)
TOO_LONG: Final = ProblemKind(
    "X12-W0305",
    "value is longer than allowed",
    "The standard gives the element a greatest length. The value was kept whole here; a stricter system would cut or "
    "refuse it.",
    "Ask the sender to shorten the value, or to put the rest into the element meant for it.",
    "PER*OC*…*TE*0123…   (more characters than the element may hold)",
)
BAD_CHARACTER: Final = ProblemKind(
    "X12-W0306",
    "value has a character that X12 does not allow",
    "The value contains a control character, or one outside the agreed character set. Often a text was pasted from a "
    "word processor, or a file was converted between character sets.",
    "Ask the sender to take the character out.",
    "PID*F****SYRINGE\\x0b5 ML~",
)
NOT_A_NUMBER: Final = ProblemKind(
    "X12-E0307",
    "value is not a number",
    "A quantity, price or amount must be a number: digits, at most one point, a minus sign in front. Often a letter O "
    "stands for a zero, a comma for the point, or a currency sign was sent along.",
    "Ask the sender for the number they meant, and for a corrected document.",
    "PO1*3*1O*BX*13.45~   (one, letter O)",
)
BAD_CODE: Final = ProblemKind(
    "X12-W0308",
    "code is not in the standard's list",
    "The element takes a code from a list, and this value is not in the list of the release. The code was kept as it "
    "was sent. Often it is a word instead of its code, or a private code of the partner.",
    "Look the code up in the partner's guide. If it is agreed between you, it may stay; if not, ask for a listed one.",
    "PO1*1*10*BOX*13.45~   (the code for a box is BX)",
)
BAD_DATE: Final = ProblemKind(
    "X12-W0309",
    "date is not a date of the calendar",
    "A date has eight digits, year, month and day, as 20261120 (six in releases before 4010), and must exist in the "
    "calendar.",
    "Ask the sender for the date they meant.",
    "BEG*00*SA*4500012345**20261131~",
)
BAD_TIME: Final = ProblemKind(
    "X12-W0310",
    "time is not a time of day",
    "A time has four digits, hour and minute, as 0915, and may go on with seconds and fractions of a second.",
    "Ask the sender for the time they meant.",
    "BSN*00*SH88213*20261120*2561~",
)
EXCLUSION_VIOLATED: Final = ProblemKind(
    "X12-W0311",
    "elements were sent that exclude each other",
    "Only one of these elements may be used, because together they would say two things about the same matter.",
    "Ask the sender which of the two they mean, and to leave the other empty.",
    "QTY*01*10**SEE NOTE~   (a quantity in QTY02 and a text in QTY04)",
)
TOO_MANY_REPETITIONS: Final = ProblemKind(
    "X12-W0312",
    "element is repeated more often than allowed",
    "From release 4020 on an element may repeat within its segment, where the standard says so. Here it repeats more "
    "often; often the repetition separator simply stands inside a text.",
    "Look for the separator of ISA11 inside a text, and ask the sender to use another one.",
    "PID*F****SIZE 4^0 SUTURE~   (^ is the repetition separator)",
)
TOO_MANY_COMPONENTS: Final = ProblemKind(
    "X12-W0313",
    "element has more components than allowed",
    "The component separator occurs more often in the element than the standard allows. Often it simply stands inside "
    "a text.",
    "Look for the separator of ISA16 inside a text, and ask the sender to use another one.",
    "PO1*1*10*EA*9.95**VP*AB:12~   (: is the component separator)",
)
TRAILING_SEPARATORS: Final = ProblemKind(
    "X12-I0314",
    "segment ends with separators that say nothing",
    "Empty elements at the end of a segment are left out, with their separators. Nothing is lost.",
    "Nothing to do here. Stricter systems than this one will note it.",
    "REF*DP*0042****~",
)

# 04xx: transaction sets and their segments

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

# 05xx: values that contradict themselves or each other; never told in an acknowledgment

ITEM_CHECK_DIGIT_WRONG: Final = ProblemKind(
    "X12-W0501",
    "check digit of the item number is wrong",
    "The last digit of a GTIN (UPC, EAN) follows from the others. Here it does not, so a digit was mistyped or two "
    "were swapped, and the number may name another item or none. It was passed on as it was sent.",
    "Ask the sender to correct the number in their item master.",
    "PO1*1*2*BX*17.50**UP*036000291453~",
)
ITEM_FORM_WRONG: Final = ProblemKind(
    "X12-W0502",
    "item number has another form than its qualifier says",
    "The qualifier names the kind of number, and each kind has its length and its signs: a GTIN-12 has twelve digits, "
    "a national drug code ten or eleven. It was passed on as it was sent; a search by it may find nothing.",
    "Ask the sender to send the right qualifier, or the number whole.",
    "LIN**N4*0123-4567-89~   (N4 is 5-4-2)",
)
HIBC_CHECK_WRONG: Final = ProblemKind(
    "X12-W0503",
    "check character of the health industry bar code is wrong",
    "The last character of a HIBC follows from the others. Here it does not, so a character was mistyped or cut off.",
    "Ask the sender to correct the code in their item master.",
    "LIN**HI*+A123BJC5D6E71F~",
)
PARTY_CHECK_DIGIT_WRONG: Final = ProblemKind(
    "X12-W0504",
    "check digit of the party's id is wrong",
    "The last digit of a GLN, a DEA number or an NPI follows from the others. Here it does not, so the id may name "
    "another place or none: goods can go to the wrong door.",
    "Ask the sender to compare the id with the one that the party gave them.",
    "N1*ST*NORTH CLINIC*UL*9501101530004~",
)
PARTY_FORM_WRONG: Final = ProblemKind(
    "X12-W0505",
    "party's id has another form than its qualifier says",
    "The qualifier names the kind of id: a GLN has thirteen digits, a health industry number nine letters and digits. "
    "It was passed on as it was sent; a search by it may find nothing.",
    "Ask the sender to send the right qualifier, or the id whole.",
    "N1*ST*NORTH CLINIC*21*1234~",
)
SSCC_WRONG: Final = ProblemKind(
    "X12-W0506",
    "serial shipping container code does not fit",
    "An SSCC has eighteen digits, and the last follows from the others. This one does not fit, so the label of the "
    "package will not be found by it when it is scanned on receipt.",
    "Ask the sender to send the number that is printed on the label.",
    "MAN*GM*00340123450000000019~",
)
INVOICE_TOTAL_WRONG: Final = ProblemKind(
    "X12-W0511",
    "invoice total is not the sum of its parts",
    "TDS01 says what is to be paid. Lines, charges, allowances and taxes as they were sent add up to another amount; "
    "all usual ways to count them were tried. The invoice was passed on as it was sent.",
    "Have accounts payable look at the invoice before it is paid, and ask the sender how they add it up.",
    "IT1*1*10*BX*5.00~ TDS*5500~",
)
ORDER_TOTAL_WRONG: Final = ProblemKind(
    "X12-W0512",
    "order total is not the sum of its lines",
    "AMT*TT says what the order is worth. Quantities times prices add up to another amount, so a line, a quantity or a "
    "price may not be what the buyer sees.",
    "Compare the lines with the sender's own paper.",
    "PO1*1*10*BX*5.00~ CTT*1~ AMT*TT*55~",
)
LEVEL_MISPLACED: Final = ProblemKind(
    "X12-W0521",
    "level of the shipment stands where it does not belong",
    "A ship notice goes from the shipment over orders and packages to the items. This level stands under one that "
    "cannot hold it, or the shipment is not at the top, so what lies in which package may be read wrongly.",
    "Ask the sender to name the right parent in HL02.",
    "HL*1**O~ HL*2*1*S~",
)
LEVEL_CHILDREN_WRONG: Final = ProblemKind(
    "X12-W0522",
    "HL04 and the levels below it disagree",
    "HL04 says whether a level has others below it. What was sent says otherwise: levels may be missing, or the code "
    "is filled in without a look.",
    "Compare the shipment with the paper. If nothing is missing, ask the sender to correct HL04.",
    "HL*2*1*O*0~ HL*3*2*I~",
)

# 06xx: what a partner agreed on beyond the standard

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

_ACKNOWLEDGED: Final = (
    (BAD_DELIMITERS, "TA105=026"),
    (HEADER_INCOMPLETE, "TA105=024"),
    (INTERCHANGE_TRAILER_MISSING, "TA105=023"),
    (INTERCHANGE_NUMBERS_DIFFER, "TA105=001"),
    (GROUP_COUNT_WRONG, "TA105=021"),
    (CONTROL_NUMBER_REUSED, "TA105=025"),
    (UNKNOWN_SENDER, "TA105=006"),
    (CONTROL_NUMBER_BAD, "TA105=018"),
    (SEGMENT_TOO_LONG, "AK502=5"),
    (GROUP_INCOMPLETE, "TA105=024"),
    (GROUP_TRAILER_MISSING, "AK905=3"),
    (GROUP_NUMBERS_DIFFER, "AK905=4"),
    (SET_COUNT_WRONG, "AK905=5"),
    (GROUP_RELEASE_UNKNOWN, "AK905=2"),
    (GROUP_NUMBER_REPEATED, "AK905=19"),
    (GROUP_HEADER_MISSING, "TA105=022"),
    (STRAY_SEGMENT, "TA105=022"),
    (SET_HEADER_MISSING, "AK905=5"),
    (GROUP_NUMBER_BAD, "AK905=6"),
    (GROUP_NOT_SUPPORTED, "AK905=1"),
    (ELEMENT_MISSING, "AK403=1"),
    (CONDITION_MISSING, "AK403=2"),
    (TOO_MANY_ELEMENTS, "AK403=3"),
    (TOO_SHORT, "AK403=4"),
    (TOO_LONG, "AK403=5"),
    (BAD_CHARACTER, "AK403=6"),
    (NOT_A_NUMBER, "AK403=6"),
    (BAD_CODE, "AK403=7"),
    (BAD_DATE, "AK403=8"),
    (BAD_TIME, "AK403=9"),
    (EXCLUSION_VIOLATED, "AK403=10"),
    (TOO_MANY_REPETITIONS, "AK403=12"),
    (TOO_MANY_COMPONENTS, "AK403=13"),
    (SET_NOT_SUPPORTED, "AK502=1"),
    (SET_TRAILER_MISSING, "AK502=2"),
    (SET_NUMBERS_DIFFER, "AK502=3"),
    (SEGMENT_COUNT_WRONG, "AK502=4"),
    (UNKNOWN_SEGMENT, "AK304=1"),
    (UNEXPECTED_SEGMENT, "AK304=2"),
    (SEGMENT_MISSING, "AK304=3"),
    (LOOP_TOO_OFTEN, "AK304=4"),
    (SEGMENT_TOO_OFTEN, "AK304=5"),
    (SEGMENT_NOT_IN_SET, "AK304=6"),
    (SEGMENT_OUT_OF_ORDER, "AK304=7"),
    (LOOP_TRAILER_MISSING, "AK304=3"),
    (SET_NOT_IN_GROUP, "AK502=18"),
    (SET_ID_BAD, "AK502=6"),
    (SET_NUMBER_REPEATED, "AK502=23"),
    (SET_NUMBER_BAD, "AK502=7"),
    (EMPTY_INTERCHANGE, "TA105=024"),
    (SET_TOO_LARGE, "AK502=5"),
    (PARTNER_SEGMENT_MISSING, "AK304=3"),
    (PARTNER_ELEMENT_MISSING, "AK403=1"),
    (PARTNER_SEGMENT_FORBIDDEN, "AK304=2"),
    (PARTNER_ELEMENT_FORBIDDEN, "AK403=10"),
    (PARTNER_CODE_NOT_AGREED, "AK403=7"),
    (PARTNER_PATTERN_NOT_MET, "AK403=7"),
    (PARTNER_SEGMENT_TOO_OFTEN, "AK304=5"),
    (PARTNER_LOOP_TOO_OFTEN, "AK304=4"),
)

ACK_CODES: Final[Mapping[str, str]] = MappingProxyType({kind.code: ack for kind, ack in _ACKNOWLEDGED})
"""Problem code -> how a 997 or TA1 tells it in releases from 5010 on; ``ack_codes`` lowers what an older release does
not know (``AK502=18`` to ``6``). A code that is absent is never told to the sender."""

HEADER_NOTES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "TA105=010", 3: "TA105=012", 5: "TA105=005", 6: "TA105=006", 7: "TA105=007", 8: "TA105=008", 9: "TA105=014",
        10: "TA105=015", 11: "TA105=016", 12: "TA105=017", 14: "TA105=019", 15: "TA105=020",
    }
)  # fmt: skip
"""Element of ISA -> how a TA1 tells a bad value in it (``HEADER_VALUE_BAD``)."""
