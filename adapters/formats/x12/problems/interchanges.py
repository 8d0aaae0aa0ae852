"""The interchange, ISA to IEA: problem codes X12-?01xx."""

from typing import Final

from canonical.problem import ProblemKind

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
