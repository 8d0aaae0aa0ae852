"""A channel of kind ``drop``: a folder that others write into, and the folder beside it that we write into."""

from adapters.transports.drop.outbox import DropOutbox
from adapters.transports.drop.settings import DropSettings
from adapters.transports.drop.source import DropSource
from gateway.channels.built import Built, Site
from gateway.config.channels import DropChannel


def build(name: str, channel: DropChannel, site: Site) -> Built:
    """Both ends: ``path`` is read, ``out`` beside it is written."""
    settings = DropSettings(
        path=channel.path,
        poll=channel.poll,
        settle=channel.settle,
        workers=channel.workers,
        max_bytes=channel.max_bytes,
    )
    return Built(
        DropSource(
            name,
            settings,
            spool=site.spool,
            clock=site.clock,
            new_id=site.new_id,
            intake=site.intake,
            unkept=site.unkept,
        ),
        DropOutbox(channel.path.parent / "out"),
    )
