"""Calls one web service: its description from our own files alone, its address from the settings alone."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

from lxml import etree

from adapters.contracts import AdapterError, RefusedError
from adapters.transports.soap_calls.answer import element_of
from adapters.transports.soap_calls.description import NO_TEXT, Description
from adapters.transports.soap_calls.settings import Operation, Service
from adapters.transports.soap_calls.values import filled
from adapters.transports.soap_calls.wire import Wire


class Caller:
    """One service, called from any thread. The description is read at the first call.

    ``threads`` is for calls, which block.
    """

    def __init__(self, service: Service, threads: Executor) -> None:
        self._service = service
        self._threads = threads
        self._wire = Wire(service)
        self._description: Description | None = None
        self._turn = threading.Lock()

    def description(self) -> Description:
        """The description of the service. Raises AdapterError where it cannot be used."""
        with self._turn:
            if self._description is None:
                self._description = Description(self._service, self._wire.post)
            return self._description

    async def ask(self, operation: Operation, values: Mapping[str, Any]) -> etree._Element | None:
        """``call`` on a thread; ended, it ends what is under way."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self.call, operation, values)
        except asyncio.CancelledError:
            self.close()
            raise

    def call(self, operation: Operation, values: Mapping[str, Any]) -> etree._Element | None:
        """The element in the body of the answer; None where there is none.

        Raises RefusedError where the service says that the content is at fault, NotLetInError where it says that we
        are, AdapterError for all else.
        """
        description = self.description()
        try:
            arguments = filled(dict(operation.arguments), values)
        except KeyError as error:
            raise AdapterError(f"nothing is known that {{{error.args[0]}}} stands for") from None
        except UnicodeDecodeError:
            raise RefusedError(NO_TEXT) from None
        return element_of(description.call(operation.name, arguments), self._service.max_bytes)

    def close(self) -> None:
        """Ends what is under way; the next call opens a connection of its own."""
        self._wire.close()
