"""Hands parcels to an operation of somebody else's web service."""

import asyncio

from adapters.contracts import Parcel
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.settings import Operation

WORDS = frozenset({"content", "bytes", "name", "kind", "partner", "id"})
"""What the arguments of the operation can hold."""


class SoapDestination:
    """One call for each parcel. The service must bear to be told one twice: it is told the parcel's id."""

    def __init__(self, caller: Caller, operation: Operation) -> None:
        self._caller = caller
        self._operation = operation

    async def send(self, parcel: Parcel) -> str:
        """Calls, and returns the operation's name. Raises RefusedError, AdapterError."""
        values = {
            "content": parcel.content.decode("utf-8", "replace"), "bytes": parcel.content, "name": parcel.name,
            "kind": parcel.kind, "partner": parcel.partner, "id": parcel.id,
        }  # fmt: skip
        await asyncio.to_thread(self._caller.call, self._operation, values)
        return self._operation.name
