"""Who may come in, and how many at a time. Sans-IO."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from adapters.transports.mllp.settings import Network

_MOST_REMEMBERED = 1000


class Turned(StrEnum):
    """Why somebody was turned away."""

    NOT_ALLOWED = "its address is not allowed on this channel"
    PEER_FULL = "it has as many connections as one address may have"
    FULL = "the channel has as many connections as it may have"


class Peers:
    """Counts connections by where they come from."""

    def __init__(self, allow: Sequence[Network], connections: int, per_peer: int) -> None:
        self._allow = tuple(allow)
        self._connections = connections
        self._per_peer = per_peer
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._counts.total()

    def enter(self, address: str) -> Turned | None:
        """Counts one connection more, or tells why not."""
        found = plain_address(address)
        if self._allow and not any(found in network for network in self._allow):
            return Turned.NOT_ALLOWED
        key = _key(found)
        if self._counts[key] >= self._per_peer:
            return Turned.PEER_FULL
        if self._counts.total() >= self._connections:
            return Turned.FULL
        self._counts[key] += 1
        return None

    def leave(self, address: str) -> None:
        """Counts one connection less."""
        key = _key(plain_address(address))
        self._counts[key] -= 1
        if not self._counts[key]:
            del self._counts[key]


class Seldom:
    """Says the same thing at most once in a while, so that a stranger cannot fill the log."""

    def __init__(self, monotonic: Callable[[], float], every: float = 60.0) -> None:
        self._monotonic = monotonic
        self._every = every
        self._said: dict[Hashable, tuple[float, int]] = {}

    def due(self, thing: Hashable) -> int:
        """How often it has happened since it was last said, this time included; 0 where it is not to be said now."""
        now = self._monotonic()
        at, kept_back = self._said.get(thing, (-math.inf, 0))
        if now - at < self._every:
            self._said[thing] = (at, kept_back + 1)
            return 0
        if len(self._said) >= _MOST_REMEMBERED:
            self._said.clear()
        self._said[thing] = (now, 0)
        return kept_back + 1


def plain_address(address: str) -> IPv4Address | IPv6Address:
    """The address without its zone; an IPv4 address that came through an IPv6 socket is an IPv4 address."""
    found = ip_address(address.partition("%")[0])
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def _key(address: IPv4Address | IPv6Address) -> str:
    """Whoever has one address of an IPv6 network of 64 bits has all of them."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, 64), strict=False))
