"""Events to publish, as the ledger would hand them out."""

import json
import uuid
from typing import Any

from gateway.ledger.records import EventRow, EventState


def event_row(
    number: int,
    *,
    document_type: str = "purchase_order",
    partner: str = "acme",
    size: int = 0,
    attempts: int = 1,
    replay_of: str | None = None,
    **attributes: Any,
) -> EventRow:
    """The event of the document PO-<number>; ``size`` fills its body up to so many bytes."""
    id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"event {number}"))
    body = json.dumps({"documentType": document_type, "number": f"PO-{number}"}).encode()
    if size:
        body = body[:-1] + b', "extensions": {"pad": "' + b"x" * (size - len(body) - 27) + b'"}}'
    return EventRow(
        sequence=number,
        id=id,
        state=EventState.READY,
        routing_key=f"supply.{document_type}.received.{partner}",
        ordering_key=f"{partner}/PO-{number}",
        attributes={
            "specversion": "1.0",
            "id": id,
            "source": f"/gateways/test/partners/{partner}",
            "type": f"org.wharf.supply.{document_type}.received.v1",
            "subject": f"PO-{number}",
            "time": "2026-11-20T08:30:00Z",
            "datacontenttype": "application/json",
            "dataschema": f"urn:wharf:schema:{document_type}:1.0",
            "partnerid": partner,
            "correlationid": f"{partner}/PO-{number}",
            "causationid": "delivery-1",
            "controlnumber": "000000042",
            **attributes,
        },
        body=body,
        attempts=attempts,
        replay_of=replay_of,
    )
