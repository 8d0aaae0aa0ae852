"""Rows of the trail for those who collect them: JSON lines, CEF, and syslog.

Sources: ArcSight Common Event Format, revision 25 (escaping, dictionary of extensions); RFC 5424 (syslog, structured
data, section 6.3.3 for what is escaped).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gateway.audit.entry import ActorKind, AuditRow

_PRIORITY = 13 * 8
"""Facility 13, log audit (RFC 5424, section 6.2.1)."""
_NOTICE, _WARNING = 5, 4
_SD_ID = "wharf@32473"
"""32473 is the number that RFC 5612 keeps for those who have none of their own."""


def as_data(row: AuditRow) -> dict[str, Any]:
    """A row as JSON data; with these fields its digest can be computed again."""
    return {
        "position": row.position, "at": row.at.isoformat(), "actor": row.actor, "actorKind": row.actor_kind,
        "action": row.action, "object": row.object, "partner": row.partner, "reason": row.reason,
        "source": row.source, "details": details_of(row), "previous": row.previous, "digest": row.digest,
    }  # fmt: skip


def details_of(row: AuditRow) -> dict[str, Any]:
    """The details; a row that somebody changed may hold anything, and is shown all the same."""
    try:
        found = json.loads(row.details)
    except ValueError:
        return {"unreadable": True}
    return found if isinstance(found, dict) else {"unreadable": True}


def json_line(row: AuditRow) -> str:
    """One JSON object on a line."""
    return json.dumps(as_data(row), ensure_ascii=False, separators=(",", ":"))


def cef(row: AuditRow, version: str) -> str:
    """One CEF event."""
    name = row.action.replace(".", " ").replace("_", " ")
    extension = {
        "rt": str(int(row.at.timestamp() * 1000)), "suser": row.actor, "sproc": row.actor_kind,
        "src": row.source if row.source and re.fullmatch(r"[0-9.]{7,15}", row.source) else None,
        "c6a2": row.source if row.source and ":" in row.source else None,
        "cs1Label": "object", "cs1": row.object, "cs2Label": "partner" if row.partner else None, "cs2": row.partner,
        "cs3Label": "digest", "cs3": row.digest, "cs4Label": "previous", "cs4": row.previous,
        "cs5Label": "details", "cs5": row.details, "cn1Label": "position", "cn1": str(row.position),
        "reason": row.reason or None,
    }  # fmt: skip
    told = " ".join(f"{key}={_cef_value(value)}" for key, value in extension.items() if value is not None)
    head = "|".join(_cef_head(part) for part in ("Wharf", "wharf-gateway", version, row.action, name))
    return f"CEF:0|{head}|{_severity(row)}|{told}"


def syslog(row: AuditRow, host: str) -> str:
    """One message of RFC 5424, its fields as structured data."""
    fields = {
        "position": str(row.position), "actor": row.actor, "actorKind": row.actor_kind, "object": row.object,
        "partner": row.partner, "reason": row.reason or None, "source": row.source, "details": row.details,
        "previous": row.previous, "digest": row.digest,
    }  # fmt: skip
    data = " ".join(f'{key}="{_sd_value(value)}"' for key, value in fields.items() if value is not None)
    level = _WARNING if _severity(row) > 5 else _NOTICE
    at = f"{row.at:%Y-%m-%dT%H:%M:%S.%f}Z"
    return f"<{_PRIORITY + level}>1 {at} {_name(host)} wharf - {_name(row.action)[:32]} [{_SD_ID} {data}]"


def _severity(row: AuditRow) -> int:
    """0 to 10: refusals and what was done to the trail above what people do every day."""
    if row.action.startswith(("access.", "audit.", "settings.refused")):
        return 7
    return 5 if row.actor_kind in (ActorKind.PERSON, ActorKind.KEY) else 3


def _cef_head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _cef_value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\r", " ").replace("\n", "\\n")


def _sd_value(text: str) -> str:
    return re.sub(r'(["\\\]])', r"\\\1", text)


def _name(text: str) -> str:
    return re.sub(r"[^!-~]", "_", text)[:255] or "-"


FORMATS: Mapping[str, str] = {
    "json": "JSON lines", "cef": "ArcSight Common Event Format", "syslog": "syslog, RFC 5424",
}  # fmt: skip
