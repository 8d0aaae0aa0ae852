"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.http import HttpChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.sftp import SftpChannel
from gateway.config.channels.soap import SoapChannel

Channel = DropChannel | HttpChannel | MllpChannel | SftpChannel | SoapChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {
    "drop": DropChannel,
    "sftp": SftpChannel,
    "mllp": MllpChannel,
    "soap": SoapChannel,
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
    "SoapChannel",
    "TlsTable",
]
