"""Orders read under a partner's rules."""

import tomllib

from adapters.partner import Partner
from adapters.reading import Closing, Item, Message
from adapters.translate import digest, read_delivery
from tests.rigs.x12_bytes import group, interchange, transaction_set


def partner_with(rules: str) -> Partner:
    """A partner for any sender, with these rules in TOML."""
    return Partner.model_validate({"name": "acme", "catch_all": True, **tomllib.loads(rules)})


def items_of(content: bytes, partner: Partner) -> list[Item]:
    """All that comes out of a delivery."""
    return list(read_delivery(content, digest(content), lambda *_: partner))


def messages_of(content: bytes, partner: Partner) -> list[Message]:
    """The messages alone."""
    return [item for item in items_of(content, partner) if isinstance(item, Message)]


def closing_of(content: bytes, partner: Partner) -> Closing:
    """The only closing."""
    (closing,) = (item for item in items_of(content, partner) if isinstance(item, Closing))
    return closing


def order_of(rows: tuple[str, ...]) -> bytes:
    """An interchange with one order."""
    return interchange(group(transaction_set(rows)))


def read_order(rows: tuple[str, ...], rules: str) -> Message:
    """One order as its partner's rules see it."""
    (message,) = messages_of(order_of(rows), partner_with(rules))
    return message
