"""A channel of kind ``http``: what comes is handed in over the API, and what leaves by it is collected there."""

from adapters.contracts import AdapterError, Parcel
from gateway.channels.built import Built


class Shelf:
    """Where transmissions wait until they are collected and confirmed: we send nothing by ourselves."""

    async def send(self, parcel: Parcel) -> str:  # noqa: ARG002 - the signature of a destination
        """Leaves it where it is, in the ledger."""
        raise AdapterError("it waits to be collected")

    def close(self) -> None:
        """There is nothing to let go of."""


def build() -> Built:
    """The end that others collect from."""
    return Built(destination=Shelf())
