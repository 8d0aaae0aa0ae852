"""How we write to a partner: from the identities and rules in the settings to the names and marks on an envelope."""

from collections.abc import Sequence

from adapters.formats.x12.tree import Delimiters
from adapters.mappings.to_x12.characters import Characters
from adapters.overlay import Writing
from adapters.partner import Identity, Partner
from adapters.translation.x12_write import OutboundProfile

_ISA, _GS = "ISA", "GS"
_NO_QUALIFIER = "ZZ"
"""ISA05: mutually defined, for an identity that names no qualifier."""


def profile_for(
    own: Sequence[Identity], partner: Partner, *, release: str | None = None, usage: str | None = None
) -> OutboundProfile | None:
    """The profile of a partner; None where one of us has no ISA identity.

    ``release`` and ``usage`` go before what the partner's file says.
    """
    us, them = _named(own, _ISA), _named(partner.identities, _ISA)
    if us is None or them is None:
        return None
    our_group, their_group = _named(own, _GS), _named(partner.identities, _GS)
    how = partner.x12.write if partner.x12 is not None else Writing()
    return OutboundProfile(
        sender=(us.qualifier or _NO_QUALIFIER, us.id),
        receiver=(them.qualifier or _NO_QUALIFIER, them.id),
        group_sender=our_group.id if our_group else None,
        group_receiver=their_group.id if their_group else None,
        release=release or how.release,
        version=how.version if release is None else None,
        usage=usage or how.usage,
        delimiters=marks_of(how.delimiters),
        characters=Characters(how.unsuited, how.replacement, how.upper, how.characters),
        implementation=how.implementation,
        count_always=how.count_always,
        strict=how.strict,
        overlay=partner.x12,
    )


def document_profile(
    own: Sequence[Identity], partner: Partner, document_type: str, *, test: bool = False
) -> OutboundProfile | None:
    """The profile for one type of document, with the release that was agreed for it; a test is marked as one."""
    agreed = partner.agreements.get(document_type)
    return profile_for(own, partner, release=agreed.release if agreed else None, usage="T" if test else None)


def marks_of(text: str) -> Delimiters:
    """The separators from three or four characters: elements, components, segments, repetitions."""
    return Delimiters(text[0], text[1], text[2], text[3:] or None)


def _named(identities: Sequence[Identity], scheme: str) -> Identity | None:
    return next((identity for identity in identities if identity.scheme == scheme), None)
