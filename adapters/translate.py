"""The pure core: from the bytes of a delivery to documents, problems and the answers due.

The same code serves the gateway, ``wharf decode`` and the samples. It reads no file, no clock and no
ledger; who the sender is, it asks ``partner_for``.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from adapters.contracts import Content
from adapters.formats.x12.delimiters import LONGEST_HEADER, InterchangeHeader, find_header, read_header
from adapters.reading import Item
from adapters.translation.x12 import PartnerFor, X12Reading
from adapters.translation.x12_answers import Answer, NextNumber, render_answer


def digest(content: Content) -> str:
    """SHA-256 of a delivery, hexadecimal: its content key."""
    return hashlib.sha256(content).hexdigest()


def first_sender(content: Content) -> str:
    """Who sends the first interchange, as ``qualifier:id``; empty where there is none. A look at the header alone."""
    offset = find_header(content, 0)
    window = bytes(content[offset : offset + LONGEST_HEADER]) if offset >= 0 else b""
    header = read_header(window, 0)
    return header.sender if isinstance(header, InterchangeHeader) else ""


def read_delivery(content: Content, sha256: str, partner_for: PartnerFor) -> Iterator[Item]:
    """All messages of a delivery in order, each interchange's followed by its closing.

    Every transaction set that can be cut out of the bytes appears once, as a document or as a
    rejection; a delivery without any appears as one rejection. Never raises on the content.
    """
    return X12Reading(content, sha256, partner_for).items()


def render(answer: Answer, next_number: NextNumber, written_at: datetime) -> tuple[bytes, str]:
    """An acknowledgment as bytes, with its control number."""
    return render_answer(answer, next_number, written_at)
