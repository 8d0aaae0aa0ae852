"""Checks of the addresses that are listened on: who may come, who listens there too, and the files of TLS."""

from collections.abc import Mapping
from typing import Any

from adapters.contracts import AdapterError
from gateway import problems_config as kinds
from gateway.config.channels import Channel, HttpChannel, MllpChannel, TlsTable
from gateway.config.channels.http import API
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.fields import Listen
from gateway.config.places import Location
from gateway.config.protection import open_files
from gateway.config.settings import HttpTable

HTTP = "http"
"""What the gateway's own port is called in ``ports.json``."""


def open_door_problems(http: HttpTable, origin: Origin) -> list[ConfigProblem]:
    """Without credentials nothing listens beyond loopback."""
    if http.token is None and http.auth != "keys" and not http.listen.loopback:
        return [origin.problem(kinds.OPEN_TO_ALL, ("http", "listen"), found=f'"{http.listen}"')]
    return []


def door_problems(channels: Mapping[str, Channel], http: HttpTable | None, origin: Origin) -> list[ConfigProblem]:
    """A channel that listens has an address of its own, a name of its own, and beyond loopback asks who comes."""
    problems = []
    taken: dict[Listen, str] = {http.listen: "[http]"} if http is not None else {}
    for name, channel in channels.items():
        if name == API and not isinstance(channel, HttpChannel):
            expected = 'another name; this one stands for what comes over the API, and is of kind "http"'
            problems.append(origin.problem(kinds.WRONG_VALUE, ("channels", name), found=f'"{name}"', expected=expected))
        if not isinstance(channel, MllpChannel):
            continue
        at: Location = ("channels", name, "listen")
        listen = channel.listen
        if name == HTTP:
            expected = "another name; this one stands for the port of [http] in ports.json"
            problems.append(origin.problem(kinds.WRONG_VALUE, ("channels", name), found=f'"{name}"', expected=expected))
        if listen is None:
            continue
        if listen.port and listen in taken:
            found = f'"{listen}", where {taken[listen]} listens too'
            problems.append(origin.problem(kinds.WRONG_VALUE, at, found=found, expected="an address of its own"))
        taken.setdefault(listen, f'the channel "{name}"')
        asks = channel.allow or (channel.tls is not None and channel.tls.client_ca is not None)
        if not listen.loopback and not asks:
            help = "Listen on 127.0.0.1, or set allow to the addresses that may come, or tls with client_ca."
            problems.append(origin.problem(kinds.OPEN_TO_ALL, at, found=f'"{listen}"', help=help))
    return problems


_CALLING = ("connect_seconds", "answer_seconds", "connect_tls")
_LISTENING = ("partner", "allow", "max_bytes", "connections", "per_peer", "stall", "tls")


def way_problems(channels: Mapping[str, Channel], tables: Any, origin: Origin) -> list[ConfigProblem]:
    """A channel of kind ``mllp`` listens, calls, or both, and has no setting for what it does not do.

    ``tables`` are the channels as they were written: a wrong address is told elsewhere, and is not missing.
    """
    problems = []
    for name, channel in channels.items():
        if not isinstance(channel, MllpChannel):
            continue
        at: Location = ("channels", name)
        given = set(tables[name])
        if not given & {"listen", "connect"}:
            expected = "host:port, as 127.0.0.1:2575, to be called; or connect = host:port, to call"
            problems.append(origin.problem(kinds.MISSING_KEY, (*at, "listen"), expected=expected))
            continue
        for way, others in (("connect", _CALLING), ("listen", _LISTENING)):
            problems += [
                origin.problem(
                    kinds.WRONG_VALUE,
                    (*at, setting),
                    found=f"a setting for {way}, which the channel does not have",
                    expected=f"{way} = host:port beside it, or no {setting}",
                )
                for setting in others
                if way not in given and setting in given
            ]
    return problems


def certificate_problems(channels: Mapping[str, Channel], origin: Origin) -> list[ConfigProblem]:
    """The files of TLS must be there, and belong together."""
    problems = []
    for name, channel in channels.items():
        if not isinstance(channel, MllpChannel):
            continue
        problems += _caller_problems(name, channel, origin)
        if channel.tls is not None:
            problems += listener_problems(channel.tls, ("channels", name, "tls"), origin)
    return problems


def listener_problems(tls: TlsTable, at: Location, origin: Origin) -> list[ConfigProblem]:
    """The same for one that is called."""
    # Loaded only where it is needed: most commands never touch TLS.
    from adapters.transports.tls import ServerFiles, server_context

    problems = []
    try:
        server_context(ServerFiles(tls.certificate, tls.key, tls.client_ca))
    except AdapterError as error:
        expected = "a certificate with its own key, and certificates of authorities, as PEM files"
        problems.append(origin.problem(kinds.WRONG_VALUE, at, found=str(error), expected=expected))
    problems += (origin.problem(kind, (*at, "key"), found=f'"{tls.key}"') for kind in open_files(tls.key))
    return problems


def _caller_problems(name: str, channel: MllpChannel, origin: Origin) -> list[ConfigProblem]:
    tls = channel.connect_tls
    if tls is None:
        return []
    # Loaded only where it is needed: most commands never touch TLS.
    from adapters.transports.tls import ClientFiles, client_context

    at: Location = ("channels", name, "connect_tls")
    if tls.key is not None and tls.certificate is None:
        expected = "a PEM file: the certificate that the key belongs to"
        return [origin.problem(kinds.MISSING_KEY, (*at, "certificate"), expected=expected)]
    problems = []
    try:
        client_context(ClientFiles(tls.ca, tls.certificate, tls.key, tls.server_name))
    except AdapterError as error:
        expected = "certificates of authorities, and a certificate with its own key, as PEM files"
        problems.append(origin.problem(kinds.WRONG_VALUE, at, found=str(error), expected=expected))
    problems += (origin.problem(kind, (*at, "key"), found=f'"{tls.key}"') for kind in open_files(tls.key))
    return problems
