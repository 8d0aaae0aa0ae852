"""Answers to HL7 messages that were not read: too large for the door, not to be kept now, or held for a person."""

from datetime import datetime

from adapters.contracts import Content
from adapters.formats.hl7 import problems
from adapters.formats.hl7.message import parse_message
from adapters.partner import UNKNOWN_PARTNER, PartnerFor
from adapters.translation.hl7_answers import answers_to
from adapters.translation.hl7_render import render_hl7
from adapters.translation.hl7_senders import partner_of
from canonical.problem import Problem, ProblemKind

_LONGEST_HEADER = 64 * 1024


def too_large(beginning: bytes, partner_for: PartnerFor, now: datetime) -> bytes | None:
    """The answer to a message beyond the limit, from its first bytes: the same again will not be taken."""
    return _refusal(beginning, problems.TOO_LARGE, partner_for, now)


def not_kept(content: Content, partner_for: PartnerFor, now: datetime) -> bytes | None:
    """The answer where the ledger cannot keep the message: its sender is to send it again."""
    return _refusal(content, problems.SYSTEM_ERROR, partner_for, now)


def never_read(content: Content, partner_for: PartnerFor, now: datetime) -> bytes | None:
    """The answer to a message that ends the process which reads it: it is kept, and the same again is not read."""
    return _refusal(content, problems.NEVER_READ, partner_for, now)


def _refusal(content: Content, kind: ProblemKind, partner_for: PartnerFor, now: datetime) -> bytes | None:
    """None where no header tells whom to answer, or the sender wants none. The time stands in for a control id."""
    header = bytes(content[:_LONGEST_HEADER]).lstrip(b"\r\n ").partition(b"\r")[0].partition(b"\n")[0]
    if not header.startswith(b"MSH"):
        return None
    message = parse_message(header)
    partner = partner_of(message, partner_for) or UNKNOWN_PARTNER
    problem = Problem(code=kind.code, severity=kind.severity, message=kind.title, help=kind.help)
    reply = answers_to(message, partner.hl7, [problem], accepted=False).reply
    return None if reply is None else render_hl7(reply, lambda _: int(now.timestamp() * 1000), now)[0]
