"""Whose HL7 a delivery is: a look at headers alone."""

from adapters.contracts import Content
from adapters.formats.hl7.message import Hl7Message, parse_message
from adapters.formats.hl7.reader import EnvelopeBytes, MessageBytes, read_hl7
from adapters.partner import Partner, PartnerFor
from adapters.translation.hl7_messages import parties_of


def partner_of(message: Hl7Message, partner_for: PartnerFor) -> Partner | None:
    """Whose message it is: by MSH-3 and MSH-4 as ``APPLICATION|FACILITY``, else by the application alone."""
    sender, _ = parties_of(message)
    return partner_named(sender, partner_for)


def partner_named(sender: str, partner_for: PartnerFor) -> Partner | None:
    """Whose name ``APPLICATION|FACILITY`` is, else whose the application alone is."""
    found = partner_for("MSH", None, sender)
    if found is not None and not found.catch_all:
        return found
    application = sender.partition("|")[0]
    other = partner_for("MSH", None, application) if application != sender else None
    return other if other is not None and not other.catch_all else found


def sender_of(content: Content) -> str:
    """Who sends the first message, as ``APPLICATION|FACILITY``; empty where there is none. Its header alone is read."""
    for found in read_hl7(bytes(content[: 1 << 16])):
        if isinstance(found, MessageBytes) or (isinstance(found, EnvelopeBytes) and found.tag in ("FHS", "BHS")):
            sender, _ = parties_of(parse_message(found.raw.partition(b"\r")[0].partition(b"\n")[0]))
            if sender:
                return sender
    return ""
