"""One plain connection to RabbitMQ: every call bounded in time, every failure told in words without secrets."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import aio_pika
from aio_pika import exceptions
from aio_pika.abc import AbstractChannel
from aiormq.connection import Connection, TCPTransportFactory, TransportFactory
from aiormq.exceptions import ChannelAccessRefused, ConnectionNotAllowed
from yarl import URL

from adapters.contracts import AdapterError
from adapters.transports.tls import ClientFiles, client_context, refusal
from canonical.problem import ProblemKind
from gateway.publishers import problems
from gateway.publishers.channel import ConfirmChannel
from gateway.publishers.contract import PublisherError

T = TypeVar("T")

HEARTBEAT = 10
"""Seconds. With the library's default of 60 a frozen broker is noticed only after three minutes."""

_FILES = ("cafile", "certfile", "keyfile")
"""Parameters of the URL that name PEM files."""
_DEEPEST = 10
UNCHECKED = frozenset(("no_verify_ssl", "capath", "cadata"))
"""Parameters by which the client library would check less than we do, or what nobody sees."""

BROKER_FAILURES: tuple[type[Exception], ...] = (*exceptions.CONNECTION_EXCEPTIONS, EOFError, AdapterError)
"""Everything by which the client library tells that connection or channel failed. TimeoutError is an OSError."""


class BrokerAddress:
    """A broker's URL that shows itself without its user and password."""

    def __init__(self, url: str) -> None:
        """Takes ``amqp://`` and ``amqps://``; a ValueError names no part of the URL."""
        try:
            parsed = URL(url)
        except ValueError:
            raise ValueError(
                "the broker's url is not a URL; it looks like amqp://user:password@host:5672/vhost"
            ) from None
        if parsed.scheme not in ("amqp", "amqps") or not parsed.host:
            raise ValueError("the broker's url begins with amqp:// or amqps:// and names a host")
        if UNCHECKED & parsed.query.keys():
            raise ValueError("the broker's url switches checks of TLS off, which is not possible")
        ca, certificate, key = (Path(parsed.query[name]) if parsed.query.get(name) else None for name in _FILES)
        self.tls = ClientFiles(ca, certificate, key)
        """Whom to trust, and what to show, over ``amqps://``."""
        port = parsed.explicit_port or (5671 if parsed.scheme == "amqps" else 5672)
        self.url = (
            parsed.with_port(port)
            if "heartbeat" in parsed.query
            else (parsed.with_port(port).update_query(heartbeat=str(HEARTBEAT)))
        )

    def __str__(self) -> str:
        return f"{self.url.host}:{self.url.port}"

    def __repr__(self) -> str:
        return f"BrokerAddress({self})"


class _Wire(TransportFactory):
    """Makes the socket and keeps hold of it, so that it can be cut when a polite close hangs."""

    def __init__(self, tls: ClientFiles | None) -> None:
        self._tls = tls
        self._writer: asyncio.StreamWriter | None = None

    async def create(self, url: URL, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        own = kwargs.pop("ssl_context_provider", None)
        if self._tls is None:
            reader, writer = await TCPTransportFactory().create(url, ssl_context_provider=own, **kwargs)
        else:
            # Read anew for each connection: the files may have been replaced. The library's own context checks less.
            context = await asyncio.to_thread(client_context, self._tls)
            name = self._tls.server_name or url.host
            reader, writer = await asyncio.open_connection(
                url.host, url.port, ssl=context, server_hostname=name, **kwargs
            )
        self._writer = writer
        return reader, writer

    @property
    def writer(self) -> asyncio.StreamWriter:
        assert self._writer is not None  # noqa: S101 - whoever has a link has a socket
        return self._writer

    def cut(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()


class Link:
    """An open connection. ``cut`` drops what is unsent, so that nothing of it is delivered later."""

    def __init__(self, address: BrokerAddress, connection: aio_pika.Connection, wire: _Wire, call: float) -> None:
        self.address = address
        self._connection = connection
        self._wire = wire
        self._call = call

    def alive(self) -> bool:
        """Whether the connection stands, as far as is known without asking the broker."""
        transport = self._connection.transport
        return transport is not None and transport.connection.is_opened

    async def blocked(self) -> bool:
        """Whether the broker has said `connection.blocked` (memory or disk alarm)."""
        transport = self._connection.transport
        if transport is None:
            return False
        try:
            # An unblocked connection is ready without waiting, so that no time is enough.
            async with asyncio.timeout(0):
                await transport.ready()
        except TimeoutError:
            return True
        return False

    async def channel(self) -> AbstractChannel:
        """A channel with publisher confirms, on which a returned message is an error."""
        channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await bounded(channel.initialize(), self._call, self.address)
        return channel

    async def confirming(self) -> ConfirmChannel:
        """The channel for events."""
        transport = self._connection.transport
        if transport is None or not isinstance(transport.connection, Connection):
            raise failure(problems.UNREACHABLE, self.address)
        channel = ConfirmChannel(transport.connection, self._wire.writer)
        await bounded(channel.open(), self._call, self.address)
        return channel

    async def prove(self) -> None:
        """Has the broker answer a publish, so that one in alarm is known before an event's attempt is counted.

        The message goes to no queue and is returned. Missing rights to send it are an answer, too.
        """
        channel = await self.channel()
        try:
            await bounded(_answered(channel), self._call, self.address)
        except PublisherError:
            if await self.blocked():
                raise failure(problems.BLOCKED, self.address) from None
            raise

    async def close(self, within: float) -> None:
        """Closes politely within so many seconds, and cuts then."""
        try:
            async with asyncio.timeout(within):
                await self._connection.close()
        except asyncio.CancelledError:
            if we_are_cancelled():
                raise
        except BROKER_FAILURES:
            pass  # It is gone already, which is what was wanted.
        finally:
            self.cut()

    def cut(self) -> None:
        """Ends the connection at once, without a word."""
        self._wire.cut()


async def connect(address: BrokerAddress, name: str, connect: float, call: float) -> Link:
    """Opens a plain connection, without the library's own reconnecting. ``name`` is shown in the broker's console.

    ``connect`` and ``call`` are bounds in seconds. Raises PublisherError.
    """
    wire = _Wire(address.tls if address.url.scheme == "amqps" else None)
    connection = aio_pika.Connection(address.url, client_properties={"connection_name": name})
    connection.kwargs["transport_factory"] = wire
    try:
        await bounded(connection.connect(), connect, address)
    except BaseException:
        wire.cut()
        with contextlib.suppress(*BROKER_FAILURES):
            await connection.close()
        raise
    return Link(address, connection, wire, call)


async def _answered(channel: AbstractChannel) -> None:
    """A publish and one call after it: a broker in alarm takes the first publish, and answers nothing from then on."""
    probe = aio_pika.Message(b"", message_id="wharf-probe")
    with contextlib.suppress(exceptions.PublishError, ChannelAccessRefused):
        await channel.default_exchange.publish(probe, "wharf.probe.nobody")
    if not channel.is_closed:
        await channel.close()


def we_are_cancelled() -> bool:
    """Whether a CancelledError is meant for this task.

    The client library raises CancelledError of its own when a connection is stuck; that is a lost connection.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def bounded(call: Awaitable[T], seconds: float, address: BrokerAddress) -> T:
    """The result of a library call, or PublisherError in words, within a bounded time."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except asyncio.CancelledError:
        if we_are_cancelled():
            raise
        raise failure(problems.UNREACHABLE, address) from None
    except BROKER_FAILURES as error:
        raise in_words(error, address) from None


def failure(kind: ProblemKind, address: BrokerAddress, detail: str = "") -> PublisherError:
    """A failure as an operator reads it: title, place, detail, help."""
    place = f"{kind.title} ({address}{': ' + detail if detail else ''}). {kind.help}"
    return PublisherError(kind.code, kind.title, place)


def in_words(error: Exception, address: BrokerAddress) -> PublisherError:
    """A failure of the library in an operator's words. The library's own texts hold names, never passwords."""
    cause = _tls_error(error) or error
    match cause:
        case exceptions.ProbableAuthenticationError() | exceptions.AuthenticationError() | ConnectionNotAllowed():
            return failure(problems.LOGIN_REFUSED, address)
        case ssl.SSLError():
            return failure(problems.TLS_FAILED, address, refusal(cause))
        case TimeoutError():
            return failure(problems.SILENT, address)
        case exceptions.ChannelPreconditionFailed():
            return failure(problems.TOPOLOGY_DIFFERS, address, _reply(cause))
        case ChannelAccessRefused():
            return failure(problems.NOT_ALLOWED, address, _reply(cause))
        case exceptions.ChannelClosed():
            return failure(problems.REFUSED_BY_BROKER, address, _reply(cause))
        case AdapterError():
            return failure(problems.TLS_FAILED, address, str(cause))
        case OSError() if cause.strerror:
            return failure(problems.UNREACHABLE, address, cause.strerror.lower())
        case _:
            return failure(problems.UNREACHABLE, address)


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    """The error of TLS that lies at the bottom of another."""
    found: BaseException | None = error
    # The client library raises errors again in each other's wake, so that their chain may be a ring.
    for _ in range(_DEEPEST):
        if found is None or isinstance(found, ssl.SSLError):
            return found
        found = found.__cause__ or found.__context__
    return None


def _reply(error: Exception) -> str:
    """The broker's reply text, which names the exchange or queue and the setting that differs."""
    return next((argument for argument in error.args if isinstance(argument, str)), "")
