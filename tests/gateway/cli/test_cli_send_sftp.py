"""`wharf send sftp` against a real server: what is shown, what is there afterwards, and the exit code."""

import getpass
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rigs.gateway import wharf
from tests.rigs.sshd import Sshd, sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd") / "s") as own:
        yield own


def send(server: Sshd, *files: Path, **options: str) -> tuple[int, str, str]:
    """Exit code, output and complaints."""
    given = {
        "user": getpass.getuser(), "key": str(server.client_key), "host-key": server.pinned,
        "outbox": str(server.outbox), **{name.replace("_", "-"): value for name, value in options.items()},
    }  # fmt: skip
    flags = [part for name, value in given.items() if value for part in (f"--{name}", value)]
    done = wharf("send", "sftp", f"127.0.0.1:{server.port}", *files, *flags, env={"MY_SECRET": "x", "NO_COLOR": "1"})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_files_are_put_there_and_told(server: Sshd, tmp_path: Path) -> None:
    files = [tmp_path / "a.edi", tmp_path / "b c.edi"]
    for file in files:
        file.write_bytes(os.urandom(100_000))
    code, out, _ = send(server, *files)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["sent", "sent"]
    assert f"-> sftp://127.0.0.1:{server.port}{server.outbox}/a.edi (100000 bytes)" in out
    for file in files:
        assert (server.outbox / file.name).read_bytes() == file.read_bytes()
    assert send(server, *files)[0] == 0, "the same again changes nothing"


def test_what_cannot_be_put_there_is_told(server: Sshd, tmp_path: Path) -> None:
    (server.outbox / "c.edi").write_bytes(b"another")
    for name in ("c.edi", "d.edi"):
        (tmp_path / name).write_bytes(b"content of " + name.encode() * 3)
    code, out, err = send(server, tmp_path / "c.edi", tmp_path / "d.edi")
    assert code == 2
    assert "is left as it is" in err
    assert "d.edi" in out
    assert (server.outbox / "c.edi").read_bytes() == b"another"
    code, _, err = send(server, tmp_path / "d.edi", outbox="/no/such/folder")
    assert (code, "no such file or folder" in err) == (2, True)
    code, _, err = send(server, tmp_path / "none.edi")
    assert (code, "none.edi: no such file" in err) == (2, True)


def test_a_server_that_is_not_the_one_gets_nothing(server: Sshd, tmp_path: Path) -> None:
    (tmp_path / "e.edi").write_bytes(b"secret order")
    other = server.make_key("other", "ed25519").with_suffix(".pub").read_text().strip()
    code, _, err = send(server, tmp_path / "e.edi", host_key=other)
    assert code == 2
    assert "its host key is ssh-ed25519 SHA256:" in err
    assert not (server.outbox / "e.edi").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [({"host_key": "nonsense"}, "type and a key"), ({"key": ""}, "needed to log in"),
     ({"key": "", "secret_env": "NOT_SET"}, "NOT_SET"), ({"user": ""}, "--user")],
)  # fmt: skip
def test_wrong_use_is_told(server: Sshd, tmp_path: Path, options: dict[str, str], told: str) -> None:
    (tmp_path / "e.edi").write_bytes(b"x")
    code, _, err = send(server, tmp_path / "e.edi", **options)
    assert (code, told in err) == (64, True), err


def test_each_file_is_an_object_with_json(server: Sshd, tmp_path: Path) -> None:
    (tmp_path / "f.edi").write_bytes(b"12345")
    flags = ["--user", getpass.getuser(), "--key", str(server.client_key), "--host-key", server.pinned, "--json"]
    done = wharf("send", "sftp", f"127.0.0.1:{server.port}", tmp_path / "f.edi", *flags, "--outbox", server.outbox)
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (row["bytes"], row["failure"]) == (5, None)
    assert row["to"].endswith("/f.edi")
