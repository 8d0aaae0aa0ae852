"""Which keys the ledger's content is encrypted with: their names and fingerprints, never the keys."""

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.contract import LedgerError
from gateway.ledger.schema import meta
from gateway.ledger.sealing import NoKeys, Sealer, missing_key

_KEY = "encryption.key."
_CURRENT = "encryption.current"


def known_keys(connection: Connection) -> dict[str, str]:
    """Fingerprints by key id."""
    found = connection.execute(select(meta.c.name, meta.c.value).where(meta.c.name.startswith(_KEY, autoescape=True)))
    return {name.removeprefix(_KEY): value for name, value in found}


def check_keys(connection: Connection, sealer: Sealer) -> None:
    """LedgerError, naming the key, where one is missing or is another than it was."""
    for id, fingerprint in known_keys(connection).items():
        if id not in sealer.ids:
            raise LedgerError(missing_key(id))
        if sealer.fingerprint(id) != fingerprint:
            raise LedgerError(
                f'the key "{id}" is not the one that content of the ledger was encrypted with: put the right one in '
                "its place, or give the new one a name of its own"
            )


def note_keys(readers: Engine, writing: Engine | None, sealer: Sealer | None, *, alone: bool) -> None:
    """As a ledger is opened: the keys that were used are there, and the current one is noted before it is used."""
    own = sealer or NoKeys()
    with readers.connect() as connection, connection.begin():
        check_keys(connection, own)
        noted = is_noted(connection, own, alone=alone)
    if writing is not None and not noted:
        with writing.begin() as connection:
            register_key(connection, own, alone=alone)


def is_noted(connection: Connection, sealer: Sealer, *, alone: bool) -> bool:
    """Whether ``register_key`` has nothing to do."""
    known = sealer.current is None or sealer.current in known_keys(connection)
    return known and (not alone or current_key(connection) == sealer.current)


def register_key(connection: Connection, sealer: Sealer, *, alone: bool) -> None:
    """Notes the current key before anything is sealed with it; ``alone``, as the gateway, also that from now on
    everything is."""
    if sealer.current is not None:
        _set(connection, f"{_KEY}{sealer.current}", sealer.fingerprint(sealer.current))
    if alone:
        _set(connection, _CURRENT, sealer.current or "")


def current_key(connection: Connection) -> str | None:
    """What the gateway that was started last seals with; None where it seals nothing."""
    found: str | None = connection.execute(select(meta.c.value).where(meta.c.name == _CURRENT)).scalar_one_or_none()
    return found or None


def forget_keys(connection: Connection, besides: str | None) -> tuple[str, ...]:
    """Forgets all keys but one, after nothing is sealed with them any more; gives their ids."""
    gone = tuple(sorted(id for id in known_keys(connection) if id != besides))
    for id in gone:
        connection.execute(delete(meta).where(meta.c.name == f"{_KEY}{id}"))
    return gone


def _set(connection: Connection, name: str, value: str) -> None:
    statement = insert(meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
