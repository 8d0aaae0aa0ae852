"""Which builder makes which kind of channel."""

from gateway.channels import drop, mllp, sftp
from gateway.channels.built import Built, Site
from gateway.config.channels import (
    Channel,
    DropChannel,
    HttpChannel,
    MllpChannel,
    SftpChannel,
    SoapCallTable,
    SoapChannel,
    SoapPollChannel,
)


def build(name: str, channel: Channel, site: Site) -> Built:
    """Both ends of one channel."""
    match channel:
        case DropChannel():
            return drop.build(name, channel, site)
        case HttpChannel():
            # What comes by it is handed in over the API, and what leaves by it is collected there.
            return Built()
        case MllpChannel():
            return mllp.build(name, channel, site)
        case SftpChannel():
            return sftp.build(name, channel, site)
        case SoapChannel(call=SoapCallTable() as call):
            # Loaded only where it is needed, and so is polling: zeep takes its time.
            from gateway.channels import soap_calls

            return Built(destination=soap_calls.destination(name, call, channel.partner, site))
        case SoapChannel():
            # Its calls come by the gateway's own port, and its documents are fetched: it has no ends of its own.
            return Built()
        case SoapPollChannel():
            from gateway.channels import soap_poll

            return soap_poll.build(name, channel, site)
