"""The pure core: from the bytes of a delivery to documents, problems and the answers due.

The same code serves the gateway, ``wharf decode`` and the samples. It reads no file, no clock and no
ledger; who the sender is, it asks ``partner_for``.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from adapters.contracts import Content
from adapters.formats.hl7.reader import looks_like_hl7
from adapters.formats.x12.delimiters import LONGEST_HEADER, InterchangeHeader, find_header, read_header
from adapters.partner import PartnerFor
from adapters.reading import AnyAnswer, Item
from adapters.translation.hl7 import Hl7Reading
from adapters.translation.hl7_render import Hl7Answer, render_hl7
from adapters.translation.hl7_senders import sender_of
from adapters.translation.x12 import X12Reading
from adapters.translation.x12_answers import Answer, NextNumber, render_answer

_LOOKED_AT = 4096
"""Bytes at the start of a delivery that usually tell its format."""
_LOOKED_AT_MOST = 1 << 20
"""Bytes in which HL7 begins, where no X12 is to be found at all."""


def digest(content: Content) -> str:
    """SHA-256 of a delivery, hexadecimal: its content key."""
    return hashlib.sha256(content).hexdigest()


def is_hl7(content: Content) -> bool:
    """Whether the delivery is read as HL7: its headers stand in the bytes, and none of X12 before them."""
    offset = find_header(bytes(content[:_LOOKED_AT]), 0)
    if offset >= 0 and (offset == 0 or not looks_like_hl7(content, offset)):
        return False
    if looks_like_hl7(content, _LOOKED_AT):
        return True
    return len(content) > _LOOKED_AT and find_header(content, 0) < 0 and looks_like_hl7(content, _LOOKED_AT_MOST)


def first_sender(content: Content) -> str:
    """Who sends the first interchange or message, as ``qualifier:id`` or ``application|facility``; empty where there
    is none. A look at its header alone.
    """
    if is_hl7(content):
        return sender_of(content)
    offset = find_header(content, 0)
    window = bytes(content[offset : offset + LONGEST_HEADER]) if offset >= 0 else b""
    header = read_header(window, 0)
    return header.sender if isinstance(header, InterchangeHeader) else ""


def read_delivery(
    content: Content, sha256: str, partner_for: PartnerFor, *, secret: bytes | None = None, live: bool = False
) -> Iterator[Item]:
    """All messages of a delivery in order, each interchange's followed by its closing.

    Every transaction set or message that can be cut out of the bytes appears once, as a document or as a
    rejection; a delivery without any appears as one rejection. Never raises on the content. ``secret`` is the key of
    the tokens that stand for patients; without one there are none. ``live`` says that the sender of HL7 waits for the
    answer on its line.
    """
    if is_hl7(content):
        return Hl7Reading(content, sha256, partner_for, secret=secret, live=live).items()
    return X12Reading(content, sha256, partner_for).items()


def render(answer: AnyAnswer, next_number: NextNumber, written_at: datetime) -> tuple[bytes, str]:
    """An acknowledgment as bytes, with its control number."""
    if isinstance(answer, Hl7Answer):
        return render_hl7(answer, next_number, written_at)
    return render_answer(answer, next_number, written_at)


def answer_from(body: bytes) -> AnyAnswer:
    """An acknowledgment from its JSON. Raises ValidationError for what is none."""
    if b'"standard":"HL7"' in body[:40]:
        return Hl7Answer.model_validate_json(body)
    return Answer.model_validate_json(body)
