"""Opens the ledger that the settings name, whichever database it lies in."""

from gateway.config.settings import SQLITE, Config
from gateway.ledger.blobs import Blobs
from gateway.ledger.store import BLOBS, FILE, SqlLedger, open_ledger
from gateway.ledger_keys import sealer_of


def open_configured(config: Config, *, exclusive: bool = True, read_only: bool = False) -> SqlLedger:
    """The ledger of these settings. Raises LedgerError, in words for a person, and SecretNotFoundError.

    ``exclusive``: as a gateway, which makes what is not there; else as a short command beside it. ``read_only``: for
    questions only.
    """
    url, sealer = config.ledger_url().get_secret_value(), sealer_of(config)
    if url == SQLITE:
        return open_ledger(config.data, exclusive=exclusive, read_only=read_only, sealer=sealer)
    # Loaded only where it is needed: the driver comes as an extra, and the settings were refused where it is missing.
    from gateway.ledger.open_postgres import open_postgres

    return open_postgres(url, config.data, exclusive=exclusive, read_only=read_only, sealer=sealer)


def begun(config: Config) -> bool:
    """Whether a gateway, or a key, has begun this ledger before."""
    if config.ledger_url().get_secret_value() == SQLITE:
        return (config.data / FILE).exists()
    from gateway.ledger.open_postgres import SIDECAR

    return (config.data / SIDECAR).exists()


def files_of(config: Config) -> Blobs | None:
    """The files of large content; None where it lies in the database."""
    return Blobs(config.data / BLOBS) if config.ledger_url().get_secret_value() == SQLITE else None
