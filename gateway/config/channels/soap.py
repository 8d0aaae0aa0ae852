"""``[channels.NAME]`` of kind ``soap``."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.config.channels.base import ChannelTable
from gateway.config.fields import SecretPlace


class SoapChannel(ChannelTable):
    """``[channels.NAME]`` of kind ``soap``: a path of the gateway's own port where others call a web service."""

    kind: Literal["soap"]
    path: str = Field(
        pattern=r"^/soap(/[A-Za-z0-9_-]+)*$", max_length=200, description="a path that begins with /soap, as /soap/erp"
    )
    user: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        default=None, description="the name that callers show in a UsernameToken"
    )
    password: SecretPlace | None = Field(
        default=None, description='{ env = "…" } or { file = "…" }: the password of that name'
    )
    clients: tuple[Annotated[str, StringConstraints(min_length=1, max_length=255)], ...] = Field(
        default=(), description='a list of names in client certificates, as ["erp.example"]'
    )
    max_bytes: int = Field(
        default=16 << 20,
        ge=1024,
        le=1 << 30,
        description="a whole number of bytes from 1 KiB to 1 GiB: a larger call is refused",
    )

    @property
    def waited_on(self) -> bool:
        """Each call is answered on its line."""
        return True

    @property
    def collected(self) -> bool:
        """What leaves by it is asked for."""
        return True
