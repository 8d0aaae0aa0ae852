"""Who has sent this: from the identities of an envelope to the partner."""

from collections.abc import Iterable

from adapters.partner import Partner


class PartnerBook:
    """The partners by identity and by name."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._by_name = {partner.name: partner for partner in partners}
        self._by_identity: dict[tuple[str, str], list[tuple[str | None, Partner]]] = {}
        for partner in self._by_name.values():
            for identity in partner.identities:
                known = self._by_identity.setdefault((identity.scheme, identity.id.rstrip()), [])
                known.append((identity.qualifier, partner))
        self._catch_all = next((partner for partner in self._by_name.values() if partner.catch_all), None)

    def find(self, scheme: str, qualifier: str | None, id: str) -> Partner | None:
        """The partner with this identity, else the catch-all, else None.

        An identity without qualifier matches any. Padding at the end of ``id`` does not count, since ISA06 and ISA08
        are always 15 characters long.
        """
        for own, partner in self._by_identity.get((scheme, id.rstrip()), ()):
            if own is None or own == qualifier:
                return partner
        return self._catch_all

    def all(self) -> tuple[Partner, ...]:
        """Every partner."""
        return tuple(self._by_name.values())

    def by_name(self, name: str) -> Partner | None:
        """The partner of this name."""
        return self._by_name.get(name)
