"""The doors that the settings describe."""

from collections.abc import Mapping

from gateway.agreements import Agreements
from gateway.config.channels import Channel
from gateway.doors import Doors


def doors_of(tables: Mapping[str, Channel], agreements: Agreements) -> Doors:
    """Whose deliveries each channel takes, and on which a sender waits."""
    return Doors(
        agreements.find,
        agreements.by_name,
        reserved={name: channel.partner for name, channel in tables.items() if channel.partner},
        waiting=frozenset(name for name, channel in tables.items() if channel.waited_on),
    )
