"""``wharf robot``: plays a supplier."""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.partner import Partner
from gateway.cli.operate import ConfigOption, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.translation.x12_write import OutboundProfile
    from gateway.config import Config
    from gateway.robot.shop import Counter, Told


def command(
    partner: Annotated[str | None, typer.Option(help="The partner of the settings that it plays.")] = None,
    misbehave: Annotated[
        list[str] | None, typer.Option(metavar="WAY", help="How to misbehave; may be given again.")
    ] = None,
    orders: Annotated[int | None, typer.Option(min=1, help="End when so many orders were answered.")] = None,
    every: Annotated[float, typer.Option(min=0.05, max=3600, help="Seconds between two looks.")] = 1.0,
    ways: Annotated[bool, typer.Option("--ways", help="List how it can misbehave, and end.")] = False,
    config: ConfigOption = None,
) -> None:
    """Play a supplier: take the orders that the gateway sends to a partner, and answer them.

    Each 850 gets a 997, an 855, an 856 and an 810, over the channel that the partner's file names as `send`: by SFTP
    into the folders of its server, or in the folders of a drop channel. For demonstrations, acceptance tests and
    training; never let it near a real partner's server. Exit 0 ended as asked, 64 wrong usage.
    """
    from datetime import UTC, datetime

    from gateway.robot.behaviour import WAYS, UnknownBehaviourError, behaviour_from
    from gateway.robot.shop import Shop, serve
    from gateway.robot.supplier import Supplier

    if ways:
        for way, text in WAYS.items():
            typer.echo(f"{way:<20} {text}")
        return
    if partner is None:
        raise typer.BadParameter("name the partner that it plays", param_hint="--partner")
    try:
        behaviour = behaviour_from(misbehave or ())
    except UnknownBehaviourError as error:
        raise typer.BadParameter(str(error), param_hint="--misbehave") from None
    settings = settings_of(config)
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda taken, _: stopped.append(taken))
    shop = Shop(
        _counter(settings, partner),
        Supplier(_profile(settings, partner), behaviour, _numbers()),
        lambda: datetime.now(UTC),
    )
    serve(shop, _tell, every=every, orders=orders, stop=lambda: bool(stopped))


def _tell(told: "Told") -> None:
    typer.echo(f"{told.at:%H:%M:%S}  {told.what:<12} {told.name}  {told.detail}".rstrip())


def _profile(settings: "Config", name: str) -> "OutboundProfile":
    """How the partner writes to us: the other way round than we write to it."""
    from gateway.profiles import profile_for

    partner = _partner(settings, name)
    release = partner.x12.write.release if partner.x12 is not None else None
    usage = partner.x12.write.usage if partner.x12 is not None else None
    hospital = Partner(name="hospital", identities=settings.gateway.identities)
    profile = profile_for(partner.identities, hospital, release=release, usage=usage)
    if profile is None:
        raise typer.BadParameter(
            f"[gateway] identities and those of {name!r} must both name one of the scheme ISA", param_hint="--partner"
        )
    return profile


def _partner(settings: "Config", name: str) -> Partner:
    found = next((partner for partner in settings.partners if partner.name == name), None)
    if found is None:
        known = ", ".join(sorted(one.name for one in settings.partners)) or "none"
        raise typer.BadParameter(f"there is no partner {name!r}; there are: {known}", param_hint="--partner")
    return found


def _counter(settings: "Config", name: str) -> "Counter":
    from gateway.config import DropChannel, SftpChannel
    from gateway.robot.shop import FolderCounter

    send = _partner(settings, name).send
    channel = settings.channels.get(send.channel) if send is not None else None
    if isinstance(channel, DropChannel):
        return FolderCounter(channel.path.parent / "out" / name, channel.path)
    if isinstance(channel, SftpChannel) and channel.inbox is not None and channel.outbox is not None:
        from gateway.channels.sftp import server_of
        from gateway.robot.sftp_counter import SftpCounter

        return SftpCounter(server_of(channel), channel.outbox, channel.inbox)
    raise typer.BadParameter(
        f"the file of {name!r} must name a channel of kind drop or sftp as send", param_hint="--partner"
    )


def _numbers() -> "Callable[[str], int]":
    """Control numbers that no earlier robot has used: they begin with the time."""
    import time

    given: dict[str, int] = {}
    first = int(time.time()) % 900_000_000

    def next_number(scope: str) -> int:
        given[scope] = given.get(scope, first) + 1
        return given[scope]

    return next_number
