"""The papers about money: the invoice of what was shipped, and the payment of it (810, 820)."""

from datetime import timedelta

from adapters.samples import identifiers as ids
from adapters.samples.papers_common import (
    CARRIER,
    amount,
    bill_to,
    buyer,
    contact,
    item_of,
    money,
    party,
    price,
    reference,
    seller,
    ship_to,
    told,
)
from adapters.samples.story import Story
from canonical.parts import Plain

_NET_DAYS = 30


def invoice(story: Story) -> Plain:
    """The invoice: what was shipped, at the prices of the order, and the freight."""
    lines = story.shipped_lines
    return {
        "document_type": "invoice", "number": story.invoice, "issue_date": story.shipped_on.isoformat(),
        "order_number": story.order, "order_date": story.ordered_on.isoformat(), "currency": "USD",
        "invoice_type": "invoice", "invoice_type_code": "DI",
        "references": [
            reference("vendorOrder", "VN", story.sales_order), reference("contract", "CT", story.contract),
        ],
        "dates": [told("shipped", "011", story.shipped_on)],
        "contacts": [contact("AR", "ACCOUNTS RECEIVABLE", story.seller, "billing")],
        "remit_to": party("remitTo", story.seller.name, story.seller.place + 9, story.seller),
        "ship_to": ship_to(story), "bill_to": bill_to(story),
        "payment_terms": [{
            "type": "05", "basis_date": "3", "net_days": str(_NET_DAYS),
            "net_date": (story.shipped_on + timedelta(days=_NET_DAYS)).isoformat(),
        }],
        "carriers": [CARRIER | {"mode": "M"}],
        "allowances": [{
            "indicator": "charge", "code": "D240", "amount": money(story.freight), "method": "06",
            "description": "FREIGHT",
        }],
        "lines": [
            {
                "line_number": str(line.number), "item": item_of(line), "quantity": amount(line, line.shipped),
                "price": price(line),
            }
            for line in lines
        ],
        "totals": {
            "amount": money(story.billed), "line_count": len(lines),
            "hash_total": str(sum(line.shipped for line in lines)),
        },
    }  # fmt: skip


def remittance_advice(story: Story) -> Plain:
    """The payment: the invoice, less what arrived damaged."""
    paid = story.billed - story.claimed
    adjustments = [_claim(story)] if story.claimed else []
    return {
        "document_type": "remittance_advice", "number": story.payment, "currency": "USD", "amount": money(paid),
        "direction": "credit", "direction_code": "C", "handling": "paymentAndRemittance", "handling_code": "C",
        "method": "ach", "method_code": "ACH", "payment_format": "CTX",
        "payment_date": story.paid_on.isoformat(), "originator": f"1{story.hospital.place:09d}",
        "originating_account": _account(story.hospital.place), "receiving_account": _account(story.seller.place),
        "trace": {"type": "1", "number": story.payment, "originator": f"1{story.hospital.place:09d}"},
        "references": [reference("vendor", "VR", story.seller.domain.partition(".")[0].upper())],
        "dates": [told("created", "097", story.paid_on - timedelta(days=1))],
        "payer": buyer(story) | {
            "role": "payer", "contacts": [contact("AP", "ACCOUNTS PAYABLE", story.hospital, "payables")],
        },
        "payee": seller(story, "payee"),
        "entities": [{"number": "1"}],
        "remittances": [{
            "reference": reference("invoice", "IV", story.invoice), "action_code": "PI", "entity": "1",
            "paid_amount": money(paid), "gross_amount": money(story.billed),
            "references": [reference("purchaseOrder", "PO", story.order)],
            "dates": [told("invoice", "003", story.shipped_on)], "adjustments": adjustments,
        }],
    }  # fmt: skip


def _claim(story: Story) -> Plain:
    return {
        "amount": money(-story.claimed), "reason": "damaged", "reason_code": "04",
        "references": [reference("receiving", "RV", story.receipt)],
    }  # fmt: skip


def _account(place: int) -> Plain:
    bank = ids.routing_number(place // 1000)
    return {"bank_scheme": "01", "bank": bank, "account_type": "DA", "account": f"{place * 37:08d}"}
