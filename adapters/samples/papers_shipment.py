"""The papers of a shipment: the seller's notice, and what the dock says of it (856, 861)."""

from adapters.samples.papers_common import (
    CARRIER,
    amount,
    buyer,
    contact,
    instances_of,
    item_of,
    reference,
    seller,
    ship_from,
    ship_to,
    sscc_of,
    told,
)
from adapters.samples.story import Story, StoryLine
from canonical.parts import Plain

_SHIPMENT, _ORDER, _PALLET = 1, 2, 3
_POUNDS_A_CARTON = 14


def ship_notice(story: Story) -> Plain:
    """The notice: one order on one pallet, cartons on it, items in them."""
    day = story.shipped_on.isoformat()
    cartons = sorted({line.carton for line in story.shipped_lines})
    packs, lines = _tree(story, cartons)
    return {
        "document_type": "ship_notice", "number": story.shipment, "shipment_number": story.shipment,
        "purpose": "original", "purpose_code": "00", "issue_date": day, "order_number": story.order,
        "structure_code": "0001",
        "references": [reference("trackingNumber", "2I", story.tracking)],
        "dates": [
            {"type": "issued", "date": day, "time": "16:10"}, told("shipped", "011", story.shipped_on),
            told("estimatedDelivery", "017", story.received_on),
        ],
        "shipped_date": day, "estimated_delivery": story.received_on.isoformat(),
        "carriers": [CARRIER | {"mode": "M"}],
        "packaging": [{
            "packaging_code": "CTN", "count": str(len(cartons)),
            "weight": {"qualifier": "G", "value": str(_POUNDS_A_CARTON * len(cartons)), "unit_code": "LB"},
        }],
        "ship_from": ship_from(story), "ship_to": ship_to(story),
        "orders": [{
            "order_number": story.order, "order_date": story.ordered_on.isoformat(),
            "contract_number": story.contract, "hierarchy_id": str(_ORDER),
            "references": [reference("vendorOrder", "VN", story.sales_order)], "parties": [buyer(story)],
        }],
        "packages": [_package(story, 0, "tare", str(_PALLET)) | {"packages": packs}],
        "lines": lines,
        "totals": {
            "level_count": _PALLET + len(packs) + len(lines),
            "hash_total": str(sum(line.shipped for line in story.lines)),
        },
    }  # fmt: skip


def _tree(story: Story, cartons: list[int]) -> tuple[list[Plain], list[Plain]]:
    """Cartons and items, numbered in the order in which their levels stand."""
    last = _PALLET
    packs, lines = [], []
    for carton in cartons:
        last += 1
        own = str(last)
        packs.append(_package(story, carton + 1, "pack", own))
        for line in story.shipped_lines:
            if line.carton == carton:
                last += 1
                lines.append(_shipped(story, line) | {"hierarchy_id": str(last), "package": own})
    return packs, lines


def _package(story: Story, ordinal: int, kind: str, number: str) -> Plain:
    label = sscc_of(story, ordinal)
    mark = {"type": "sscc", "qualifier": "GM", "value": f"00{label}"}
    return {"type": kind, "hierarchy_id": number, "sscc": label, "marks": [mark]}


def _shipped(story: Story, line: StoryLine) -> Plain:
    return {
        "line_number": str(line.number), "item": item_of(line, lot=True), "quantity": amount(line, line.shipped),
        "ordered_quantity": amount(line, line.ordered), "instances": instances_of(line, line.shipped),
        "dates": [told("expiration", "036", line.expires)], "order_number": story.order,
    }  # fmt: skip


def receipt(story: Story) -> Plain:
    """The receipt: all that was shipped has come, and a piece may be damaged."""
    day = story.received_on.isoformat()
    lines = story.shipped_lines
    return {
        "document_type": "receipt", "number": story.receipt, "purpose": "original", "purpose_code": "00",
        "issue_date": day, "receipt_type": "dock", "receipt_type_code": "1",
        "references": [reference("shipment", "SI", story.shipment)],
        "dates": [{"type": "issued", "date": day, "time": "11:20"}, told("received", "050", story.received_on)],
        "received_date": day, "shipment_number": story.shipment, "order_number": story.order,
        "orders": [{
            "order_number": story.order, "order_date": story.ordered_on.isoformat(),
            "contract_number": story.contract,
        }],
        "carriers": [{"scac": "UPSN"}],
        "contacts": [contact("RE", "DOCK 2", story.hospital, "receiving")],
        "seller": seller(story), "ship_to": ship_to(story),
        "lines": [_received(line) for line in lines],
        "totals": {
            "line_count": len(lines), "hash_total": str(sum(line.shipped - line.damaged for line in lines)),
        },
    }  # fmt: skip


def _received(line: StoryLine) -> Plain:
    good = line.shipped - line.damaged
    found: Plain = {
        "line_number": str(line.number), "item": item_of(line, lot=True), "quantity": amount(line, good),
        "shipped_quantity": amount(line, line.shipped), "ordered_quantity": amount(line, line.ordered),
        "instances": instances_of(line, good), "dates": [told("expiration", "036", line.expires)],
    }  # fmt: skip
    if line.damaged:
        broken = {"quantity": amount(line, line.damaged), "condition": "damaged", "condition_code": "01"}
        found["in_question"] = [broken]
    return found
