"""Test data and real data: what is sent as which, and where they must not meet."""

from collections.abc import Callable, Iterable

from adapters.partner import Partner, Send


def usage_of(partner: Partner, *, test: bool) -> str:
    """ISA15 of what is sent: that of the partner's file, and T for whatever is marked as test."""
    return "T" if test else partner.x12.write.usage if partner.x12 is not None else "P"


def channel_of(send: Send, *, test: bool) -> str:
    """Where it goes."""
    return send.test_channel if test and send.test_channel is not None else send.channel


class RealThere:
    """Says whether other partners get real documents by a channel, so that test data must not go there."""

    def __init__(self, partners: Callable[[], Iterable[Partner]], apart: frozenset[str]) -> None:
        self._partners = partners
        self._apart = apart
        """Channels in which each partner has a place of its own."""

    def __call__(self, channel: str, besides: str) -> bool:
        """Whether anybody but this partner does."""
        if channel in self._apart:
            return False
        return any(
            partner.send is not None and partner.send.channel == channel and usage_of(partner, test=False) != "T"
            for partner in self._partners()
            if partner.name != besides
        )
