"""Hands parcels to an operation of somebody else's web service."""

from typing import Any, Final

from adapters.contracts import Alarm, Parcel
from adapters.transports.soap_calls.answer import NotLetInError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.problems import NOT_LET_IN
from adapters.transports.soap_calls.settings import Operation

WORDS: Final = frozenset({"content", "name", "kind", "partner", "id"})
"""What the arguments of the operation can hold. The content becomes base64 where the description says so, else text."""


class SoapDestination:
    """One call for each parcel. The service is told the parcel's id, and must bear to be told one twice."""

    def __init__(self, caller: Caller, operation: Operation, *, alarm: Alarm) -> None:
        self._caller = caller
        self._operation = operation
        self._alarm = alarm

    async def send(self, parcel: Parcel) -> str:
        """Calls, and returns the operation's name. Raises RefusedError, AdapterError."""
        values: dict[str, Any] = {
            "content": parcel.content, "name": parcel.name, "kind": parcel.kind, "partner": parcel.partner,
            "id": parcel.id,
        }  # fmt: skip
        try:
            await self._caller.ask(self._operation, values)
        except NotLetInError as error:
            self._alarm(NOT_LET_IN.code, str(error))
            raise
        return self._operation.name

    def close(self) -> None:
        """Ends what is under way."""
        self._caller.close()
