"""``[channels.NAME]`` of kind ``drop``."""

from typing import Literal

from pydantic import Field

from gateway.config.channels.base import ChannelTable
from gateway.config.fields import FilePath


class DropChannel(ChannelTable):
    """``[channels.NAME]`` of kind ``drop``: a folder that others write into."""

    kind: Literal["drop"]
    path: FilePath = Field(description="the folder to watch, relative to the one of wharf.toml")
    poll: float = Field(
        default=1.0, ge=0.05, le=3600, description="seconds between two looks at the folder, 0.05 to 3600"
    )
    settle: float = Field(
        default=1.0, ge=0.01, le=3600, description="seconds for which a file must not change to be whole, 0.01 to 3600"
    )
    workers: int = Field(default=8, ge=1, le=64, description="a whole number from 1 to 64: files taken at a time")
    max_bytes: int = Field(
        default=2 << 30, ge=1, le=1 << 40, description="a whole number of bytes: a larger file is not taken"
    )

    each_node: bool = Field(
        default=False, description="true where each node has a folder of its own, false where all nodes see the same"
    )

    @property
    def shared(self) -> bool:
        """One folder for all nodes, but where each has its own."""
        return not self.each_node

    @property
    def apart(self) -> bool:
        """Each partner has a folder of its own."""
        return True
