"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.sftp import SftpChannel

Channel = DropChannel | MllpChannel | SftpChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {"drop": DropChannel, "mllp": MllpChannel, "sftp": SftpChannel}
"""The kinds that this version has."""

__all__ = ["TABLES", "CallTlsTable", "Channel", "ChannelTable", "DropChannel", "MllpChannel", "SftpChannel", "TlsTable"]
