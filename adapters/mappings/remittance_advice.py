"""What was paid, how, and for which invoices: X12 820 to canonical."""

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings import x12_words as words
from adapters.mappings.context import X12Context
from adapters.mappings.x12_amounts import CURRENCY
from adapters.mappings.x12_dates import DATE
from adapters.mappings.x12_headers import own_number
from adapters.mappings.x12_notes import NOTE
from adapters.mappings.x12_parties import CONTACT, identifier, parties
from adapters.mappings.x12_references import REFERENCE, read_reference
from adapters.mappings.x12_sections import ENVELOPE, ReadLoop, Section, fill, inside, keep, keep_loop, put, rule
from adapters.mappings.x12_values import date, number
from canonical.parts import Plain


def _read_beginning(segment: Segment, advice: Plain, context: X12Context) -> bool:
    """BPR: 01 what for, 02 amount, 03-05 how, 06-09, 12-15 and 18-21 accounts, 10 and 11 who, 16 when, 17 why."""
    if "handling" in advice:
        return True
    found: Plain = {
        "handling": words.PAYMENT_HANDLINGS.get(segment[1], "other"),
        "handling_code": segment[1],
        "amount": number(segment, 2, context),
        "direction": words.PAYMENT_DIRECTIONS.get(segment[3], "other"),
        "direction_code": segment[3],
        "method": words.PAYMENT_METHODS.get(segment[4], "other"),
        "method_code": segment[4],
        "payment_format": segment[5],
        "originating_account": _account(segment, 6),
        "originator": segment[10],
        "originator_supplement": segment[11],
        "receiving_account": _account(segment, 12),
        "payment_date": date(segment, 16, context),
        "business_function": segment[17],
        "return_account": _account(segment, 18),
    }
    advice.update((name, value) for name, value in found.items() if value)
    return False


def _account(segment: Segment, at: int) -> Plain:
    names = ("bank_scheme", "bank", "account_type", "account")
    return {name: text for name, text in zip(names, segment.elements[at : at + 4], strict=False) if text}


def _read_trace(segment: Segment, advice: Plain, _context: X12Context) -> bool:
    """TRN: 01 kind, 02 number, 03 who gave it, 04 a further number."""
    if "trace" in advice or not segment[1] or not segment[2]:
        return True
    names = ("type", "number", "originator", "reference")
    advice["trace"] = {name: text for name, text in zip(names, segment.elements[1:], strict=False) if text}
    advice["number"] = segment[2]
    return False


def _read_entity(segment: Segment, entity: Plain, context: X12Context) -> bool:
    """ENT: 01 number, 02-04 and 05-07 who, 08 and 09 a reference."""
    if segment[1]:
        entity["number"] = segment[1]
    lost = False
    for at in (2, 5):
        role, code, value = segment[at], segment[at + 1], segment[at + 2]
        party: Plain = {"role": words.ROLES.get(role, role)} if role else {}
        if value:
            party["identifiers"] = [identifier(code, value)]
        if party:
            put(entity, "parties", party)
        lost = lost or (code != "" and not value)
    if segment[8] or segment[9]:
        lost = read_reference(Segment(["REF", segment[8], segment[9]], segment.index, 0, 0), entity, context) or lost
    return lost


def _read_adjustment(segment: Segment, adjustment: Plain, context: X12Context) -> bool:
    """ADX: 01 amount, 02 reason, 03 and 04 a reference."""
    amount, code = number(segment, 1, context), segment[2]
    if amount is None or not code or "amount" in adjustment:
        return True
    adjustment.update(_reasoned(amount, code))
    if segment[3] or segment[4]:
        return read_reference(Segment(["REF", segment[3], segment[4]], segment.index, 0, 0), adjustment, context)
    return False


def _reasoned(amount: str, code: str) -> Plain:
    return {"amount": amount, "reason": words.ADJUSTMENTS.get(code, code), "reason_code": code}


_ADJUSTMENT = Section(
    {"ADX": rule(_read_adjustment, 1, 2, 3, 4), "NTE": NOTE, "PER": CONTACT, "DTM": DATE},
    {"REF": inside(Section({"REF": REFERENCE}))},
)


def _adjustments(loop: Loop, owner: Plain, context: X12Context, entity: str | None) -> None:
    adjustment: Plain = {}
    fill(loop, adjustment, _ADJUSTMENT, context)
    if "amount" not in adjustment:
        keep_loop(owner, loop)
        return
    if entity:
        adjustment["entity"] = entity
    put(owner, "adjustments", adjustment)


def _read_own_adjustment(loop: Loop, remittance: Plain, context: X12Context) -> None:
    """The ADX loop of an open item."""
    _adjustments(loop, remittance, context, None)


def _read_item(segment: Segment, remittance: Plain, context: X12Context) -> bool:
    """RMR: 01 and 02 which open item, 03 how, 04 paid, 05 gross, 06 discount, 07 and 08 an adjustment."""
    code, value = segment[1], segment[2]
    lost = False
    if value:
        remittance["reference"] = {"type": words.REFERENCES.get(code, code) or "other", "value": value}
        if code:
            remittance["reference"]["qualifier"] = code
    else:
        lost = code != ""
    found: Plain = {
        "action_code": segment[3],
        "paid_amount": number(segment, 4, context),
        "gross_amount": number(segment, 5, context),
        "discount_amount": number(segment, 6, context),
    }
    remittance.update((name, text) for name, text in found.items() if text)
    adjusted = number(segment, 8, context)
    if adjusted is not None and segment[7]:
        put(remittance, "adjustments", _reasoned(adjusted, segment[7]))
    else:
        lost = lost or segment[7] != "" or adjusted is not None
    return lost


_REMITTANCE = Section(
    {"RMR": rule(_read_item, *range(1, 9)), "NTE": NOTE, "REF": REFERENCE, "DTM": DATE},
    {"ADX": _read_own_adjustment},
)


def _read_remittance(loop: Loop, advice: Plain, context: X12Context, entity: str) -> None:
    remittance: Plain = {"entity": entity}
    fill(loop, remittance, _REMITTANCE, context)
    put(advice, "remittances", remittance)


_ENTITY = rule(_read_entity, *range(1, 10))
_LIFTED = ("RMR", "ADX")
"""Loops of an entity whose content stands in the document itself."""


def _nothing(_loop: Loop, _owner: Plain, _context: X12Context) -> None:
    """The loop is read by its entity."""


_ENTITY_LOOP = Section({"ENT": _ENTITY}, dict[str, ReadLoop].fromkeys(_LIFTED, _nothing))


def _read_entity_loop(loop: Loop, advice: Plain, context: X12Context) -> None:
    """The ENT loop: its items and adjustments go to the document and name it."""
    entity: Plain = {}
    fill(loop, entity, _ENTITY_LOOP, context)
    known = {other["number"] for other in advice.get("entities", ())}
    if entity.get("number", "") in known or "number" not in entity:
        head = loop.first("ENT")
        if head is not None and "number" in entity:
            keep(entity, head)
        entity["number"] = f"#{len(known) + 1}"
    put(advice, "entities", entity)
    for inner in loop.loops():
        if inner.id == "RMR":
            _read_remittance(inner, advice, context, entity["number"])
        elif inner.id == "ADX":
            _adjustments(inner, advice, context, entity["number"])


_ADVICE = Section(
    {
        "ST": ENVELOPE,
        "SE": ENVELOPE,
        "BPR": rule(_read_beginning, *range(1, 22)),
        "NTE": NOTE,
        "TRN": rule(_read_trace, 1, 2, 3, 4),
        "CUR": CURRENCY,
        "REF": REFERENCE,
        "DTM": DATE,
    },
    {"N1": parties(words.REMITTANCE_PARTY_FIELDS), "ENT": _read_entity_loop},
)


def remittance_advice(tree: Loop, context: X12Context) -> Plain:
    """The advice in an 820; one without a trace number has its message's control number."""
    advice: Plain = {}
    fill(tree, advice, _ADVICE, context)
    advice.setdefault("number", own_number(tree))
    return advice
