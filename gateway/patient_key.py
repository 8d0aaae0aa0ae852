"""The key of the tokens that stand for patients and encounters in documents.

The same patient has the same token as long as the key stays; without the key nobody can tell who it is.
"""

import secrets
from pathlib import Path
from typing import Final

from gateway.config.settings import Config
from gateway.ledger.blobs import write_durably

_NAME: Final = "patient.key"
_BYTES: Final = 32


def patient_key(config: Config) -> bytes:
    """The key of the settings, else that of the data folder, which is made when it is first needed.

    Raises SecretNotFoundError; OSError where the folder cannot be written.
    """
    given = config.patient_key()
    return given if given is not None else _kept(config.data / _NAME)


def _kept(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, secrets.token_hex(_BYTES).encode())
    return path.read_bytes()
