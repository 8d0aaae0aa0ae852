"""Doors: what is known of a channel besides what comes through it: whose it is, and whether its senders wait."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.contracts import Delivery, Sender
from adapters.partner import Partner, PartnerFor
from gateway.api_channels import owner_of

_CERTIFICATE, _ADDRESS = "TLS", "IP"
"""Schemes of identities by which a sender is known that shows a certificate, or has an address of its own."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Whose deliveries the channels take."""

    partner_for: PartnerFor
    by_name: Callable[[str], Partner | None]
    reserved: Mapping[str, str] = field(default_factory=dict)
    """Channel to the one partner that may use it."""
    waiting: frozenset[str] = frozenset()
    """Channels on which a sender waits for its answer."""

    def partners_of(self, delivery: Delivery) -> PartnerFor:
        """Who may have sent it, asked by identity.

        A folder that is reserved takes a partner's own identities alone: anybody else is a stranger there. Who calls
        on a line of its own, or shows a certificate or address that a partner's file names, is that partner, whatever
        the header says.
        """
        reserved = self.reserved.get(delivery.channel) or owner_of(delivery.channel)
        if self.waits(delivery.channel):
            caller = self.by_name(reserved) if reserved is not None else self._caller(delivery.sender)
            return self.partner_for if caller is None else lambda *_: caller
        if reserved is None:
            return self.partner_for

        def only(scheme: str, qualifier: str | None, id: str) -> Partner | None:
            found = self.partner_for(scheme, qualifier, id)
            return found if found is not None and found.name == reserved else None

        return only

    def waits(self, channel: str) -> bool:
        """Whether a sender waits on this channel for its answer."""
        return channel in self.waiting or owner_of(channel) is not None

    def _caller(self, sender: Sender | None) -> Partner | None:
        shown = () if sender is None else (*((_CERTIFICATE, name) for name in sender.names), (_ADDRESS, sender.address))
        for scheme, id in shown:
            found = self.partner_for(scheme, None, id)
            if found is not None and not found.catch_all:
                return found
        return None
