"""``[channels.NAME]`` of kind ``http``."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from gateway.config.channels.base import ChannelTable

API = "api"
"""The channel that is always there: what comes over the API by a key that names none."""


class HttpChannel(ChannelTable):
    """``[channels.NAME]`` of kind ``http``: a system that hands in over the API, and collects there what is for it."""

    kind: Literal["http"]
    max_bytes: int = Field(
        default=16 << 20,
        ge=1,
        le=1 << 30,
        description="a whole number of bytes up to 1 GiB: a larger body is refused",
    )

    @property
    def waited_on(self) -> bool:
        """Whoever asks over HTTP waits for the answer."""
        return True


def all_channels(configured: Mapping[str, ChannelTable], partners: Iterable[str]) -> dict[str, HttpChannel]:
    """The channels of kind ``http``: those of the settings, ``api``, and one for each partner."""
    named = {name: channel for name, channel in configured.items() if isinstance(channel, HttpChannel)}
    api = named.get(API) or HttpChannel(kind="http")
    own = {own_channel(partner): api.model_copy(update={"partner": partner}) for partner in partners}
    return {API: api, **own, **named}


def own_channel(partner: str) -> str:
    """The channel of what comes by a key of this partner that names no other: nobody else can use it."""
    return f"{API}.{partner}"
