"""The reference: what must come of a unit's bytes, by plain splitting and nothing of the product.

It knows the few forms that ``messages`` writes, and no more of X12 and HL7 than those need.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TOKEN: Final = "a token"
POSITIVE: Final = frozenset({"received", "submitted"})
"""Events of documents that were accepted, from a partner or for one."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One document that a unit must become."""

    canary: str
    key: str
    """Documents of one key come in the order in which they were sent."""
    digest: str
    """Of its canonical JSON, as ``digest_of`` takes it."""


def digest_of(body: Mapping[str, Any]) -> str:
    """A digest of canonical JSON in which empty fields and the order of fields do not count.

    Nor does it count which token stands for a patient: that comes of a key that the gateway keeps to itself.
    """
    patient = body.get("patient")
    if isinstance(patient, Mapping) and patient.get("token"):
        body = {**body, "patient": {**patient, "token": TOKEN}}
    return hashlib.sha256(json.dumps(_filled(body), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def canary_of(body: Mapping[str, Any]) -> str:
    """The canary of a document that was received."""
    number = str(body.get("number", ""))
    if body.get("documentType") == "requisition":
        lines = body.get("lines") or [{}]
        return str(lines[0].get("orderNumber", number))
    return f"{number}.{body.get('changeNumber', '0')}"


def expected_of(content: bytes) -> tuple[Expected, ...]:
    """The documents of a unit that is not malformed."""
    sha256 = hashlib.sha256(content).hexdigest()
    text = content.decode()
    if text.startswith("{"):
        bodies = [{"documentType": "purchase_order", "schemaVersion": "1.0", **json.loads(text)}]
    else:
        bodies = _requisition(text, sha256) if text.startswith("MSH") else _orders(text, sha256)
    return tuple(Expected(canary_of(body), str(body["number"]), digest_of(body)) for body in bodies)


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: kept for name, inner in value.items() if (kept := _filled(inner)) not in (None, {}, [])}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value


def _orders(text: str, sha256: str) -> list[dict[str, Any]]:
    rows = [row.split("*") for row in text.replace("\n", "").split("~") if row]
    isa, gs = rows[0], rows[1]
    bodies: list[dict[str, Any]] = []
    for row in rows[2:]:
        match row[0]:
            case "ST":
                bodies.append(
                    {
                        "schemaVersion": "1.0",
                        "provenance": {
                            "standard": "X12", "release": gs[8][:6], "messageType": row[1], "interchange": isa[13],
                            "group": gs[6], "transaction": row[2], "sender": f"{isa[5]}:{isa[6].strip()}",
                            "receiver": f"{isa[7]}:{isa[8].strip()}", "sha256": sha256,
                        },
                    }
                )  # fmt: skip
            case "BEG":
                bodies[-1] |= {
                    "documentType": "purchase_order", "number": row[3], "purpose": "original", "purposeCode": row[1],
                    "orderType": row[2], "issueDate": _date(row[5]), "totals": {"lineCount": 1},
                }  # fmt: skip
            case "BCH":
                bodies[-1] |= {
                    "documentType": "purchase_order_change", "number": row[3], "orderNumber": row[3],
                    "purpose": "change", "purposeCode": row[1], "orderType": row[2], "changeNumber": row[5],
                    "orderDate": _date(row[6]), "issueDate": _date(row[11]), "totals": {"lineCount": 1},
                }  # fmt: skip
            case "PO1":
                bodies[-1]["lines"] = [_line(row[1], row[2], row[3], row[4], row[6:8])]
            case "POC":
                line = _line(row[1], row[3], row[5], row[6], row[8:10])
                bodies[-1]["lines"] = [
                    line | {"change": "quantityIncrease", "changeCode": row[2], "quantityLeft": row[4]}
                ]
    return bodies


def _line(number: str, quantity: str, unit: str, price: str, item: list[str]) -> dict[str, Any]:
    return {
        "lineNumber": number,
        "item": {"identifiers": [{"scheme": "SELLER", "value": item[1], "qualifier": item[0]}]},
        "quantity": {"value": quantity, "unitCode": unit},
        "price": {"amount": price},
    }


def _requisition(text: str, sha256: str) -> list[dict[str, Any]]:
    rows = {row[:3]: row.split("|") for row in text.split("\r") if row}
    msh, orc, rqd = rows["MSH"], rows["ORC"], rows["RQD"]
    item, stock = rqd[2].split("^"), rqd[4].split("^")
    line = {
        "lineNumber": rqd[1],
        "action": "new",
        "actionCode": orc[1],
        "orderNumber": orc[2].split("^")[0],
        "item": {
            "description": item[1],
            "identifiers": [{"scheme": "BUYER", "value": one[0], "qualifier": "L"} for one in (item, stock)],
        },
        "quantity": {"value": rqd[5], "unitCode": rqd[6].split("^")[0]},
        "dates": [{"type": "ordered", "date": _date(orc[9][:8]), "time": f"{orc[9][8:10]}:{orc[9][10:12]}:00"}],
        "neededDate": _date(rqd[10]),
        "costCenter": _coded(rqd[7]),
        "account": _coded(rqd[8]),
        "deliverTo": {"code": rqd[9].split("^")[0], "name": rqd[9].split("^")[1]},
        "extensions": {"hl7": [{"segment": "ORC", "fields": {"2": orc[2]}}]},
    }
    sender, receiver = f"{msh[2]}|{msh[3]}", f"{msh[4]}|{msh[5]}"
    return [
        {
            "documentType": "requisition", "schemaVersion": "1.0", "number": orc[4], "purpose": "original",
            "issueDate": _date(msh[6][:8]), "requisitionType": "stock", "lines": [line],
            "extensions": {"withheld": ["PID"]}, "patient": {"token": TOKEN},
            "provenance": {
                "standard": "HL7", "release": msh[11], "messageType": "^".join(msh[8].split("^")[:2]),
                "transaction": msh[9], "sender": sender, "receiver": receiver, "sha256": sha256,
            },
        }
    ]  # fmt: skip


def _coded(field: str) -> dict[str, str]:
    code, text = field.split("^")[:2]
    return {"code": code, "text": text}


def _date(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
