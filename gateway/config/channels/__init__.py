"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.soap import SoapChannel
from gateway.config.channels.soap_call import OperationTable, SoapCallTable
from gateway.config.channels.soap_poll import SoapPollChannel

Channel = DropChannel | MllpChannel | SoapChannel | SoapPollChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {
    "drop": DropChannel,
    "mllp": MllpChannel,
    "soap": SoapChannel,
    "soap-poll": SoapPollChannel,
}
"""The kinds that this version has."""

__all__ = [
    "TABLES",
    "CallTlsTable",
    "Channel",
    "ChannelTable",
    "DropChannel",
    "MllpChannel",
    "OperationTable",
    "SoapCallTable",
    "SoapChannel",
    "SoapPollChannel",
    "TlsTable",
]
