"""Checks of the web services that are called: their descriptions load, and the calls fit them. Nothing is called."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.contracts import AdapterError
from gateway import problems_config as kinds
from gateway.config.channels import Channel, SoapChannel, SoapPollChannel
from gateway.config.channels.soap_call import OperationTable, ServiceTable
from gateway.config.checks import Origin, suggestion
from gateway.config.errors import ConfigProblem
from gateway.config.fields import Listen
from gateway.config.places import Location
from gateway.config.protection import open_files


def call_problems(channels: Mapping[str, Channel], origin: Origin) -> list[ConfigProblem]:
    """All that can be known of calls without making one."""
    problems = []
    for name, channel in channels.items():
        at: Location = ("channels", name)
        if isinstance(channel, SoapPollChannel):
            problems += _poll_problems(channel, at, origin)
        elif isinstance(channel, SoapChannel) and channel.call is not None:
            problems += _service_problems(channel.call, (*at, "call"), origin)
            # Loaded only where it is needed, and so are all below: most commands never call anybody.
            from adapters.transports.soap_calls.destination import WORDS

            calls = [(channel.call, (*at, "call"), WORDS)]
            problems += _description_problems(channel.call, calls, (*at, "call"), origin)
    return problems


def _poll_problems(channel: SoapPollChannel, at: Location, origin: Origin) -> list[ConfigProblem]:
    from adapters.transports.soap_calls.source import CONFIRM_WORDS, POLL_WORDS
    from adapters.transports.soap_calls.values import words_in

    problems = _service_problems(channel, at, origin)
    calls: list[tuple[OperationTable, Location, frozenset[str]]] = [(channel, at, POLL_WORDS)]
    if channel.confirm is not None:
        calls.append((channel.confirm, (*at, "confirm"), CONFIRM_WORDS))
        if channel.id is None and "ids" in words_in(channel.confirm.arguments):
            expected = SoapPollChannel.model_fields["id"].description
            problems.append(origin.problem(kinds.MISSING_KEY, (*at, "id"), expected=expected))
    if channel.cursor is not None and "cursor" not in words_in(channel.arguments):
        found = "a cursor that no argument of the operation tells"
        expected = 'an argument with "{cursor}", or no cursor'
        problems.append(origin.problem(kinds.WRONG_VALUE, (*at, "cursor"), found=found, expected=expected))
    return problems + _description_problems(channel, calls, at, origin)


def _service_problems(table: ServiceTable, at: Location, origin: Origin) -> list[ConfigProblem]:
    """Who we are, and over what line we say so."""
    problems = []
    if (table.user is None) != (table.password is None):
        missing = "user" if table.user is None else "password"
        expected = ServiceTable.model_fields[missing].description
        problems.append(origin.problem(kinds.MISSING_KEY, (*at, missing), expected=expected))
    if (table.key is not None) and table.certificate is None:
        expected = ServiceTable.model_fields["certificate"].description
        problems.append(origin.problem(kinds.MISSING_KEY, (*at, "certificate"), expected=expected))
    secure = table.address.lower().startswith("https:")
    if table.basic and not secure and not _loopback(table.address):
        found = f'"{table.address}", over which the password would go as it is'
        expected = "https://…, or basic = false"
        problems.append(origin.problem(kinds.WRONG_VALUE, (*at, "address"), found=found, expected=expected))
    if secure:
        problems += _tls_problems(table, at, origin)
    return problems


def _tls_problems(table: ServiceTable, at: Location, origin: Origin) -> list[ConfigProblem]:
    from adapters.transports.tls import ClientFiles, client_context

    problems = []
    try:
        client_context(ClientFiles(table.ca, table.certificate, table.key))
    except AdapterError as error:
        setting = "ca" if table.ca is not None else "certificate"
        expected = "certificates of authorities, and a certificate with its own key, as PEM files"
        problems.append(origin.problem(kinds.WRONG_VALUE, (*at, setting), found=str(error), expected=expected))
    problems += (origin.problem(kind, (*at, "key"), found=f'"{table.key}"') for kind in open_files(table.key))
    return problems


def _description_problems(
    table: ServiceTable, calls: Sequence[tuple[OperationTable, Location, frozenset[str]]], at: Location, origin: Origin
) -> list[ConfigProblem]:
    """The WSDL loads, and has the operations with these arguments."""
    from adapters.transports.soap_calls.description import Description
    from adapters.transports.soap_calls.settings import Service
    from adapters.transports.soap_calls.wire import Wire

    called = Service(table.wsdl, table.address)
    try:
        description = Description(called, Wire(called).post)
    except AdapterError as error:
        expected = "a WSDL file, with all that it imports beside or below it"
        return [origin.problem(kinds.WRONG_VALUE, (*at, "wsdl"), found=str(error), expected=expected)]
    problems = []
    for call, place, known in calls:
        if description.has(call.operation):
            problems += _argument_problems(call, (*place, "arguments"), known, description.misfit, origin)
            continue
        there = description.operations()
        problems.append(
            origin.problem(
                kinds.WRONG_VALUE, (*place, "operation"), found=f'"{call.operation}", which the WSDL does not have',
                expected=f"one of {', '.join(there[:20])}", help=suggestion(call.operation, there),
            )
        )  # fmt: skip
    return problems


def _argument_problems(
    call: OperationTable, at: Location, known: frozenset[str], misfit: Any, origin: Origin
) -> list[ConfigProblem]:
    from adapters.transports.soap_calls.values import filled, words_in

    strange = sorted(words_in(call.arguments) - known)
    if strange:
        expected = f"one of {', '.join(f'{{{word}}}' for word in sorted(known))}"
        help = suggestion(strange[0], sorted(known))
        return [origin.problem(kinds.WRONG_VALUE, at, found=f'"{{{strange[0]}}}"', expected=expected, help=help)]
    samples: dict[str, Any] = dict.fromkeys(known, "1") | {"content": b"1", "ids": ["1"]}
    reason = misfit(call.operation, filled(call.arguments, samples))
    if reason is None:
        return []
    expected = f"arguments that the WSDL has for {call.operation}"
    return [origin.problem(kinds.WRONG_VALUE, at, found=reason, expected=expected)]


def _loopback(address: str) -> bool:
    from urllib.parse import urlsplit

    return Listen(host=urlsplit(address).hostname or "", port=0).loopback
