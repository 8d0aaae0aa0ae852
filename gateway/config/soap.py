"""Checks of the channels of kind ``soap``: who may call, and where."""

from collections.abc import Mapping

from gateway import problems_config as kinds
from gateway.config.channels import Channel, SoapChannel
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location
from gateway.config.settings import HttpTable


def soap_problems(channels: Mapping[str, Channel], http: HttpTable | None, origin: Origin) -> list[ConfigProblem]:
    """User and password come together, beyond loopback there must be some, and no two channels have one path."""
    problems = []
    taken: dict[str, str] = {}
    for name, channel in channels.items():
        if not isinstance(channel, SoapChannel):
            continue
        at: Location = ("channels", name)
        if (channel.user is None) != (channel.password is None):
            missing = "user" if channel.user is None else "password"
            expected = SoapChannel.model_fields[missing].description
            problems.append(origin.problem(kinds.MISSING_KEY, (*at, missing), expected=expected))
        elif channel.user is None and not channel.clients and http is not None and not http.listen.loopback:
            help = "Set user and password of the channel, or clients, or listen on 127.0.0.1 in [http]."
            found = f'"{channel.path}" at "{http.listen}", without user and password'
            problems.append(origin.problem(kinds.OPEN_TO_ALL, at, found=found, help=help))
        if channel.path in taken:
            found = f'"{channel.path}", where the channel "{taken[channel.path]}" is called too'
            expected = "a path of its own"
            problems.append(origin.problem(kinds.WRONG_VALUE, (*at, "path"), found=found, expected=expected))
        taken.setdefault(channel.path, name)
    return problems
