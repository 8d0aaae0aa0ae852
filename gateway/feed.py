"""The feed of published events, as its readers see it."""

import json

from gateway.ledger.records import EventRow


def structured(row: EventRow) -> bytes:
    """An event as one JSON object: CloudEvents 1.0, JSON format, with ``data`` as it was published."""
    attributes = {**row.attributes, "sequence": f"{row.sequence:020d}"}
    return json.dumps(attributes, ensure_ascii=False).encode()[:-1] + b', "data": ' + row.body + b"}"
