"""Which builder makes which kind of channel."""

from gateway.channels import drop, http, mllp, sftp
from gateway.channels.built import Built, Site
from gateway.config.channels import Channel, DropChannel, HttpChannel, MllpChannel, SftpChannel, SoapChannel


def build(name: str, channel: Channel, site: Site) -> Built:
    """Both ends of one channel."""
    match channel:
        case DropChannel():
            return drop.build(name, channel, site)
        case HttpChannel():
            return http.build()
        case MllpChannel():
            return mllp.build(name, channel, site)
        case SftpChannel():
            return sftp.build(name, channel, site)
        case SoapChannel():
            # Its calls come by the gateway's own port, and its documents are fetched: it has no ends of its own.
            return Built()
