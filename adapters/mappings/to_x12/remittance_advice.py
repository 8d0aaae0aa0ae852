"""What was paid, how, and for which invoices: canonical to X12 820."""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.mappings import x12_words as words
from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.amounts import currency_row
from adapters.mappings.to_x12.codes import REFERENCES, ROLES, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.parties import contact_rows, identifier_pairs, other_party_parts, party_part
from adapters.mappings.to_x12.parts import GAP, Assumed, Pair, Part, Row, Style, indexed, keep, row
from adapters.mappings.to_x12.references import note_rows, reference_rows
from canonical.parts import Note, Party, Reference
from canonical.remittance_advice import Adjustment, BankAccount, Remittance, RemittanceAdvice, RemittanceEntity

_ROLES: Final = {name: role for role, name in words.REMITTANCE_PARTY_FIELDS.items()}
_CURRENT_TRACE = "1"
"""Element 481: the trace number of this very transaction."""
_PARTIES_HELD = 2


def remittance_advice_part(advice: RemittanceAdvice, style: Style) -> Part:
    """The 820 of an advice."""
    part = Part.root("820")
    part.add(_beginning(advice), _trace(advice))
    part.extend(_notes(advice.notes, "", style))
    if advice.currency:
        part.add(currency_row(advice.currency, ""))
    part.extend(reference_rows(advice.references, ""))
    part.extend(date_rows(advice.dates, ""))
    for name, role in _ROLES.items():
        party: Party | None = getattr(advice, name)
        if party is not None:
            part.add(party_part(party, name, 1, role))
    part.extend(other_party_parts(advice.other_parties, "", "otherParties", 1))
    for at, entity in enumerate(_entities(advice)):
        part.add(_entity_part(entity, indexed("", "entities", at), advice, style))
    return keep(part, advice.extensions, 0)


def _beginning(advice: RemittanceAdvice) -> Row:
    """BPR: 01 what for, 02 amount, 03-05 how, 06-09, 12-15 and 18-21 accounts, 10 and 11 who, 16 when, 17 why."""
    return row(
        "BPR", "", ("handlingCode", advice.handling_code), ("amount", advice.amount),
        ("directionCode", advice.direction_code), ("methodCode", advice.method_code),
        ("paymentFormat", advice.payment_format), *_account(advice.originating_account, "originatingAccount"),
        ("originator", advice.originator), ("originatorSupplement", advice.originator_supplement),
        *_account(advice.receiving_account, "receivingAccount"), ("paymentDate", texts.date(advice.payment_date)),
        ("businessFunction", advice.business_function), *_account(advice.return_account, "returnAccount"),
    )  # fmt: skip


def _account(account: BankAccount | None, name: str) -> tuple[Pair, Pair, Pair, Pair]:
    told = account or BankAccount()
    return (
        (f"{name}.bankScheme", told.bank_scheme),
        (f"{name}.bank", told.bank),
        (f"{name}.accountType", told.account_type),
        (f"{name}.account", told.account),
    )


def _trace(advice: RemittanceAdvice) -> Row | None:
    """TRN: 01 kind, 02 number, 03 who gave it, 04 a further number.

    The number of an advice without a trace is one, unless it is no more than the control number of its message.
    """
    trace = advice.trace
    if trace is not None:
        return row(
            "TRN", "trace", ("type", trace.type), ("number", trace.number), ("originator", trace.originator),
            ("reference", trace.reference),
        )  # fmt: skip
    if advice.provenance is not None and advice.provenance.transaction == advice.number:
        return None
    return row("TRN", "", ("", Assumed(_CURRENT_TRACE)), ("number", advice.number))


def _notes(notes: Sequence[Note], at: str, style: Style) -> Iterator[Row]:
    for index, note in enumerate(notes):
        yield from note_rows(note, indexed(at, "notes", index), style, "NTE")


def _entities(advice: RemittanceAdvice) -> list[RemittanceEntity]:
    """The entities, and one more for what names none or an unknown one: items stand in ENT loops only."""
    entities = list(advice.entities)
    known = {entity.number for entity in entities}
    named = {one.entity for one in advice.remittances} | {one.entity for one in advice.adjustments}
    if named - known:
        number = next(str(at) for at in range(1, len(known) + 2) if str(at) not in known)
        entities.append(RemittanceEntity(number=number))
    return entities


def _home(entity: str | None, known: set[str]) -> str | None:
    return entity if entity in known else None


def _entity_part(entity: RemittanceEntity, at: str, advice: RemittanceAdvice, style: Style) -> Part:
    """ENT: 01 number, 02-04 and 05-07 who, 08 and 09 a reference; then its adjustments and items."""
    who = [pair for index in range(_PARTIES_HELD) for pair in _who(entity.parties, index)]
    first = next(iter(entity.references), None)
    number = None if entity.number.startswith("#") else entity.number
    part = Part.of(row("ENT", at, ("number", number), *who, *_reference_pairs(first, "references[0].")))
    for index, party in enumerate(entity.parties):
        # ENT tells a role and an identifier of two; anything else of a party has no place, which is told.
        if index >= _PARTIES_HELD or party.model_dump(by_alias=False, exclude_defaults=True).keys() - {
            "role",
            "identifiers",
        }:
            part.add(party_part(party, indexed(at, "parties", index), 2))
    part.extend(list(reference_rows(entity.references, at))[1:])
    known = {one.number for one in advice.entities}
    for index, adjustment in enumerate(advice.adjustments):
        if (_home(adjustment.entity, known) or _unnamed(entity, known)) == entity.number:
            part.add(_adjustment_part(adjustment, indexed("", "adjustments", index), style, 2))
    for index, remittance in enumerate(advice.remittances):
        if (_home(remittance.entity, known) or _unnamed(entity, known)) == entity.number:
            part.add(_remittance_part(remittance, indexed("", "remittances", index), style))
    return keep(part, entity.extensions, 1)


def _unnamed(entity: RemittanceEntity, known: set[str]) -> str | None:
    """The number of the entity that was made for what names none."""
    return entity.number if entity.number not in known else None


def _who(parties: Sequence[Party], index: int) -> tuple[Pair, Pair, Pair]:
    party = parties[index] if index < len(parties) else Party()
    name = f"parties[{index}]"
    return (
        (f"{name}.role", code(party.role, ROLES)),
        *identifier_pairs(next(iter(party.identifiers), None), f"{name}.identifiers[0]."),
    )


def _reference_pairs(reference: Reference | None, name: str) -> tuple[Pair, Pair]:
    if reference is None:
        return GAP, GAP
    return (name + "type", code(reference.type, REFERENCES, reference.qualifier)), (name + "value", reference.value)


def _remittance_part(remittance: Remittance, at: str, style: Style) -> Part:
    """RMR: 01 and 02 which open item, 03 how, 04 paid, 05 gross, 06 discount, 07 and 08 an adjustment; ADX others."""
    adjustments = list(enumerate(remittance.adjustments))
    first = remittance.adjustments[0] if adjustments else None
    pairs: tuple[Pair, ...] = ()
    if first is not None and first.model_dump(by_alias=False, exclude_defaults=True).keys() == {
        "amount",
        "reason",
        "reason_code",
    }:
        del adjustments[0]
        pairs = (("adjustments[0].reasonCode", first.reason_code), ("adjustments[0].amount", first.amount))
    part = Part.of(
        row(
            "RMR", at, *_reference_pairs(remittance.reference, "reference."), ("actionCode", remittance.action_code),
            ("paidAmount", remittance.paid_amount), ("grossAmount", remittance.gross_amount),
            ("discountAmount", remittance.discount_amount), *pairs,
        )
    )  # fmt: skip
    part.extend(_notes(remittance.notes, at, style))
    part.extend(reference_rows(remittance.references, at))
    part.extend(date_rows(remittance.dates, at))
    part.extend(_adjustment_part(one, indexed(at, "adjustments", index), style, 3) for index, one in adjustments)
    return keep(part, remittance.extensions, 2)


def _adjustment_part(adjustment: Adjustment, at: str, style: Style, depth: int) -> Part:
    """ADX: 01 amount, 02 reason, 03 and 04 a reference; further references in REF."""
    references = list(reference_rows(adjustment.references, at))
    first = next(iter(adjustment.references), None)
    held = first is not None and first.value is not None and first.description is None
    part = Part.of(
        row(
            "ADX", at, ("amount", adjustment.amount), ("reasonCode", adjustment.reason_code),
            *_reference_pairs(first if held else None, "references[0]."),
        )
    )  # fmt: skip
    part.extend(references[1 if held else 0 :])
    part.extend(_notes(adjustment.notes, at, style))
    part.extend(contact_rows(adjustment.contacts, at))
    part.extend(date_rows(adjustment.dates, at))
    return keep(part, adjustment.extensions, depth)
