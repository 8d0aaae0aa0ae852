"""The tables of the channels, one file for each kind."""

from gateway.config.channels.base import ChannelTable
from gateway.config.channels.drop import DropChannel
from gateway.config.channels.mllp import CallTlsTable, MllpChannel, TlsTable
from gateway.config.channels.soap import SoapChannel

Channel = DropChannel | MllpChannel | SoapChannel
"""One door, told apart by its kind."""

TABLES: dict[str, type[Channel]] = {"drop": DropChannel, "mllp": MllpChannel, "soap": SoapChannel}
"""The kinds that this version has."""

__all__ = ["TABLES", "CallTlsTable", "Channel", "ChannelTable", "DropChannel", "MllpChannel", "SoapChannel", "TlsTable"]
