"""What a received HL7 message says about the one that was sent: theirs, not wanted, later perhaps, or no answer to it.

Source: HL7 v2.9.1, sections 2.8.2 (AA, AE, AR) and 2.8.3 (CA, CE, CR); tables 0008 and 0357.
"""

import re
from typing import Final

from adapters.contracts import Verdict
from adapters.formats.hl7.message import Hl7Message, parse_message
from adapters.formats.hl7.reader import MessageBytes, read_hl7

_FOR_GOOD: Final = re.compile(r"1[0-9]{2}|20[0-5]")
"""Conditions of table 0357 that lie in the message: the same bytes would meet them again. Later versions add to the
hundreds, which are about structure and values."""
_IN_USE: Final = frozenset({"206", "207"})
"""Those that pass: the record is locked, or the other application failed."""


_PLAIN: Final = re.compile(r"[A-Z0-9]{1,8}")
_MOST_WORDS: Final = 6


def verdict_on(sent: bytes, received: bytes) -> Verdict:
    """The verdict of an acknowledgment; any other message, and one with another control id in MSA-2, is a stray.

    AE and CR lie in the message. AR and CE may mean too that the other side cannot take it now: the error condition
    that is told with them decides, and where there is none, the message is sent again. An AE that tells a passing
    condition is sent again too. Never raises on the content.
    """
    ours, theirs = _message(sent), _message(received)
    result = theirs.first("MSA") if theirs is not None else None
    if ours is None or theirs is None or result is None:
        return Verdict.STRAY
    if ours.header[10].strip() != result[2].strip() and ours.control_id.strip() != result.value(2).strip():
        return Verdict.STRAY
    conditions = _conditions(theirs)
    match result.value(1).strip().upper():
        case "AA" | "CA":
            return Verdict.ACCEPTED
        case "CR":
            return Verdict.REFUSED
        case "AE":
            passing = bool(conditions) and conditions <= _IN_USE
            return Verdict.BUSY if passing else Verdict.REFUSED
        case "AR" | "CE":
            return Verdict.REFUSED if any(map(_FOR_GOOD.fullmatch, conditions)) else Verdict.BUSY
        case _:
            return Verdict.STRAY


def words_of(received: bytes) -> str:
    """The code of an acknowledgment and its conditions, as ``AE 101 102``, for whoever looks for the reason; no free
    text of it, which may be about a patient. Empty where there is no acknowledgment."""
    theirs = _message(received)
    result = theirs.first("MSA") if theirs is not None else None
    if theirs is None or result is None:
        return ""
    told = [result.value(1).strip().upper(), *sorted(_conditions(theirs))]
    return " ".join([each for each in told if _PLAIN.fullmatch(each)][:_MOST_WORDS])


def _message(content: bytes) -> Hl7Message | None:
    """The first message; None where there is none."""
    found = next((each for each in read_hl7(content) if isinstance(each, MessageBytes)), None)
    return parse_message(found.raw) if found is not None else None


def _conditions(message: Hl7Message) -> set[str]:
    """Error conditions: ERR-3 from 2.5 on, the fourth component of ERR-1 before, or MSA-6."""
    found = {message.get("MSA-6.1")}
    for segment in message.all("ERR"):
        found |= {segment.value(3, 1), segment.value(1, 4)}
    return {each.strip() for each in found if each.strip()}
