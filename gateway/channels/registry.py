"""Which builder makes which kind of channel."""

from gateway.channels import drop, mllp
from gateway.channels.built import Built, Site
from gateway.config.channels import Channel, DropChannel, MllpChannel, SoapChannel


def build(name: str, channel: Channel, site: Site) -> Built:
    """Both ends of one channel."""
    match channel:
        case DropChannel():
            return drop.build(name, channel, site)
        case MllpChannel():
            return mllp.build(name, channel, site)
        case SoapChannel():
            # Its calls come by the gateway's own port, and its documents are fetched: it has no ends of its own.
            return Built()
