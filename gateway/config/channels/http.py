"""``[channels.NAME]`` of kind ``http``."""

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

    @property
    def collected(self) -> bool:
        """What leaves by it waits until the other side collects it."""
        return True
