"""The keys of the settings, as the ledger takes them."""

from gateway.config import Config
from gateway.config.protection import NONE
from gateway.ledger.sealing import Sealer


def sealer_of(config: Config) -> Sealer | None:
    """None where the settings have no keys; raises SecretNotFoundError."""
    table = config.encryption
    if not table.keys:
        return None
    return Sealer(table.revealed(), None if table.current in (None, NONE) else table.current)
