"""An application's verdict on messages: canonical to X12 824."""

from collections.abc import Iterator

from adapters.mappings.problems import NO_PLACE
from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.codes import REFERENCES, STOCK_QUANTITIES, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.headers import purpose_pair
from adapters.mappings.to_x12.issued import issued_pairs, issued_zone, other_date_rows
from adapters.mappings.to_x12.measures import quantity_pairs
from adapters.mappings.to_x12.parties import contact_rows, other_party_parts
from adapters.mappings.to_x12.parts import GAP, Cannot, Pair, Part, Row, Style, Value, indexed, keep, row
from adapters.mappings.to_x12.references import note_rows, reference_rows
from canonical.application_acknowledgment import ApplicationAcknowledgment, ApplicationError, MessageAcknowledgment


def application_acknowledgment_part(answer: ApplicationAcknowledgment, style: Style) -> Part:
    """The 824 of a verdict. The set has no place for references and notes of its own, which is told."""
    part = Part.root("824")
    part.add(
        row(
            "BGN", "", purpose_pair(answer), ("number", answer.number), *issued_pairs(answer), issued_zone(answer),
            ("relatedNumber", answer.related_number), ("transactionType", answer.transaction_type),
            ("actionCode", answer.action_code), ("securityLevel", answer.security_level),
        )
    )  # fmt: skip
    part.extend(other_date_rows(answer))
    part.extend(reference_rows(answer.references, ""))
    for index, note in enumerate(answer.notes):
        part.extend(note_rows(note, indexed("", "notes", index), style, "NTE"))
    part.extend(other_party_parts(answer.parties, "", "parties", 1))
    for index, message in enumerate(answer.messages):
        part.add(_message_part(message, indexed("", "messages", index), style))
    return keep(part, answer.extensions, 0)


def _message_part(message: MessageAcknowledgment, at: str, style: Style) -> Part:
    """OTI: 01 the verdict, 02 and 03 on which document, 04-13 where the judged message stood; what belongs to it."""
    first = next(iter(message.references), None)
    # Words about the document have no element here, so such a reference is not the one that OTI tells.
    held = first is not None and first.description is None
    about: tuple[Pair, Pair] = (GAP, GAP)
    if first is not None and held:
        about = (
            ("references[0].type", code(first.type, REFERENCES, first.qualifier)),
            ("references[0].value", first.value),
        )
    part = Part.of(
        row(
            "OTI", at, ("statusCode", message.status_code), *about, ("sender", message.sender),
            ("receiver", message.receiver), ("date", texts.date(message.date)), ("time", texts.time(message.time)),
            ("group", message.group), ("controlNumber", message.control_number),
            ("messageType", message.message_type), ("release", message.release),
            ("purposeCode", message.purpose_code), ("transactionType", message.transaction_type),
        )
    )  # fmt: skip
    part.extend(list(reference_rows(message.references, at))[1 if held else 0 :])
    part.extend(date_rows(message.dates, at))
    part.extend(contact_rows(message.contacts, at))
    part.extend(_amount_rows(message, at))
    part.extend(other_party_parts(message.parties, at, "parties", 2))
    for index, error in enumerate(message.errors):
        part.add(_error_part(error, indexed(at, "errors", index), style))
    return keep(part, message.extensions, 1)


def _amount_rows(message: MessageAcknowledgment, at: str) -> Iterator[Row]:
    """AMT and QTY: 01 which, 02 how much."""
    for index, amount in enumerate(message.amounts):
        yield row("AMT", indexed(at, "amounts", index), ("type", amount.type), ("amount", amount.amount))
    for index, counted in enumerate(message.quantities):
        which = ("type", code(counted.type, STOCK_QUANTITIES, counted.qualifier))
        yield row("QTY", indexed(at, "quantities", index), which, *quantity_pairs(counted.quantity))


def _error_part(error: ApplicationError, at: str, style: Style) -> Part:
    """TED: 01 what, 02 in words, 03-06 where, 07 what was sent, 08 what was taken instead; notes and details."""
    part = Part.of(
        row(
            "TED", at, ("code", error.code), ("text", error.text), ("segment", error.segment),
            ("position", _count(error.position)), ("element", _place(error)), ("elementNumber", error.element_number),
            ("value", error.value), ("newValue", error.new_value),
        )
    )  # fmt: skip
    for index, note in enumerate(error.notes):
        part.extend(note_rows(note, indexed(at, "notes", index), style, "NTE"))
    for index, detail in enumerate(error.details):
        here = indexed(at, "details", index)
        part.add(
            row("RED", here, ("description", detail.description), GAP, GAP, GAP,
                ("type", detail.qualifier), ("value", detail.value))
        )  # fmt: skip
    return keep(part, error.extensions, 2)


def _place(error: ApplicationError) -> Value:
    """The element; a component or a repetition would need a composite, which only a kept segment has."""
    if (error.component is None and error.repetition is None) or error.extensions:
        return _count(error.element)
    return Cannot(NO_PLACE, f"component {error.component}, repetition {error.repetition}")


def _count(number: int | None) -> str | None:
    return str(number) if number is not None else None
