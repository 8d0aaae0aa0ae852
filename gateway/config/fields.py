"""What the tables of the settings are made of: addresses, paths, places of secrets."""

import dataclasses
import ipaddress
import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr

from gateway.config.secrets import Secret


class Table(BaseModel):
    """One table of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Listen(Table):
    """An address to listen on; port 0 takes any free port."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _listen(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", value)
    if not found or int(found[3]) > 65535:
        raise ValueError("not an address")
    return Listen(host=found[1] or found[2], port=int(found[3]))


def _called(value: Any) -> Any:
    address = _listen(value)
    if isinstance(address, Listen) and not address.port:
        raise ValueError("not an address")
    return address


def network(value: Any) -> Any:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            return ipaddress.ip_network(value)
    raise ValueError("not an address")


def _secret(value: Any) -> Any:
    """``{ env = "…" }`` or ``{ file = "…" }`` becomes the place of a secret; text stays hidden from here on."""
    if isinstance(value, str):
        return Secret(inline=SecretStr(value))
    if isinstance(value, Mapping) and len(value) == 1:
        ((source, name),) = value.items()
        if isinstance(name, str) and _path(name):
            if source == "env":
                return Secret(env=name)
            if source == "file":
                return Secret(file=Path(name))
    if isinstance(value, Secret):
        return value
    raise ValueError("not a secret")


def _path(value: Any) -> Any:
    if isinstance(value, str) and (not value.strip() or not value.isprintable() or len(value) > 1024):
        raise ValueError("not a path")
    return value


Network = IPv4Network | IPv6Network
FilePath = Annotated[Path, BeforeValidator(_path)]
ListenAddress = Annotated[Listen, BeforeValidator(_listen)]
CalledAddress = Annotated[Listen, BeforeValidator(_called)]
SecretPlace = Annotated[Secret, BeforeValidator(_secret)]


TableT = TypeVar("TableT", bound=Table)


def at_home(table: TableT, home: Path, env: Mapping[str, str]) -> TableT:
    """The table with all its paths made absolute, and its secrets told which environment they are read from."""
    found: dict[str, Any] = {}
    for name, value in table:
        if isinstance(value, Path):
            found[name] = home / value
        elif isinstance(value, Secret):
            file = home / value.file if value.file is not None else None
            found[name] = dataclasses.replace(value, file=file, environment=env)
        elif isinstance(value, Table):
            found[name] = at_home(value, home, env)
    return table.model_copy(update=found)
