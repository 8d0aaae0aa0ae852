"""The robot at its counter: takes orders, answers in time, and as a command it serves a gateway's own folders."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contracts import AdapterError
from gateway.profiles import profile_for
from gateway.robot.behaviour import behaviour_from
from gateway.robot.sftp_counter import SftpCounter
from gateway.robot.shop import FolderCounter, Shop
from gateway.robot.supplier import Supplier
from tests.gateway.robot.test_supplier import HOSPITAL, ORDER, OWN
from tests.rigs.gateway import gateway, wharf
from tests.rigs.sshd import need_sshd, sshd


def shop(tmp_path: Path, *ways: str) -> Shop:
    profile = profile_for(OWN, HOSPITAL)
    assert profile is not None
    numbers = itertools.count(1)
    supplier = Supplier(profile, behaviour_from(ways), lambda _: next(numbers))
    (tmp_path / "orders").mkdir()
    counter = FolderCounter(tmp_path / "orders", tmp_path / "answers")
    return Shop(counter, supplier, lambda: datetime(2026, 11, 21, 7, 30, tzinfo=UTC))


def answers(tmp_path: Path) -> list[str]:
    return sorted(path.name[:3] for path in (tmp_path / "answers").glob("*"))


def test_an_order_is_taken_and_answered(tmp_path: Path) -> None:
    own = shop(tmp_path)
    (tmp_path / "orders" / "850-1.edi").write_bytes(ORDER)
    (tmp_path / "orders" / ".half.edi.part").write_bytes(ORDER[:100])
    told = [entry.what for entry in own.step(0.0)]
    assert told == ["took", "put", "put", "put", "put"]
    assert answers(tmp_path) == ["810", "855", "856", "997"]
    assert [path.name for path in (tmp_path / "orders").iterdir()] == [".half.edi.part"]


def test_a_late_997_comes_when_its_time_has_come(tmp_path: Path) -> None:
    own = shop(tmp_path, "late-997=60")
    (tmp_path / "orders" / "850-1.edi").write_bytes(ORDER)
    list(own.step(0.0))
    assert answers(tmp_path) == ["810", "855", "856"]
    assert not own.idle
    assert list(own.step(59.9)) == []
    assert [entry.what for entry in own.step(60.0)] == ["put"]
    assert answers(tmp_path)[-1] == "997"
    assert own.idle


def test_what_is_no_order_is_taken_and_not_answered(tmp_path: Path) -> None:
    own = shop(tmp_path)
    (tmp_path / "orders" / "997-1.edi").write_bytes(b"ISA*nothing")
    assert [entry.what for entry in own.step(0.0)] == ["no order"]


def test_the_command_serves_the_folders_of_a_gateway(tmp_path: Path) -> None:
    with gateway(tmp_path / "st") as house:
        partner = house.home / "partners" / "acme.toml"
        partner.write_text(partner.read_text().replace("# send =", "send ="))
        order = ORDER.replace(b"*ZZ*STEXAMPLE-ERP", b"*01*987654321    ").replace(b"*01*062147855", b"*01*123456789")
        (house.drop / "out" / "acme").mkdir(parents=True, exist_ok=True)
        (house.drop / "out" / "acme" / "850-1.edi").write_bytes(order)
        arguments = ("--partner", "acme", "--orders", "1", "--every", "0.05", "-c", house.config)
        done = wharf("robot", *arguments)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.count(b" put ") == 4
        house.wait(lambda: len(house.tap()) == 4, "its answers as events")
        assert [event["partnerid"] for event in house.tap()] == ["acme"] * 4


def test_a_partner_that_it_cannot_play_is_told(tmp_path: Path) -> None:
    with gateway(tmp_path / "st", start=False) as house:
        done = wharf("robot", "--partner", "acme", "-c", house.config)
        assert done.returncode == 64
        assert b"must name a channel" in done.stderr
        done = wharf("robot", "--partner", "nobody", "-c", house.config)
        assert (done.returncode, b"there is no partner" in done.stderr) == (64, True)


def test_it_serves_the_folders_of_a_real_sftp_server(tmp_path: Path) -> None:
    need_sshd()
    with sshd(tmp_path / "server") as server:
        (server.outbox / "850-1.edi").write_bytes(ORDER)
        (server.outbox / ".850-2.edi.part").write_bytes(ORDER[:50])
        own = shop(tmp_path)
        own.counter = SftpCounter(server.server(), str(server.outbox), str(server.inbox))
        assert [entry.what for entry in own.step(0.0)] == ["took", "put", "put", "put", "put"]
        assert sorted(path.name[:3] for path in server.inbox.iterdir()) == ["810", "855", "856", "997"]
        assert [path.name for path in server.outbox.iterdir()] == [".850-2.edi.part"]
        server.kill()
        with pytest.raises(AdapterError):
            list(own.step(1.0))
        server.start()
        (server.outbox / "850-3.edi").write_bytes(ORDER)
        assert next(entry.what for entry in own.step(2.0)) == "took"
        own.counter.close()
