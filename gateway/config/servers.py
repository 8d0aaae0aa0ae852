"""Checks of the servers that are called: how we log in, what we do there, and what old ones need."""

from collections.abc import Mapping
from importlib.util import find_spec

from adapters.contracts import AdapterError
from gateway import problems_config as kinds
from gateway.config.channels import Channel, SftpChannel
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.places import Location
from gateway.config.secrets import SecretNotFoundError


def server_problems(channels: Mapping[str, Channel], origin: Origin) -> list[ConfigProblem]:
    """A server needs a way in and a folder; a key must be one; old algorithms are worth a word."""
    problems = []
    for name, channel in channels.items():
        if not isinstance(channel, SftpChannel):
            continue
        at: Location = ("channels", name)
        if channel.inbox is None and channel.outbox is None:
            expected = "a folder on the server to fetch from, as /out; or outbox, one to put files into"
            problems.append(origin.problem(kinds.MISSING_KEY, (*at, "inbox"), expected=expected))
        if channel.key is None and channel.password is None:
            expected = '{ file = "…" } or { env = "…" }: our private key; or password'
            problems.append(origin.problem(kinds.MISSING_KEY, (*at, "key"), expected=expected))
        problems += _key_problems(channel, at, origin)
        if channel.legacy:
            missing = find_spec("asyncssh") is None
            kind = kinds.LIBRARY_MISSING if missing else kinds.OLD_ALGORITHMS
            found = "true, and asyncssh is not installed" if missing else f"true, for {channel.host}"
            problems.append(origin.problem(kind, (*at, "legacy"), found=found))
    return problems


def _key_problems(channel: SftpChannel, at: Location, origin: Origin) -> list[ConfigProblem]:
    if channel.key is None:
        return []
    # Loaded only where it is needed: most commands never touch SSH.
    from adapters.transports.sftp.ssh import private_key
    from gateway.channels.sftp import server_of

    try:
        private_key(server_of(channel))
    except SecretNotFoundError:
        return []
    except AdapterError as error:
        expected = "a private key of type Ed25519, ECDSA or RSA, with its passphrase where it has one"
        return [origin.problem(kinds.WRONG_VALUE, (*at, "key"), found=str(error), expected=expected)]
    return []
