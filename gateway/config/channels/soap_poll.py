"""``[channels.NAME]`` of kind ``soap-poll``."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.soap_call import OperationTable, ServiceTable

_Path = Annotated[str, StringConstraints(pattern=r"^([\w-]+\.)*@?[\w-]+$", max_length=500)]


class SoapPollChannel(ChannelTable, ServiceTable, OperationTable):
    """``[channels.NAME]`` of kind ``soap-poll``: somebody else's web service that is asked for what waits there."""

    kind: Literal["soap-poll"]
    items: _Path = Field(description="the way from the answer's element to the items, as orders.order")
    content: _Path | None = Field(
        default=None, description="the way from an item to its content, as document; without it, the item's own text"
    )
    id: _Path | None = Field(default=None, description="the way from an item to its id, as header.id or @id")
    cursor: _Path | None = Field(default=None, description="the way from the answer's element to the next cursor")
    start: str = Field(default="", max_length=4096, description="a text: the cursor before the first answer")
    confirm: OperationTable | None = Field(
        default=None, description='a table as { operation = "ConfirmOrders", arguments = { id = "{ids}" } }'
    )
    poll: float = Field(
        default=30.0, ge=0.05, le=86_400, description="seconds between two calls that found nothing new, 0.05 to 86400"
    )

    @property
    def shared(self) -> bool:
        """It is somebody else's, and there once."""
        return True

    @property
    def sends(self) -> bool:
        """It asks, and hands nothing in."""
        return False
