"""What can be wrong in XML: its bytes, and the documents written in it.

Codes are stable for ever. The letter is the usual severity.
"""

from typing import Final

from canonical.problem import ProblemKind

# 01xx: bytes

NOT_WELL_FORMED: Final = ProblemKind(
    "XML-E0101",
    "bytes are not well-formed XML",
    "A tag is not closed, a character is not allowed, or the end is missing. Nothing of such a message can be read "
    "with certainty, so nothing of it is taken.",
    "Look at the named line and column. Write XML with a library, never by joining texts: then & and < inside values "
    "come out right.",
    "<name>Smith & Sons</name>",
)
ENCODING: Final = ProblemKind(
    "XML-E0102",
    "character encoding is not taken",
    "XML is taken in UTF-8, US-ASCII, ISO-8859-1, ISO-8859-15 and Windows-1252. In other encodings a check of the "
    "bytes could be deceived.",
    "Have the sender write UTF-8.",
    '<?xml version="1.0" encoding="UTF-16"?>',
)
DOCTYPE: Final = ProblemKind(
    "XML-E0103",
    "DOCTYPE and entities are not taken",
    "A document type declaration can make the reader fetch files and addresses, or grow without end. No business "
    "message needs one, and SOAP forbids it, so such a message is refused unread.",
    "Have the sender leave the declaration out. Where nobody meant to send one, somebody may be trying the door: look "
    "at who called.",
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
)
TOO_LARGE: Final = ProblemKind(
    "XML-E0104",
    "message is larger than the limit",
    "There is a limit to the bytes of a message, so that no sender can bring the gateway down.",
    "Have it sent in several messages, or raise max_bytes of the channel.",
)
TOO_MANY_PARTS: Final = ProblemKind(
    "XML-E0105",
    "message has more parts than can be meant",
    "There is a limit to the elements of a message, to their depth, to the attributes of one and to the length of a "
    "text. This message goes beyond it.",
    "Have it sent in several messages. A very long content goes as an attachment (MTOM), not as base64 text.",
)
PROCESSING_INSTRUCTION: Final = ProblemKind(
    "XML-E0106",
    "processing instructions are not taken",
    "Something in <? ?> tells a program what to do with the XML. SOAP forbids it, and here nothing acts on it.",
    "Have the sender leave it out.",
    '<?xml-stylesheet href="order.xsl"?>',
)

# 02xx: canonical documents

NOT_A_DOCUMENT: Final = ProblemKind(
    "XML-E0201",
    "element is not a document that is known here",
    "The element must be one of the documents of namespace urn:wharf:supply:v1, as purchase_order. Usually the "
    "namespace is missing, or the name is spelled another way.",
    "Compare with the schema: it is served with the WSDL, and at the same address with ?xsd.",
    '<PurchaseOrder xmlns="urn:other">',
)
NOT_KNOWN: Final = ProblemKind(
    "XML-E0202",
    "element or attribute is not known here",
    "The schema has nothing of this name in this place. It is not passed over, because then a part of the document "
    "would be lost without anybody seeing it.",
    "Compare with the schema. What no field holds can go into extensions.",
    "<quantity><amount>3</amount></quantity>   (quantity has value)",
)
TWICE: Final = ProblemKind(
    "XML-E0203",
    "element stands more than once",
    "The schema has it at most once in this place. Which of them is meant, nobody can tell.",
    "Have the sender write it once.",
)
WRONG_VALUE: Final = ProblemKind(
    "XML-E0204",
    "value is not what the element holds",
    "A number, a date, a code or a text of a certain form is wanted, and something else stands there.",
    "Compare with the schema. Numbers are written with a point and without signs for thousands, dates as 2026-11-21.",
    "<issueDate>21.11.2026</issueDate>",
)
MISSING: Final = ProblemKind(
    "XML-E0205",
    "element that the document cannot do without is missing",
    "A document with a hole would do harm further on, so it is refused.",
    "Have the sender write the element.",
)
