"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.http import HttpChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.sftp import SftpChannel
from gateway.config.channels.soap import SoapChannel
from gateway.config.channels.soap_call import OperationTable, SoapCallTable
from gateway.config.channels.soap_poll import SoapPollChannel

Channel = DropChannel | HttpChannel | MllpChannel | SftpChannel | SoapChannel | SoapPollChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {
    "drop": DropChannel,
    "sftp": SftpChannel,
    "mllp": MllpChannel,
    "soap": SoapChannel,
    "soap-poll": SoapPollChannel,
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
    "OperationTable",
    "SftpChannel",
    "SoapCallTable",
    "SoapChannel",
    "SoapPollChannel",
    "TlsTable",
]
