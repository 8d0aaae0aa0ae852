"""The channels of the API: those of the settings, ``api``, and one for each partner, whether it is named or not.

What comes by a key that belongs to a partner comes by a channel of that partner alone, so that it is this partner's
whatever stands in it, also where it is read again later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from adapters.partner import Partner
from gateway.config.channels import ChannelTable, HttpChannel
from gateway.config.channels.http import API


class ApiChannels(Mapping[str, HttpChannel]):
    """Channels by name. Partners may come and go."""

    def __init__(self, configured: Mapping[str, ChannelTable], partners: Callable[[], Iterable[Partner]]) -> None:
        self._named = {name: channel for name, channel in configured.items() if isinstance(channel, HttpChannel)}
        self._named.setdefault(API, HttpChannel(kind="http"))
        self._partners = partners

    def __getitem__(self, name: str) -> HttpChannel:
        if name in self._named:
            return self._named[name]
        owner = owner_of(name)
        if owner is None or all(partner.name != owner for partner in self._partners()):
            raise KeyError(name)
        return self._named[API].model_copy(update={"partner": owner})

    def __iter__(self) -> Iterator[str]:
        yield from self._named
        yield from (own_channel(partner.name) for partner in self._partners())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def own_channel(partner: str) -> str:
    """The channel of what comes by a key of this partner that names no other."""
    return f"{API}.{partner}"


def owner_of(channel: str) -> str | None:
    """The partner whose own channel it is; None for any other channel."""
    head, dot, partner = channel.partition(".")
    return partner if head == API and dot else None
