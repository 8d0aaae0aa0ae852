"""The papers about a seller's goods, and its word on an order: catalog, stock, application advice (832, 846, 824)."""

from datetime import timedelta

from adapters.samples import identifiers as ids
from adapters.samples.papers_common import buyer, contact, item_of, money, party, reference, seller, told
from adapters.samples.story import Story, StoryLine, first_number
from canonical.parts import Plain

_YEAR = timedelta(days=365)


def catalog(story: Story) -> Plain:
    """The contract prices of the order's items."""
    start, end = story.ordered_on, story.ordered_on + _YEAR
    return {
        "document_type": "catalog", "number": story.contract, "purpose": "original", "purpose_code": "00",
        "catalog_type": "priceCatalog", "catalog_type_code": "PC", "version": "1", "currency": "USD",
        "contract_number": story.contract, "references": [reference("contract", "CT", story.contract)],
        "dates": [told("effective", "007", start), told("expiration", "036", end)],
        "effective_date": start.isoformat(), "expiration_date": end.isoformat(),
        "contacts": [contact("SR", "CONTRACT DESK", story.seller, "contracts")],
        "seller": seller(story), "buyer": buyer(story),
        "lines": [_offered(line) for line in story.lines], "totals": {"line_count": len(story.lines)},
    }  # fmt: skip


def _offered(line: StoryLine) -> Plain:
    found: Plain = {
        "line_number": str(line.number), "item": item_of(line), "maintenance_code": "021",
        "prices": [{
            "amount": money(line.price), "basis": "CT", "type": "CON", "class_of_trade": "HS",
            "quantity": {"value": "1", "unit_code": line.good.unit},
        }],
        "lead_times": [{"type": "AF", "value": "2", "unit_code": "DA"}],
    }  # fmt: skip
    if line.good.unit in ("BX", "PK"):
        number = {"scheme": "GTIN", "qualifier": "UK", "value": ids.gtin(line.item, 2)}
        found["levels"] = [{"identifier": number, "unit_code": "CA", "quantity": "10"}]
    return found


def inventory_report(story: Story) -> Plain:
    """What the seller has of them."""
    day = story.ordered_on.isoformat()
    return {
        "document_type": "inventory_report", "number": f"STK-{story.ordered_on:%Y%m%d}-{story.order[-3:]}",
        "purpose": "original", "purpose_code": "00", "issue_date": day, "report_type": "distributor",
        "report_type_code": "DD", "dates": [{"type": "issued", "date": day, "time": "04:00"}],
        "seller": seller(story), "buyer": buyer(story),
        "lines": [_kept(story, line) for line in story.lines], "totals": {"line_count": len(story.lines)},
    }  # fmt: skip


def _kept(story: Story, line: StoryLine) -> Plain:
    stock = line.shipped + line.item % 97
    quantities = [_counted("onHand", "17", line, stock), _counted("available", "33", line, line.shipped)]
    if line.shipped < line.ordered:
        coming = _counted("onOrder", "63", line, 5 * line.ordered)
        quantities.append(coming | {"dates": [told("estimatedArrival", "371", story.backorder_on)]})
    return {"line_number": str(line.number), "item": item_of(line), "quantities": quantities}


def _counted(type: str, code: str, line: StoryLine, count: int) -> Plain:
    return {
        "type": type, "qualifier": code, "quantity": {"value": str(count), "unit_code": line.good.unit},
    }  # fmt: skip


def application_acknowledgment(story: Story) -> Plain:
    """The seller's application took the order, and tells of a price that is not the contract's."""
    line = story.lines[0]
    day = story.ordered_on.isoformat()
    clock = {"type": "issued", "date": day, "time": "07:18"}
    return {
        "document_type": "application_acknowledgment", "number": f"ADV-{story.order[-5:]}", "purpose": "response",
        "purpose_code": "11", "issue_date": day, "dates": [clock], "status": "acceptedWithErrors",
        "parties": [
            party("messageFrom", story.seller.name, story.seller.place),
            party("messageTo", story.hospital.name, story.place(0)),
        ],
        "messages": [{
            "status": "acceptedWithErrors", "status_code": "TE", "level": "message", "message_type": "850",
            "date": day, "time": "08:15", "group": str(first_number(story.seed, "850")),
            "control_number": f"{story.ordinal:04d}",
            "references": [reference("purchaseOrder", "PO", story.order)],
            "contacts": [contact("CR", "ORDER DESK", story.seller, "orders")],
            "errors": [{
                "code": "011", "text": "PRICE IS NOT THE CONTRACT PRICE", "segment": "PO1", "element": 4,
                "element_number": "212", "value": money(line.price), "new_value": money(line.price + 1),
            }],
        }],
    }  # fmt: skip
