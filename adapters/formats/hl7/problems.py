"""What can be wrong in HL7 v2 bytes and messages: the catalogue, and how an acknowledgment tells each.

Codes are stable for ever. The letter is the usual severity. Sources of the answers: HL7 v2.9.1, sections 2.8 and 2.13
(which acknowledgment code), table 0357 (message error condition codes).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from canonical.problem import ProblemKind

# 01xx: bytes, framing, characters, batches

NO_MESSAGE: Final = ProblemKind(
    "HL7-E0101",
    "no HL7 message in these bytes",
    "A message begins with an MSH segment, and none was found. Usually the first line was lost on the way, or a file "
    "holds segments without their header.",
    "Open the file and see where its MSH went. Ask the sender to send it again, whole.",
    "EVN|A01|20261120091500   (nothing before it)",
)
BAD_DELIMITERS: Final = ProblemKind(
    "HL7-E0102",
    "separators of the message cannot be told apart",
    "MSH-1 and MSH-2 say which characters separate fields, components, repetitions and subcomponents. Here two of them "
    "are the same, or one is a letter, a digit or a blank, so no value can be read with certainty.",
    "Ask the sender to write MSH|^~\\& at the start of the message.",
    "MSH|...|CABINET|3WEST",
)
HEADER_INCOMPLETE: Final = ProblemKind(
    "HL7-E0103",
    "message header is not complete",
    "The MSH segment ends before the message type (MSH-9), so nobody can tell what this message is. Usually it was cut "
    "off on the way.",
    "Ask the sender to send the message again. If it comes like this every time, their interface writes a wrong MSH.",
    "MSH|^~\\&|CABINET|3WEST",
)
TOO_LARGE: Final = ProblemKind(
    "HL7-E0104",
    "message is larger than 16 MiB",
    "No supply message is that large. Usually an end of message was lost, or a document was put into a field.",
    "Look at the sender's file. If such messages are meant, they have to be sent in parts, or by another way.",
)
TOO_MANY_PARTS: Final = ProblemKind(
    "HL7-E0105",
    "message has more parts than can be meant",
    "There is a limit to the segments of a message and to the fields and repetitions of a segment, so that no sender "
    "can bring the gateway down. This message goes beyond it.",
    "Ask the sender to send it as several messages.",
)
WIDE_CHARACTERS: Final = ProblemKind(
    "HL7-E0106",
    "bytes are in UTF-16 or UTF-32",
    "Each character takes two or four bytes here. HL7 over MLLP and in files is read byte by byte, where that cannot "
    "be carried. Usually a program saved the file as \u201cUnicode\u201d.",
    "Ask the sender to write UTF-8, with UNICODE UTF-8 in MSH-18.",
)
LINE_ENDS: Final = ProblemKind(
    "HL7-I0107",
    "segments end with a line feed",
    "A segment ends with a carriage return (CR). Here a line feed stands in its place or behind it, as files get that "
    "went through an editor or a transfer in text mode. It was read all the same.",
    "Nothing to do. If other systems read the same file, ask the sender for plain CR.",
)
JUNK_BETWEEN: Final = ProblemKind(
    "HL7-W0108",
    "bytes outside any message were ignored",
    "Between, before or behind the messages stands something that belongs to none: a banner, a line of a log, the rest "
    "of a cut message.",
    "Look at the named place. If it is part of a message, ask the sender to send that again.",
)
CONTINUATION_LINE: Final = ProblemKind(
    "HL7-W0109",
    "line that is no segment was joined to the field before it",
    "A line break inside a field ends a segment, so the rest of the text looks like a segment without a name. It was "
    "joined to the field again; what it says may be cut in a wrong place.",
    "Ask the sender to write line breaks inside text as \\.br\\.",
    "NTE|1||Call before delivery<CR>Dock 2 is closed",
)
CHARSET_LIED: Final = ProblemKind(
    "HL7-W0110",
    "characters are not in the declared set",
    "MSH-18 names one character set, and the bytes are of another. The set that fits was used; names with accents are "
    "where one sees whether it was the right one.",
    "Ask the sender to correct MSH-18, or name the true set in the partner file: hl7.charset.",
    "MSH|^~\\&|…|P|2.5||||||ASCII   (and then bytes beyond ASCII)",
)
CHARSET_UNKNOWN: Final = ProblemKind(
    "HL7-W0111",
    "declared character set is not known",
    "MSH-18 holds a name that is not in HL7's table 0211. The bytes were read as UTF-8 where they are that, else as "
    "Windows-1252.",
    "Ask the sender for a name of the table, or name the set in the partner file: hl7.charset.",
    "MSH|^~\\&|…|P|2.5||||||DOS850",
)
CHARACTERS_LOST: Final = ProblemKind(
    "HL7-W0112",
    "some bytes are no character",
    "In the set that the message was read with, some bytes stand for nothing. Each shows as \ufffd in the document; "
    "the bytes themselves are kept.",
    "Ask the sender which set they write, and name it in the partner file: hl7.charset.",
)
BATCH_COUNT_WRONG: Final = ProblemKind(
    "HL7-W0113",
    "trailer counts other messages or batches than were sent",
    "BTS-1 says how many messages a batch holds, FTS-1 how many batches a file. The messages that came are complete in "
    "themselves and were read.",
    "Compare with what the sender meant to send. If nothing is missing, ask them to correct the count.",
    "BTS|3   (two messages were sent)",
)
BATCH_NOT_CLOSED: Final = ProblemKind(
    "HL7-W0114",
    "batch ends without its trailer",
    "A batch begins with BHS and ends with BTS, a file with FHS and FTS. The end is missing, so messages may be "
    "missing too. Those that came were read.",
    "Ask the sender whether this was all.",
)
BATCH_NOT_OPENED: Final = ProblemKind(
    "HL7-W0115",
    "trailer of a batch without its header",
    "A BTS or FTS closes what no BHS or FHS has opened. The messages were read.",
    "Ask the sender to write both, or none.",
)
CUT_OFF: Final = ProblemKind(
    "HL7-E0116",
    "message was cut off",
    "Its start byte came, its end byte did not: another message began, or the connection ended. Half an order is worse "
    "than none, so it is rejected.",
    "Ask the sender to send it again. If it happens often, look at the connection.",
)
UNKNOWN_SENDER: Final = ProblemKind(
    "HL7-E0117",
    "sender is not a known partner",
    "No partner file names the application and facility in MSH-3 and MSH-4. Nothing is published until a person has "
    "decided whose messages these are.",
    "Add the identity to the partner's file and replay the delivery.",
    "MSH|^~\\&|CABINET|3WEST|…",
)
RESEND: Final = ProblemKind(
    "HL7-I0118",
    "message came before, byte for byte",
    "The sender did not get the answer, or sent again to be sure. It gets the same answer as the first time, and "
    "nothing is published twice.",
    "Nothing to do. If it comes again and again, the sender may not be getting your answers.",
)
CONTROL_ID_REUSED: Final = ProblemKind(
    "HL7-W0119",
    "control id was used before for another message",
    "MSH-10 is meant to name one message for ever. Many counters begin anew, so the message is taken as a new one.",
    "If it is a correction of the earlier message, cancel that one. Ask the sender to count without repeats.",
)
CONTROL_ID_MISSING: Final = ProblemKind(
    "HL7-W0120",
    "message has no control id",
    "MSH-10 is empty, so the answer cannot name the message. Whether it came before is told by its content.",
    "Ask the sender to number its messages in MSH-10.",
    "MSH|^~\\&|CABINET|3WEST|ERP|STEX|20261120||OMS^O05||P|2.5",
)
FRAGMENT: Final = ProblemKind(
    "HL7-E0121",
    "message is only a part of one",
    "A DSC or ADD segment says that the message is continued in another one, or continues one. Parts are not put "
    "together here, and a part alone would be read wrongly.",
    "Ask the sender to send the message in one piece.",
)

# 02xx: what the header says

TYPE_NOT_TAKEN: Final = ProblemKind(
    "HL7-E0201",
    "message type is not taken from this partner",
    "The type in MSH-9 becomes no supply document, and the partner's settings say to refuse such messages.",
    'Have the sender leave it out, or set hl7.unmapped = "accept" in its file: then it is kept as unmapped.',
    "MSH|^~\\&|…||ADT^A08|…",
)
PROCESSING_UNKNOWN: Final = ProblemKind(
    "HL7-W0202",
    "processing id is not known",
    "MSH-11 says whether a message is for production (P), training (T) or debugging (D). It says something else here; "
    "the message was taken as production.",
    "Ask the sender to write P, T or D.",
)
VERSION_UNKNOWN: Final = ProblemKind(
    "HL7-W0203",
    "version is not one of HL7 2.1 to 2.9",
    "MSH-12 says by which version the fields are meant. The message was read as version 2.5, the most usual one; the "
    "positions of supply fields hardly differ.",
    "Ask the sender to write its version, as 2.5.1.",
)

# 03xx: what a message says

SEGMENT_MISSING: Final = ProblemKind(
    "HL7-E0301",
    "message lacks a segment that it cannot do without",
    "Without this segment there is nothing to make a document of: an order without a line, a master file without an "
    "entry, a case without its appointment.",
    "Ask the sender what the message is for. If it is none of the supply chain's, have it sent elsewhere.",
    "MSH|^~\\&|…||OMS^O05|… ORC|NW|R1   (and no RQD)",
)
FIELD_MISSING: Final = ProblemKind(
    "HL7-E0302",
    "field that the document cannot do without is empty",
    "The message says that something is wanted, used or moved, and leaves out what or how many. A document with a hole "
    "would do harm further on, so the message is rejected.",
    "Ask the sender to fill the field. Where it stands in another one, say so in the partner file: hl7.fields.",
    "RQD|1||||12|BX   (no item in RQD-2, 3 or 4)",
)
NOT_A_NUMBER: Final = ProblemKind(
    "HL7-E0303",
    "quantity is not a number",
    "The field must hold a number, and holds something else. Nobody can guess a quantity.",
    "Ask the sender for the number. Where another field holds it, say so in the partner file: hl7.fields.",
    "RQD|1|GLV-200|||1O|BX   (a letter O)",
)
CODE_UNKNOWN: Final = ProblemKind(
    "HL7-W0304",
    "code is not known",
    "The code is none of the standard's table, nor one of those agreed with the partner. It was kept as it was sent.",
    "Ask the sender what it means, and add it to the partner file where codes can be named.",
)
UDI_FLAWED: Final = ProblemKind(
    "HL7-W0305",
    "device identifier does not check",
    "The last digit of a GTIN, or the last character of a HIBC, follows from the others, and does not here. One of "
    "them was mistyped or misread; what it names may be another device.",
    "Scan the label again. If labels read wrongly always, look at the scanner's settings.",
    "(01)09521234000014(17)271130(10)LOT7",
)
KIND_UNKNOWN: Final = ProblemKind(
    "HL7-E0306",
    "cabinet transaction is not known",
    "The code says what the cabinet did: took out, filled, counted. It is not in the list that was agreed with this "
    "partner, and a movement without direction would make stock wrong.",
    "Ask what the code means, and add it to kinds in the partner file: hl7.segments.",
    "ZPM|X|CAB12|…",
)

# 09xx: our own side

SYSTEM_ERROR: Final = ProblemKind(
    "HL7-E0901",
    "message could not be kept",
    "The gateway could not write the message to its ledger: no space, a broken disk, a database that is away. Nothing "
    "is wrong with the message. The sender was told so, and will send it again.",
    "See what wharf doctor says, and mend it. Nothing needs to be replayed.",
)

NEVER_READ: Final = ProblemKind(
    "HL7-E0902",
    "message could not be read and is held for a person",
    "Each time Wharf began to read this message its process ended, so it is not read any more. Its bytes are in the "
    "ledger, nothing of it was published, and whoever sends the same bytes gets this answer.",
    "The sender can go on with its next message. The operator finds this one under NET-E0401: wharf exceptions list.",
)

TYPE_REFUSED: Final = frozenset({TYPE_NOT_TAKEN.code})
"""Errors about MSH-9, 11 or 12: answered AR, or CR in enhanced mode (HL7 v2.9.1, sections 2.8.2 and 2.8.3.1)."""

NEVER_COMMITTED: Final = TYPE_REFUSED | {NEVER_READ.code}
"""Errors for which the same bytes will not be taken later either: CR in enhanced mode."""

NOT_CONTENT: Final = TYPE_REFUSED | {UNKNOWN_SENDER.code, SYSTEM_ERROR.code}
"""Errors that are not about content: answered AR, or CE in enhanced mode unless they are about the type."""

ERROR_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        HEADER_INCOMPLETE.code: "100",
        CUT_OFF.code: "100",
        SEGMENT_MISSING.code: "100",
        CONTINUATION_LINE.code: "100",
        CONTROL_ID_MISSING.code: "101",
        FIELD_MISSING.code: "101",
        NOT_A_NUMBER.code: "102",
        BAD_DELIMITERS.code: "102",
        CHARSET_LIED.code: "102",
        CHARACTERS_LOST.code: "102",
        CHARSET_UNKNOWN.code: "103",
        CODE_UNKNOWN.code: "103",
        KIND_UNKNOWN.code: "103",
        UDI_FLAWED.code: "103",
        TYPE_NOT_TAKEN.code: "200",
        PROCESSING_UNKNOWN.code: "202",
        VERSION_UNKNOWN.code: "203",
        SYSTEM_ERROR.code: "207",
        NEVER_READ.code: "207",
        UNKNOWN_SENDER.code: "207",
        TOO_LARGE.code: "207",
        TOO_MANY_PARTS.code: "207",
        FRAGMENT.code: "207",
        WIDE_CHARACTERS.code: "207",
        "MAP-E0001": "101",
        "MAP-W0002": "102",
        "MAP-W0003": "102",
        "MAP-W0006": "101",
    }
)
"""Code -> table 0357, for the ERR segment of an answer."""

ACK_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {code: f"ERR-3={number}" for code, number in ERROR_CODES.items() if code.startswith("HL7-")}
)
"""Code -> how an acknowledgment tells it."""
