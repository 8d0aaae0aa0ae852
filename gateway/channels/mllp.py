"""A channel of kind ``mllp``: an address on which others call, one that is called, or both."""

import ssl

from adapters.contracts import Destination, Source
from adapters.translation.hl7_refusals import too_large
from adapters.translation.hl7_verdicts import verdict_on, words_of
from adapters.transports.mllp.destination import CallSettings, MllpDestination
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.mllp.source import MllpSource
from adapters.transports.tls import ClientFiles, ServerFiles, client_context
from gateway.channels.built import Built, Site
from gateway.config.channels import MllpChannel
from gateway.config.fields import Listen


def build(name: str, channel: MllpChannel, site: Site) -> Built:
    """The ends that the settings name."""
    return Built(
        _listener(name, channel, channel.listen, site) if channel.listen is not None else None,
        _caller(channel, channel.connect) if channel.connect is not None else None,
    )


def _listener(name: str, channel: MllpChannel, listen: Listen, site: Site) -> Source:
    tls = channel.tls
    settings = MllpSettings(
        host=listen.host,
        port=listen.port,
        allow=channel.allow,
        max_bytes=channel.max_bytes,
        connections=channel.connections,
        per_peer=channel.per_peer,
        stall=channel.stall,
        tls=ServerFiles(tls.certificate, tls.key, tls.client_ca) if tls is not None else None,
    )

    def refuse(beginning: bytes) -> bytes | None:
        return too_large(beginning, site.doors.partner_for, site.clock())

    def stranger(address: str) -> None:
        site.refused(name, address)

    return MllpSource(name, settings, clock=site.clock, new_id=site.new_id, refuse=refuse, stranger=stranger)


def caller_tls(channel: MllpChannel) -> ssl.SSLContext | None:
    """With what a channel calls; None where it calls in the open. Raises AdapterError for files that do not serve."""
    files = _files(channel)
    return client_context(files) if files is not None else None


def _files(channel: MllpChannel) -> ClientFiles | None:
    tls = channel.connect_tls
    return ClientFiles(tls.ca, tls.certificate, tls.key, tls.server_name) if tls is not None else None


def _caller(channel: MllpChannel, address: Listen) -> Destination:
    settings = CallSettings(
        host=address.host,
        port=address.port,
        connect_seconds=channel.connect_seconds,
        answer_seconds=channel.answer_seconds,
        tls=_files(channel),
    )
    return MllpDestination(settings, verdict_on, words_of)
