"""Hands parcels to an operation of somebody else's web service."""

import asyncio
import re
from typing import Any, Final

from adapters.contracts import Parcel, RefusedError
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.settings import Operation
from adapters.transports.soap_calls.values import words_in

WORDS: Final = frozenset({"bytes", "text", "name", "kind", "partner", "id"})
"""What the arguments of the operation can hold."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 text has (section 2.2)."""


class SoapDestination:
    """One call for each parcel. The service is told the parcel's id, and must bear to be told one twice."""

    def __init__(self, caller: Caller, operation: Operation) -> None:
        self._caller = caller
        self._operation = operation
        self._words = words_in(operation.arguments)

    async def send(self, parcel: Parcel) -> str:
        """Calls, and returns the operation's name. Raises RefusedError, AdapterError."""
        values: dict[str, Any] = {
            "bytes": parcel.content, "name": parcel.name, "kind": parcel.kind, "partner": parcel.partner,
            "id": parcel.id,
        }  # fmt: skip
        if "text" in self._words:
            values["text"] = _text(parcel.content)
        try:
            await asyncio.to_thread(self._caller.call, self._operation, values)
        except asyncio.CancelledError:
            self._caller.close()
            raise
        return self._operation.name

    def close(self) -> None:
        """Ends what is under way."""
        self._caller.close()


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if _NOT_XML.search(text):
        raise RefusedError("it has bytes that a text in XML cannot hold: send {bytes} instead of {text}")
    return text
