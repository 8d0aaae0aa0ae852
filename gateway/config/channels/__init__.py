"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.http import HttpChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.sftp import SftpChannel

Channel = DropChannel | HttpChannel | MllpChannel | SftpChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {
    "drop": DropChannel,
    "sftp": SftpChannel,
    "mllp": MllpChannel,
    "http": HttpChannel,
}
"""The kinds that this version has."""

__all__ = [
    "TABLES",
    "CallTlsTable",
    "Channel",
    "ChannelTable",
    "DropChannel",
    "HttpChannel",
    "MllpChannel",
    "SftpChannel",
    "TlsTable",
]
