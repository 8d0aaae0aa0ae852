"""A channel of kind ``sftp``: a partner's server, whose inbox is read and whose outbox is written."""

from adapters.transports.sftp.destination import SftpDestination
from adapters.transports.sftp.host_keys import parse
from adapters.transports.sftp.line import Line
from adapters.transports.sftp.server import SftpServer
from adapters.transports.sftp.settings import After, InboxSettings, OutboxSettings
from adapters.transports.sftp.source import SftpSource
from gateway.channels.built import Built, Site
from gateway.config.channels import SftpChannel
from gateway.config.secrets import Secret


def build(name: str, channel: SftpChannel, site: Site) -> Built:
    """The ends that the settings name; both use the same connections. Raises SecretNotFoundError."""
    alarm = site.alarms.of(name, channel.partner)
    # Fetching takes as many connections as it has workers; one more, so that what goes out never waits for it.
    line = Line(server_of(channel), threads=site.threads, most=channel.workers + 1, alarm=alarm)
    source = destination = None
    if channel.inbox is not None:
        settings = InboxSettings(
            folder=channel.inbox,
            poll=channel.poll,
            settle=channel.settle,
            after=After(channel.after),
            done=channel.done,
            rejected=channel.rejected,
            pattern=channel.pattern,
            ignore=channel.ignore,
            max_bytes=channel.max_bytes,
            workers=channel.workers,
        )
        source = SftpSource(
            name, settings, line, spool=site.spool / "sftp" / name, threads=site.threads, alarm=alarm,
            clock=site.clock, new_id=site.new_id, intake=site.intake, unkept=site.unkept,
        )  # fmt: skip
    if channel.outbox is not None:
        destination = SftpDestination(line, OutboxSettings(channel.outbox, channel.temporary), alarm=alarm)
    return Built(source, destination)


def server_of(channel: SftpChannel) -> SftpServer:
    """The account that the settings name, with its secrets. Raises SecretNotFoundError."""
    return SftpServer(
        host=channel.host,
        port=channel.port,
        user=channel.user,
        key=_revealed(channel.key),
        passphrase=_revealed(channel.passphrase),
        password=_revealed(channel.password),
        host_keys=tuple(parse(key) for key in channel.host_key),
        connect_seconds=channel.connect_seconds,
        answer_seconds=channel.answer_seconds,
        legacy=channel.legacy,
    )


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal().get_secret_value() if secret is not None else None
