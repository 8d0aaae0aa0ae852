"""Who this node is: an id that its data folder keeps, and a name for people."""

import contextlib
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gateway.ledger.blobs import sync_folder, write_durably
from gateway.ledger.contract import LedgerError

FILE: Final = "node"
"""The file's name in the data folder."""
_ID: Final = re.compile(r"[0-9a-zA-Z-]{8,64}")


def node_id(data: Path, new_id: Callable[[], str]) -> str:
    """The id in the data folder, made at the first start. LedgerError where it cannot be read or kept."""
    path = data / FILE
    try:
        with contextlib.suppress(FileNotFoundError):
            found = path.read_text("ascii").strip()
            if _ID.fullmatch(found):
                return found
            raise LedgerError(f"{path} holds no node's id: delete it, and the node gets another one")
        if not data.exists():
            data.mkdir(mode=0o700, parents=True)
            sync_folder(data.parent)
        made = new_id()
        write_durably(path, f"{made}\n".encode())
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path}, which tells who this node is, cannot be used: {error}") from None
    return made


def node_name(given: str | None) -> str:
    """The name that the settings give, else the host's."""
    return given or socket.gethostname() or "node"
