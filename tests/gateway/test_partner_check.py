"""What ``wharf partners test`` tells: all is well, or just what is wrong and what to do about it."""

import getpass
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.rigs.gateway import gateway, wharf
from tests.rigs.sshd import Sshd, need_sshd, sshd
from tests.rigs.x12_bytes import order


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with gateway(tmp_path / "st", start=False) as house:
        return house.home


def asked(home: Path, *arguments: str | Path, partner: str = "acme") -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and of each subject the last verdict with its words."""
    done = wharf("partners", "test", partner, *arguments, "--json", "-c", home / "wharf.toml")
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, {each["subject"]: (each["verdict"], each["detail"]) for each in told["findings"]}


def edit(home: Path, old: str, new: str, file: str = "partners/acme.toml") -> None:
    path = home / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_partner_as_it_should_be_is_fit(home: Path) -> None:
    edit(home, "# send =", "send =")
    code, found = asked(home)
    assert code == 0
    assert {verdict for verdict, _ in found.values()} == {"good"}
    assert "AK9*A" in found["expected 997"][1]
    assert set(found) == {"identity", "sample order", "expected 997", "channel suppliers"}


def test_who_we_are_is_missing(home: Path) -> None:
    edit(home, '{ scheme = "ISA", qualifier = "01", id = "987654321" },', "", "wharf.toml")
    code, found = asked(home)
    assert (code, found["identity"][0]) == (1, "bad")
    assert "ISA" in found["identity"][1]


def test_an_agreement_that_no_order_can_keep(home: Path) -> None:
    with (home / "partners" / "acme.toml").open("a") as file:
        file.write('\n[x12.sets.850]\nrequire = ["BEG07"]\n')
    done = wharf("config", "check", "-c", home / "wharf.toml")
    if done.returncode:
        pytest.fail(done.stderr.decode())
    code, found = asked(home)
    assert (code, found["sample order"][0]) == (1, "bad")


def test_a_file_of_somebody_else_is_told(home: Path) -> None:
    (home / "own.edi").write_bytes(order())
    (home / "other.edi").write_bytes(order().replace(b"*01*123456789 ", b"*01*777777777 "))
    code, found = asked(home, home / "own.edi", home / "other.edi")
    assert code == 1
    assert found["own.edi"] == ("good", "1 accepted; a 997 goes back")
    done = wharf("partners", "test", "acme", home / "other.edi", "-c", home / "wharf.toml")
    assert b"taken for unlisted" in done.stdout


def sftp(home: Path, server: Sshd, host_key: str | None = None) -> None:
    with (home / "wharf.toml").open("a") as file:
        file.write(
            f'\n[channels.acme]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\n'
            f'user = "{getpass.getuser()}"\nkey = {{ file = "{server.client_key}" }}\n'
            f'host_key = "{host_key or server.pinned}"\ninbox = "{server.inbox}"\noutbox = "{server.outbox}"\n'
        )
    edit(home, '# send = { channel = "suppliers" }', 'send = { channel = "acme" }')


def test_a_server_is_called_and_each_failure_explained(home: Path, tmp_path: Path) -> None:
    need_sshd()
    with sshd(tmp_path / "server") as server:
        sftp(home, server)
        code, found = asked(home)
        assert (code, found["channel acme"][0]) == (0, "good")
        code, found = asked(home, "--offline")
        assert found["channel acme"] == ("note", "not tried")
        server.outbox.rmdir()
        code, found = asked(home)
        assert (code, found["channel acme"][0]) == (1, "bad")
        assert "outbox" in found["channel acme"][1]
        server.kill()
        server.new_host_key()
        server.start()
        code, found = asked(home)
        assert code == 1
        assert "key" in found["channel acme"][1]


@pytest.mark.parametrize("listens", [True, False])
def test_an_address_is_called(home: Path, listens: bool) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        if listens:
            door.listen()
        with (home / "wharf.toml").open("a") as file:
            file.write(f'\n[channels.lab]\nkind = "mllp"\nconnect = "127.0.0.1:{door.getsockname()[1]}"\n')
        (home / "partners" / "lab.toml").write_text(
            'name = "lab"\nidentities = [ { scheme = "MSH", id = "LAB|ST" } ]\nsend = { channel = "lab" }\n'
        )
        edit(home, "identities = [", 'identities = [\n  { scheme = "MSH", id = "WHARF|ST" },', "wharf.toml")
        code, found = asked(home, partner="lab")
        assert (code, found["channel lab"][0]) == ((0, "good") if listens else (1, "bad"))


def test_a_partner_that_is_not_there(home: Path) -> None:
    done = wharf("partners", "test", "nobody", "-c", home / "wharf.toml")
    assert done.returncode == 64
    assert b"there is no partner" in done.stderr
