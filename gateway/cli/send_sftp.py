"""``wharf send sftp``: puts files into a folder on an SFTP server, as a partner would."""

import json
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.plain import plain

if TYPE_CHECKING:
    from adapters.transports.sftp.client import SftpClient
    from adapters.transports.sftp.server import SftpServer

_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?")


def sftp(
    address: Annotated[str, typer.Argument(metavar="HOST[:PORT]", help="The server; port 22 where none is named.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What to put there.")],
    user: Annotated[str, typer.Option(help="The account on the server.")],
    host_key: Annotated[
        list[str], typer.Option(metavar="KEY", help='As "ssh-ed25519 AAAA…" or "SHA256:…"; may be given several times.')
    ],
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Our private key.")] = None,
    secret_env: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The variable with the key's passphrase; without --key, with the password."),
    ] = None,
    outbox: Annotated[str, typer.Option(metavar="FOLDER", help="The folder on the server.")] = ".",
    legacy: Annotated[bool, typer.Option("--legacy", help="Allow what only old servers need (SHA-1, CBC).")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds for which nothing may move.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each file.")] = False,
) -> None:
    """Put files on an SFTP server: under a temporary name, compared by size, then renamed; never over another file.

    Exit 0 all are there, 2 some are not, or the server cannot be used.
    """
    from adapters.contracts import AdapterError
    from adapters.transports.sftp.client import SftpClient
    from adapters.transports.sftp.legacy_ssh import LegacyPipe
    from adapters.transports.sftp.ssh import SshPipe

    server = _server(address, user, host_key, key, secret_env, legacy=legacy, timeout=timeout)
    contents = [(path, path.read_bytes()) for path in files]
    pipe = LegacyPipe(server) if legacy else SshPipe(server)
    failed = False
    try:
        pipe.open()
        client = SftpClient(pipe)
        for path, content in contents:
            failed |= not _sent(client, server, path, content, outbox, as_json=as_json)
    except AdapterError as error:
        typer.echo(f"wharf: {error}", err=True)
        failed = True
    finally:
        pipe.abort()
    if failed:
        raise typer.Exit(2)


def _sent(
    client: "SftpClient", server: "SftpServer", path: Path, content: bytes, outbox: str, *, as_json: bool
) -> bool:
    from adapters.transports.sftp.client import RemoteError
    from adapters.transports.sftp.destination import OtherContentError, put
    from adapters.transports.sftp.ripe import in_folder

    name = os.fsencode(path.name)
    target = in_folder(outbox, name)
    began = time.monotonic()
    failure: str | None = None
    try:
        put(client, in_folder(outbox, b"." + name + b".part"), target, content)
    except RemoteError as error:
        failure = str(error)
    except OtherContentError:
        failure = "a file of another size is there under this name and is left as it is"
    milliseconds = (time.monotonic() - began) * 1000
    where = f"{server}{'' if target.startswith(b'/') else '/'}{target.decode('utf-8', 'backslashreplace')}"
    if as_json:
        row = {"file": str(path), "to": where, "bytes": len(content), "milliseconds": round(milliseconds, 3)}
        typer.echo(json.dumps({**row, "failure": failure}, ensure_ascii=False))
    elif failure is None:
        typer.echo(f"sent{milliseconds:>9.1f} ms  {plain(str(path))} -> {plain(where)} ({len(content)} bytes)")
    else:
        typer.echo(f"wharf: {plain(str(path))} -> {plain(where)}: {failure}", err=True)
    return failure is None


def _server(
    address: str, user: str, pinned: list[str], key: Path | None, secret_env: str | None, *, legacy: bool,
    timeout: float,
) -> "SftpServer":  # fmt: skip
    from adapters.transports.sftp.host_keys import parse
    from adapters.transports.sftp.server import SftpServer

    found = _ADDRESS.fullmatch(address)
    port = int(found[3] or 22) if found else 0
    if found is None or not 0 < port < 65536:
        raise typer.BadParameter(f"{address!r} is no HOST:PORT", param_hint="HOST[:PORT]")
    if key is None and secret_env is None:
        raise typer.BadParameter("one of them is needed to log in", param_hint="--key / --secret-env")
    secret = None
    if secret_env is not None and not (secret := os.environ.get(secret_env)):
        raise typer.BadParameter(f"the variable {secret_env} is empty or not there", param_hint="--secret-env")
    try:
        keys = tuple(parse(text) for text in pinned)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--host-key") from None
    return SftpServer(
        host=found[1] or found[2],
        port=port,
        user=user,
        host_keys=keys,
        key=key.read_text() if key is not None else None,
        passphrase=secret if key is not None else None,
        password=secret if key is None else None,
        connect_seconds=min(timeout, 15.0),
        answer_seconds=timeout,
        legacy=legacy,
    )
