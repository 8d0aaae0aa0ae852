"""The end of the trail, kept in a file beside the ledger: rows that are cut off there leave no gap of their own."""

import json
from datetime import datetime
from pathlib import Path

from gateway.audit.entry import Head
from gateway.ledger.blobs import write_durably

FILE = "audit.head"


def kept_head(data: Path) -> Head | None:
    """The end that was seen last; None where none was. ValueError where the file is not ours."""
    try:
        found = json.loads((data / FILE).read_text("ascii"))
        return Head(int(found["position"]), str(found["digest"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(f"{data / FILE} cannot be read") from None


def keep_head(data: Path, head: Head, now: datetime) -> None:
    """Durable when it returns. Raises OSError."""
    text = json.dumps({"position": head.position, "digest": head.digest, "at": now.isoformat()})
    write_durably(data / FILE, f"{text}\n".encode("ascii"))


def set_aside(data: Path, now: datetime) -> Path | None:
    """Puts the file aside under a name of its own, after a person has said why the trail ends elsewhere now, as after a
    backup was put back. None where there is none."""
    path = data / FILE
    if not path.exists():
        return None
    aside = path.with_name(f"{FILE}.{now:%Y%m%dT%H%M%SZ}")
    path.rename(aside)
    return aside
