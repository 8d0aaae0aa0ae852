"""A seller's answer to an order: canonical to X12 855, or 865 where a change of it is answered."""

from collections.abc import Iterator

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.codes import DATES, LINE_STATUSES, ORDER_STATUSES, code
from adapters.mappings.to_x12.dates import date_rows
from adapters.mappings.to_x12.headers import fill_heading, purpose_pair
from adapters.mappings.to_x12.items import identifier_pairs
from adapters.mappings.to_x12.lines import changed_line_part, line_part, schedule_parts, sub_line_part
from adapters.mappings.to_x12.measures import quantity_pairs
from adapters.mappings.to_x12.parts import GAP, Pair, Part, Style, indexed, row
from adapters.mappings.to_x12.totals import totals_part
from canonical.purchase_order_acknowledgment import (
    AcknowledgedLine,
    LineAcknowledgment,
    PurchaseOrderAcknowledgment,
)


def purchase_order_acknowledgment_part(answer: PurchaseOrderAcknowledgment, style: Style) -> Part:
    """The 855 of an answer to an order, the 865 of an answer to a change."""
    if answer.answers == "change":
        return _change_answered(answer, style)
    part = Part.root("855")
    part.add(
        row(
            "BAK", "", purpose_pair(answer), ("status", code(answer.status, ORDER_STATUSES, answer.status_code)),
            ("orderNumber", answer.order_number), ("orderDate", texts.date(answer.order_date)),
            ("releaseNumber", answer.release_number), ("requestReference", answer.request_reference),
            ("contractNumber", answer.contract_number),
            ("sellerOrderNumber", _sellers_number(answer)), _answered_pair(answer),
            ("transactionType", answer.transaction_type),
        )
    )  # fmt: skip
    fill_heading(part, answer, answer, style)
    for index, line in enumerate(answer.lines):
        at = indexed("", "lines", index)
        part.add(_fill_answers(line_part(line, "PO1", at, style), line, at, style))
    part.add(totals_part(answer.totals, len(answer.lines), style))
    return part


def _change_answered(answer: PurchaseOrderAcknowledgment, style: Style) -> Part:
    """BCA: 01 purpose, 02 the answer, 03-08 the order's and the change's, 09 the seller's number, then dates."""
    part = Part.root("865")
    part.add(
        row(
            "BCA", "", purpose_pair(answer), ("status", code(answer.status, ORDER_STATUSES, answer.status_code)),
            ("orderNumber", answer.order_number), ("releaseNumber", answer.release_number),
            ("changeNumber", answer.change_number), ("orderDate", texts.date(answer.order_date)),
            ("requestReference", answer.request_reference), ("contractNumber", answer.contract_number),
            ("sellerOrderNumber", _sellers_number(answer)), _answered_pair(answer),
            ("changeDate", texts.date(answer.change_date)), GAP, ("orderType", answer.order_type), GAP,
            ("transactionType", answer.transaction_type),
        )
    )  # fmt: skip
    fill_heading(part, answer, answer, style)
    for index, line in enumerate(answer.lines):
        at = indexed("", "lines", index)
        part.add(_fill_answers(changed_line_part(line, at, style, notes_in="MSG"), line, at, style))
    part.add(totals_part(answer.totals, len(answer.lines), style))
    return part


def _sellers_number(answer: PurchaseOrderAcknowledgment) -> str | None:
    """The seller's own number; ``number`` is it where it is not the order's."""
    if answer.seller_order_number:
        return answer.seller_order_number
    return answer.number if answer.number != answer.order_number else None


def _answered_pair(answer: PurchaseOrderAcknowledgment) -> Pair:
    """The day of the answer."""
    if answer.acknowledgment_date:
        return ("acknowledgmentDate", texts.date(answer.acknowledgment_date))
    return ("issueDate", texts.date(answer.issue_date))


def _fill_answers(part: Part, line: AcknowledgedLine, at: str, style: Style) -> Part:
    """Adds the answers, the schedules and the parts of a kit to a line."""
    part.extend(schedule_parts(line.schedules, at))
    part.extend(_answers(line, at))
    for index, sub in enumerate(line.sub_lines):
        here = indexed(at, "subLines", index)
        inner = sub_line_part(sub, here, style)
        inner.extend(_answers(sub, here))
        part.add(inner)
    return part


def _answers(line: AcknowledgedLine, at: str) -> Iterator[Part]:
    """ACK: 01 status, 02 and 03 quantity, 04 and 05 date, 06 reference, from 07 pairs; DTM further dates."""
    for index, entry in enumerate(line.acknowledgments):
        here = indexed(at, "acknowledgments", index)
        identifiers = entry.item.identifiers if entry.item is not None else ()
        part = Part.of(
            row(
                "ACK", here, _status(entry), *quantity_pairs(entry.quantity), *_date_pairs(entry),
                ("reference", entry.reference), *identifier_pairs(identifiers),
            )
        )  # fmt: skip
        part.extend(date_rows(entry.dates, here))
        yield part


def _status(entry: LineAcknowledgment) -> Pair:
    return ("status", code(entry.status, LINE_STATUSES, entry.source_code))


def _date_pairs(entry: LineAcknowledgment) -> tuple[Pair, Pair]:
    what = code(entry.date_type, DATES, entry.date_qualifier) if entry.date_type or entry.date_qualifier else None
    return ("dateType", what), ("date", texts.date(entry.date))
