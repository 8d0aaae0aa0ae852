"""What the settings say about partners, as they stand now: asked for every message, replaced as a whole."""

from collections.abc import Iterable

from adapters.partner import Partner
from gateway.partners import PartnerBook


class Agreements:
    """The partners of the running gateway. Whoever asks never sees half of a change."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._book = PartnerBook(partners)

    def find(self, scheme: str, qualifier: str | None, id: str) -> Partner | None:
        """As ``PartnerBook.find``."""
        return self._book.find(scheme, qualifier, id)

    def by_name(self, name: str) -> Partner | None:
        """As ``PartnerBook.by_name``."""
        return self._book.by_name(name)

    def all(self) -> tuple[Partner, ...]:
        """As ``PartnerBook.all``."""
        return self._book.all()

    def replace(self, partners: Iterable[Partner]) -> None:
        """From the next question on these partners hold, and no others."""
        self._book = PartnerBook(partners)
