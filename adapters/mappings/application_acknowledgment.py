"""What a partner's application says of messages that it got: X12 824 to canonical."""

from collections.abc import Iterable

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_headers import read_issued, read_purpose
from adapters.mappings.x12_measures import composite_quantity
from adapters.mappings.x12_notes import NOTE
from adapters.mappings.x12_parties import CONTACT, read_line_party
from adapters.mappings.x12_references import REFERENCE, read_reference
from adapters.mappings.x12_sections import ENVELOPE, Section, fill, keep_loop, put, rule
from adapters.mappings.x12_values import count, date, number, time
from canonical.parts import Plain

_ACCEPTED = frozenset({"accepted", "acceptedWithErrors", "acceptedWithChanges"})
_WORST_FIRST = (
    "rejected", "partiallyAccepted", "onHold", "other", "acceptedWithErrors", "acceptedWithChanges", "accepted",
)  # fmt: skip


def _read_beginning(segment: Segment, answer: Plain, context: X12Context) -> bool:
    """BGN: 01 purpose, 02 number, 03-05 date, time and zone, 06 a further number, 07-09 codes."""
    if "number" in answer:
        return True
    read_purpose(segment[1], answer)
    names = ("number", "", "", "", "related_number", "transaction_type", "action_code", "security_level")
    answer.update((name, text) for name, text in zip(names, segment.elements[2:], strict=False) if name and text)
    read_issued(segment, 3, answer, context, zone_at=5)
    return False


def _read_verdict(segment: Segment, message: Plain, context: X12Context) -> bool:
    """OTI: 01 the verdict, 02 and 03 on which document, 04-13 where the judged message stood."""
    code = segment[1]
    if not code or "status_code" in message:
        return True
    message["status_code"] = code
    message["level"] = words.APPLICATION_LEVELS.get(code[0], "message")
    known = code[0] in words.APPLICATION_LEVELS and len(code) > 1
    message["status"] = words.APPLICATION_STATUSES.get(code[1], "other") if known else "other"
    found: Plain = {
        "sender": segment[4],
        "receiver": segment[5],
        "date": date(segment, 6, context),
        "time": time(segment, 7, context),
        "group": segment[8],
        "control_number": segment[9],
        "message_type": segment[10],
        "release": segment[11],
        "purpose_code": segment[12],
        "transaction_type": segment[13],
    }
    message.update((name, text) for name, text in found.items() if text)
    if segment[2] or segment[3]:
        return read_reference(Segment(["REF", segment[2], segment[3]], segment.index, 0, 0), message, context)
    return False


def _read_amount(segment: Segment, message: Plain, context: X12Context) -> bool:
    """AMT into ``amounts``: 01 which, 02 how much."""
    amount = number(segment, 2, context)
    if amount is None or not segment[1]:
        return True
    put(message, "amounts", {"type": segment[1], "amount": amount})
    return False


def _read_quantity(segment: Segment, message: Plain, context: X12Context) -> bool:
    """QTY into ``quantities``: 01 which, 02 and 03 how many."""
    amount, lost = composite_quantity(segment, 2, 3, context)
    code = segment[1]
    if amount is None or not code:
        return True
    put(
        message,
        "quantities",
        {"type": words.STOCK_QUANTITIES.get(code, code), "qualifier": code, "quantity": amount},
    )
    return lost


_PLACE = ("element", "component", "repetition")
"""The components of TED05 (X12 C030)."""


def _read_error(segment: Segment, error: Plain, context: X12Context) -> bool:
    """TED: 01 what, 02 in words, 03-06 where, 07 what was sent, 08 what was taken instead."""
    if not segment[1] or "code" in error:
        return True
    places = segment[5].split(context.delimiters.component)
    lost = len(places) > len(_PLACE) or not all(place == "" or _is_count(place) for place in places)
    if not lost:
        error.update((name, int(place)) for name, place in zip(_PLACE, places, strict=False) if place)
    number_of_element, mark, _ = segment[6].partition(context.delimiters.component)
    found: Plain = {
        "code": segment[1],
        "text": segment[2],
        "segment": segment[3],
        "position": count(segment, 4, context),
        "element_number": number_of_element,
        "value": segment[7],
        "new_value": segment[8],
    }
    error.update((name, value) for name, value in found.items() if value not in ("", None))
    return lost or mark != ""


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def _read_detail(segment: Segment, error: Plain, _context: X12Context) -> bool:
    """RED into ``details``: 01 in words, 05 and 06 a code of a list; the agency and its lists have no field."""
    code, value = segment[5], segment[6]
    if not value:
        return True
    found = {"type": code or "other", "value": value}
    if code:
        found["qualifier"] = code
    if segment[1]:
        found["description"] = segment[1]
    put(error, "details", found)
    return False


_ERROR = Section(
    {"TED": rule(_read_error, *range(1, 9)), "NTE": NOTE, "RED": rule(_read_detail, 1, 5, 6)},
)


def _read_error_loop(loop: Loop, message: Plain, context: X12Context) -> None:
    """The TED loop: one error with its notes."""
    error: Plain = {}
    fill(loop, error, _ERROR, context)
    if "code" in error:
        put(message, "errors", error)
    else:
        keep_loop(message, loop)


_MESSAGE = Section(
    {
        "OTI": rule(_read_verdict, *range(1, 14)),
        "REF": REFERENCE,
        "DTM": DATE,
        "PER": CONTACT,
        "AMT": rule(_read_amount, 1, 2),
        "QTY": rule(_read_quantity, 1, 2, 3),
    },
    {"TED": _read_error_loop},
)


def _read_message(loop: Loop, answer: Plain, context: X12Context) -> None:
    """The OTI loop: the verdict on one message or item."""
    message: Plain = {}
    fill(loop, message, _MESSAGE, context)
    if "status_code" in message:
        put(answer, "messages", message)
    else:
        keep_loop(answer, loop)


_ANSWER = Section(
    {"ST": ENVELOPE, "SE": ENVELOPE, "BGN": rule(_read_beginning, *range(1, 10))},
    {"N1": read_line_party, "OTI": _read_message},
)


def overall(statuses: Iterable[str]) -> str:
    """The worst of the verdicts; where some messages are accepted and some rejected, that; `other` where is none."""
    told = set(statuses)
    if "rejected" in told and told & _ACCEPTED:
        return "partiallyAccepted"
    return next((status for status in _WORST_FIRST if status in told), "other")


def application_acknowledgment(tree: Loop, context: X12Context) -> Plain:
    """The verdicts in an 824."""
    answer: Plain = {}
    fill(tree, answer, _ANSWER, context)
    answer["status"] = overall(message["status"] for message in answer.get("messages", ()))
    return answer
