"""SFTP packets, names and host keys without a server: whatever comes, it is read right or refused."""

import struct
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.transports.sftp import host_keys
from adapters.transports.sftp.client import LostError, RemoteError, SftpClient
from adapters.transports.sftp.packets import (
    Answer,
    Attributes,
    BrokenStreamError,
    Kind,
    Named,
    Splitter,
    answer_of,
    extensions_of,
)
from adapters.transports.sftp.ripe import away, entries, in_folder, name_of, origin
from adapters.transports.sftp.server import SftpServer
from adapters.transports.sftp.settings import InboxSettings, OutboxSettings

PACKETS = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=10)
GREETING = struct.pack(">IBI", 5, Kind.VERSION, 3)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5uCWBlTFaIWdoYwpuxGT44WnvZIWQ3QO6eU8hhVTnP"


@given(PACKETS, st.integers(1, 50))
def test_packets_come_out_however_the_stream_is_cut(packets: list[tuple[int, bytes]], step: int) -> None:
    stream = b"".join(struct.pack(">IB", len(body) + 1, kind) + body for kind, body in packets)
    splitter = Splitter()
    found = [each for at in range(0, len(stream), step) for each in splitter.feed(stream[at : at + step])]
    assert found == packets


@given(st.binary(max_size=200), st.sampled_from([Answer.status, Answer.text, Answer.attributes, Answer.names]))
def test_any_body_is_read_or_refused(body: bytes, read: Callable[[Answer], object]) -> None:
    for kind in (Kind.STATUS, Kind.NAME, Kind.ATTRS, Kind.VERSION):
        with suppress(BrokenStreamError):
            answer = answer_of(kind, body)
            found = read(answer)
            if read is Answer.names:
                assert len(list(answer.names())) * 12 <= len(body)
            assert found is not answer
        with suppress(BrokenStreamError):
            extensions_of(kind, body)


class Scripted:
    """A server that says what it was told to say, whatever is asked."""

    def __init__(self, *said: bytes) -> None:
        self.said = [GREETING, *said]

    def send(self, data: bytes) -> None:
        assert data

    def receive(self) -> bytes:
        if not self.said:
            raise LostError("the end")
        return self.said.pop(0)

    def abort(self) -> None:
        self.said = []

    def usable(self) -> bool:
        return True


@given(st.binary(max_size=400), st.lists(st.tuples(st.integers(95, 106), st.integers(0, 4), st.binary(max_size=60))))
@pytest.mark.failure("F10")
def test_a_server_that_talks_nonsense_is_left(noise: bytes, packets: list[tuple[int, int, bytes]]) -> None:
    said = [struct.pack(">IBI", len(body) + 5, kind, number) + body for kind, number, body in packets]
    calls: list[Callable[[SftpClient], object]] = [
        lambda client: client.listing(b"/in", 10),
        lambda client: client.read(b"/in/a", Attributes(5, None, 0), lambda _: None),
        lambda client: client.write(b"/out/a", b"content"),
        lambda client: client.rename_all([(b"a", b"b")] * 3),
    ]
    for call in calls:
        client = SftpClient(Scripted(*said, noise))
        with suppress(LostError, RemoteError):
            call(client)


@pytest.mark.failure("F10")
def test_a_server_that_lists_for_ever_is_cut_off() -> None:
    handle = struct.pack(">IBII", 10, Kind.HANDLE, 1, 1) + b"h"
    empty = [struct.pack(">IBII", 9, Kind.NAME, number, 0) for number in range(2, 1000)]
    empty[11] = struct.pack(">IBII", 9, Kind.STATUS, 13, 0)
    listed = SftpClient(Scripted(handle, *empty)).listing(b"/in", 10)
    assert listed.names == ()


@pytest.mark.parametrize(
    "said", [b"SSH is not here\r\n", b"\0\0\0\0", b"\xff\xff\xff\xff\x02", b"\0\0\0\x05\x02\0\0\0\x02"]
)
def test_what_is_no_sftp_is_told(said: bytes) -> None:
    pipe = Scripted()
    pipe.said = [said + bytes(40)]
    with pytest.raises(LostError, match="SFTP"):
        SftpClient(pipe)


NAMES = st.binary(min_size=1, max_size=40)


@given(st.lists(st.tuples(NAMES, st.integers(0, 2**40), st.integers(0, 2**32 - 1)), max_size=20))
@pytest.mark.failure("F10", "F11")
def test_no_name_leads_out_of_a_folder(found: list[tuple[bytes, int, int]]) -> None:
    settings = InboxSettings("/out")
    names = [Named(name, Attributes(size, 0o100644, mtime)) for name, size, mtime in found]
    for entry in entries(names, settings):
        name = name_of(entry)
        assert name in {each.name for each in names}
        for refused in (True, False):
            target = away(settings, entry, "d1", refused=refused)
            folder = b"/out/rejected/" if refused else b"/out/done/"
            assert target.path == folder + name
            assert b"/" not in name
            assert name != b".."
        assert origin("/out", entry).isascii()


def test_an_origin_tells_arrivals_apart() -> None:
    settings = InboxSettings("/out")
    found = [
        Named(name, Attributes(size, 0o100644, mtime))
        for name in (b"a", b"b", b"\xe9")
        for size in (1, 2)
        for mtime in (5, 6)
    ]
    assert len({origin("/out", entry) for entry in entries(found, settings)}) == 12
    one = entries(found[:1], settings)
    assert origin("/out", one[0]) != origin("/elsewhere", one[0])
    assert origin("/out", one[0]) == origin("/out/", one[0])


@pytest.mark.parametrize("mode", [0o040755, 0o120777, 0o010644, 0o140777, 0o060600, 0o020600])
@pytest.mark.failure("F11")
def test_only_regular_files_are_files(mode: int) -> None:
    assert entries([Named(b"a", Attributes(1, mode, 1))], InboxSettings("/out")) == []
    assert len(entries([Named(b"a", Attributes(1, None, None))], InboxSettings("/out"))) == 1
    assert entries([Named(b"a", Attributes(None, 0o100644, 1))], InboxSettings("/out")) == []


def test_a_folder_may_be_the_root_or_relative() -> None:
    assert in_folder("/", b"a") == b"/a"
    assert in_folder("out/", b"a") == b"out/a"


def test_host_keys_are_read_in_both_forms() -> None:
    key = host_keys.parse(KEY + " root@sftp.example")
    assert key.type == "ssh-ed25519"
    assert host_keys.parse(key.fingerprint) == host_keys.HostKey(key.fingerprint)
    assert str(key) == f"ssh-ed25519 {key.fingerprint}"


@pytest.mark.parametrize(
    "text",
    ["", "ssh-ed25519", "AAAA", "ssh-ed25519 AAAA!", "ssh-ed25519 AAAA", KEY.replace("ssh-ed25519", "ssh-rsa", 1),
     "ssh-dss " + KEY.split()[1], "MD5:aa:bb", "SHA256:short", "ssh-ed25519 " + KEY.split()[1][:-8] + "====="],
)  # fmt: skip
def test_what_is_no_host_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"takes a type|not whole"):
        host_keys.parse(text)


@given(st.binary(max_size=100))
def test_a_key_is_pinned_or_not_whatever_is_shown(blob: bytes) -> None:
    assert not host_keys.is_pinned(blob, [host_keys.parse(KEY)])
    assert not host_keys.is_pinned(blob, [])
    assert host_keys.is_pinned(blob, [host_keys.HostKey(host_keys.fingerprint(blob))])


def test_settings_without_sense_are_refused() -> None:
    for values in ({"poll": 0}, {"settle": float("nan")}, {"workers": 17}, {"max_bytes": 0}):
        with pytest.raises(ValueError, match="take"):
            InboxSettings("/out", **values)
    for temporary in ("{name}", "part", "a/{name}.part", "{name}{name}"):
        with pytest.raises(ValueError, match="no temporary name"):
            OutboxSettings("/in", temporary)
    pinned = (host_keys.parse(KEY),)
    with pytest.raises(ValueError, match="no host key"):
        SftpServer("sftp.example", "me", (), password="secret")
    with pytest.raises(ValueError, match="neither"):
        SftpServer("sftp.example", "me", pinned)
    assert "secret" not in repr(SftpServer("sftp.example", "me", pinned, password="secret", passphrase="secret"))
