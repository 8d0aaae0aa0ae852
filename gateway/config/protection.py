"""``[audit]`` and ``[encryption]``: what is put on record for how long, and the keys of what lies in the ledger."""

import base64
import binascii
import dataclasses
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from canonical.problem import ProblemKind
from gateway import problems_config as kinds
from gateway import problems_protection as own
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.fields import SecretPlace, Table
from gateway.config.places import Location
from gateway.config.secrets import Secret, SecretNotFoundError

NONE = "none"
"""As ``current``: what is written from now on is not encrypted, and what was can still be read."""
KEY_BYTES = 32


class AuditTable(Table):
    """``[audit]``: the trail of who did and saw what."""

    keep_days: int = Field(
        default=2190,
        ge=30,
        le=36_500,
        description="a whole number of days from 30 to 36500; 2190 are six years (45 CFR 164.316)",
    )


class EncryptionTable(Table):
    """``[encryption]``: keys of what lies in the ledger; without them it lies there as it came."""

    current: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$",
        description='the name of the key for what is written from now on, as "k2"; "none" to encrypt nothing more',
    )
    keys: dict[str, SecretPlace] = Field(
        default_factory=dict,
        description='a table of names and places, as k1 = { file = "/run/secrets/wharf_k1" }',
    )

    def placed(self, home: Path, env: Mapping[str, str]) -> "EncryptionTable":
        """With absolute paths."""
        found = {
            name: dataclasses.replace(place, file=home / place.file if place.file else None, environment=env)
            for name, place in self.keys.items()
        }
        return self.model_copy(update={"keys": found})

    def revealed(self) -> dict[str, bytes]:
        """The keys by their names; raises SecretNotFoundError where one is not there or is no key."""
        return {name: key_of(name, place) for name, place in self.keys.items()}


def key_of(name: str, place: Secret) -> bytes:
    """The 32 bytes at a place. Raises SecretNotFoundError, naming the key."""
    try:
        found = base64.b64decode(place.reveal().get_secret_value().strip(), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != KEY_BYTES:
        raise SecretNotFoundError(f"the encryption key {name!r} at {place} is not 32 bytes in base64")
    return found


def encryption_problems(table: EncryptionTable, origin: Origin) -> list[ConfigProblem]:
    """Each key is there and is one, none stands in the settings, and the current one is among them."""
    at: Location = ("encryption",)
    problems = []
    known = ", ".join(f'"{name}"' for name in table.keys) or "none"
    if table.keys and table.current is None:
        problems.append(origin.problem(kinds.MISSING_KEY, (*at, "current"), expected=f"one of the keys: {known}"))
    elif table.current not in (None, NONE, *table.keys):
        problems.append(
            origin.problem(
                kinds.WRONG_VALUE, (*at, "current"), found=f'"{table.current}"', expected=f"one of the keys: {known}"
            )
        )
    for name, place in table.keys.items():
        here = (*at, "keys", name)
        expected = '{ file = "…" } or { env = "…" }: 32 random bytes in base64, as openssl rand -base64 32 makes them'
        if name == NONE:
            problems.append(origin.problem(kinds.WRONG_VALUE, here, found='"none"', expected="another name"))
        if place.inline is not None and here not in origin.variables:
            problems.append(origin.problem(kinds.WRONG_VALUE, here, found="the key itself", expected=expected))
            continue
        problems += [origin.problem(kind, here, found=str(place)) for kind in open_files(place.file)]
        try:
            key_of(name, place)
        except SecretNotFoundError as error:
            kind = kinds.WRONG_VALUE if "base64" in str(error) else kinds.SECRET_NOT_FOUND
            problems.append(origin.problem(kind, here, found=str(error), expected=expected))
    return problems


def open_files(file: Path | None) -> list[ProblemKind]:
    """What is to be said of a secret file that more than its owner can read."""
    try:
        mode = file.stat().st_mode if file is not None else 0
    except OSError:
        return []
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        return [kinds.SECRET_READABLE_BY_OTHERS]
    return [own.SECRET_OPEN_TO_GROUP] if mode & (stat.S_IRGRP | stat.S_IWGRP) else []
