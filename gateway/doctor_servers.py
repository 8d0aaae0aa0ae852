"""The doctor's look at servers that are called: whether they let us in, and whether our folders are there."""

from collections.abc import Iterator

from adapters.contracts import AdapterError
from adapters.transports.sftp.client import RemoteError, SftpClient
from adapters.transports.sftp.legacy_ssh import LegacyPipe
from adapters.transports.sftp.server import HostKeyError
from adapters.transports.sftp.ssh import SshPipe
from gateway.channels.sftp import server_of
from gateway.config.channels import SftpChannel
from gateway.doctor_findings import Finding, Verdict


def sftp_server(name: str, channel: SftpChannel) -> Iterator[Finding]:
    """Logs in as the channel does and looks into its folders; nothing is fetched, written or moved."""
    subject = f"channel {name}"
    server = server_of(channel)
    pipe = LegacyPipe(server) if server.legacy else SshPipe(server)
    try:
        pipe.open()
        client = SftpClient(pipe)
        yield Finding(Verdict.GOOD, subject, f"{server} shows the pinned key and lets {channel.user} in")
        for folder, what in ((channel.inbox, "inbox"), (channel.outbox, "outbox")):
            if folder is not None:
                yield _folder(client, subject, folder, what)
    except AdapterError as error:
        help = "Intake goes on without it; what is to be sent waits."
        if isinstance(error, HostKeyError):
            help = "Ask the partner, by telephone, which key is right, before it goes into host_key."
        yield Finding(Verdict.BAD, subject, str(error), help)
    finally:
        pipe.abort()


def _folder(client: SftpClient, subject: str, folder: str, what: str) -> Finding:
    try:
        client.listing(folder.encode(), 1)
    except RemoteError as error:
        # Some servers let us write where we may not look.
        verdict = Verdict.NOTE if what == "outbox" and error.denied else Verdict.BAD
        help = "Ask the partner for the path as our user sees it, and for the right to use it."
        return Finding(verdict, subject, f"{what} {folder}: {error}", help)
    return Finding(Verdict.GOOD, subject, f"{what} {folder} is there")
