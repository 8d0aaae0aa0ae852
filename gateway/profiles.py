"""How we write to a partner: from the identities in the settings to the names on an envelope."""

from collections.abc import Sequence

from adapters.partner import Identity, Partner
from adapters.translation.x12_write import OutboundProfile

_ISA, _GS = "ISA", "GS"
_NO_QUALIFIER = "ZZ"
"""ISA05: mutually defined, for an identity that names no qualifier."""


def profile_for(own: Sequence[Identity], partner: Partner, *, release: str, usage: str) -> OutboundProfile | None:
    """The profile of a partner; None where one of us has no ISA identity."""
    us, them = _named(own, _ISA), _named(partner.identities, _ISA)
    if us is None or them is None:
        return None
    our_group, their_group = _named(own, _GS), _named(partner.identities, _GS)
    return OutboundProfile(
        sender=(us.qualifier or _NO_QUALIFIER, us.id),
        receiver=(them.qualifier or _NO_QUALIFIER, them.id),
        group_sender=our_group.id if our_group else None,
        group_receiver=their_group.id if their_group else None,
        release=release,
        usage=usage,
    )


def _named(identities: Sequence[Identity], scheme: str) -> Identity | None:
    return next((identity for identity in identities if identity.scheme == scheme), None)
