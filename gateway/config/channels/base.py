"""What every table of a channel has."""

from pydantic import Field

from adapters.partner import Slug
from gateway.config.fields import Table


class ChannelTable(Table):
    """One door. What a kind can do, its own table says; who asks need not know the kinds."""

    partner: Slug | None = Field(
        default=None, description="the name of a partner, when only that one may use the channel"
    )

    @property
    def sends(self) -> bool:
        """Whether outbound documents and acknowledgments can leave by it."""
        return True

    @property
    def collected(self) -> bool:
        """Whether what is sent waits until its partner collects it."""
        return False

    @property
    def apart(self) -> bool:
        """Whether what is sent to one partner lies apart from that to others, so that tests can stand beside."""
        return False

    @property
    def waited_on(self) -> bool:
        """Whether a sender waits on its line for the answer to each message."""
        return False

    @property
    def shared(self) -> bool:
        """Whether it watches something of which there is one for all nodes, so that only one of them may."""
        return False

    @property
    def keeps_order(self) -> bool:
        """Whether nothing that leaves by it may overtake what failed before."""
        return False
