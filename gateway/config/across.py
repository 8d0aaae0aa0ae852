"""Checks across tables and files: shared folders, claimed identities, names that lead nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.partner import Identity, Partner
from gateway import problems_config as kinds
from gateway.config.channels import Channel, DropChannel
from gateway.config.checks import Origin, suggestion
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """A partner with the file it came from."""

    partner: Partner
    origin: Origin


def folder_problems(all_channels: Mapping[str, Channel], origin: Origin) -> list[ConfigProblem]:
    """Two channels must not share or nest any of the folders that they own, and a channel's folder none of its own."""
    channels = {name: channel for name, channel in all_channels.items() if isinstance(channel, DropChannel)}
    names = list(channels)
    problems = [
        origin.problem(
            kinds.WRONG_VALUE,
            ("channels", name, "path"),
            found=f'"{channel.path}"',
            expected="a folder with a name of its own, other than its siblings done, rejected and out",
        )
        for name, channel in channels.items()
        if channel.path in owned_folders(channel.path)[1:] or not channel.path.name
    ]
    for position, name in enumerate(names):
        for earlier in names[:position]:
            if shared := _overlap(channels[earlier].path, channels[name].path):
                found = f'"{shared}", which belongs to the channel "{earlier}" too'
                problems.append(origin.problem(kinds.FOLDERS_OVERLAP, ("channels", name, "path"), found=found))
    return problems


def owned_folders(path: Path) -> tuple[Path, ...]:
    """The folders that a drop channel reads from and writes into."""
    return (path, *(path.parent / name for name in ("done", "rejected", "out")))


def _overlap(one: Path, other: Path) -> Path | None:
    for left in owned_folders(one):
        for right in owned_folders(other):
            if left.is_relative_to(right) or right.is_relative_to(left):
                return left if left.is_relative_to(right) else right
    return None


def partner_problems(files: Sequence[PartnerFile]) -> list[ConfigProblem]:
    """Names, identities and the catch-all belong to one partner each."""
    problems = []
    for position, file in enumerate(files):
        for earlier in files[:position]:
            first, second = earlier.partner, file.partner
            where = f'the partner "{first.name}" in {earlier.origin.file}'
            if first.name == second.name:
                found = f'"{second.name}", which is {where} too'
                problems.append(file.origin.problem(kinds.PARTNER_TWICE, ("name",), found=found))
            if first.catch_all and second.catch_all:
                found = f"a second catch-all; the first is {where}"
                problems.append(file.origin.problem(kinds.PARTNER_TWICE, ("catch_all",), found=found))
            for index, identity in enumerate(second.identities):
                if any(_same(identity, other) for other in first.identities):
                    qualifier = f" {identity.qualifier}" if identity.qualifier else ""
                    found = f"{identity.scheme}{qualifier} {identity.id}, which {where} claims too"
                    problems.append(file.origin.problem(kinds.PARTNER_TWICE, ("identities", index), found=found))
    return problems


def _same(one: Identity, other: Identity) -> bool:
    """Whether some sender would be both; an identity without qualifier stands for any."""
    either = one.qualifier is None or other.qualifier is None
    return one.scheme == other.scheme and one.id == other.id and (either or one.qualifier == other.qualifier)


def reference_problems(
    channels: Mapping[str, Channel], channel_names: Sequence[str], origin: Origin, files: Sequence[PartnerFile],
    partners_complete: bool,
) -> list[ConfigProblem]:  # fmt: skip
    """A channel's partner and a partner's channel must exist. Partners are only judged when all files were read."""
    partners = [file.partner.name for file in files]
    problems = [
        _unknown(origin, ("channels", name, "partner"), "partner", channel.partner, partners)
        for name, channel in channels.items()
        if channel.partner is not None and channel.partner not in partners and partners_complete
    ]
    ways = [
        (file.origin, setting, name)
        for file in files
        if (send := file.partner.send) is not None
        for setting, name in (("channel", send.channel), ("test_channel", send.test_channel))
        if name is not None
    ]
    problems += [
        _unknown(own, ("send", setting), "channel", name, channel_names)
        for own, setting, name in ways
        if name not in channel_names
    ]
    problems += [
        own.problem(
            kinds.WRONG_VALUE,
            ("send", setting),
            found=f'"{name}", which only receives',
            expected="the name of a channel of kind drop, or of kind mllp with connect",
        )
        for own, setting, name in ways
        if (channel := channels.get(name)) is not None and not channel.sends
    ]
    return problems


def _unknown(origin: Origin, at: Location, what: str, name: str, names: Sequence[str]) -> ConfigProblem:
    known = f": {', '.join(names)}" if names else "; there is none yet"
    expected = f"the name of a {what}{known}"
    help = suggestion(name, names)
    return origin.problem(kinds.WRONG_VALUE, at, found=f'"{name}"', expected=expected, help=help)
