"""What goes wrong between us and a server: keys, logins, cuts, silence, and what the server forbids."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from adapters.contracts import AdapterError, Outcome
from adapters.transports.drop.inbox import Entry
from adapters.transports.sftp import source as source_module
from adapters.transports.sftp.download import spool_name
from adapters.transports.sftp.host_keys import parse
from adapters.transports.sftp.line import Pauses
from adapters.transports.sftp.ssh import private_key
from tests.conformance_transport import eventually, running
from tests.rigs.sftp import Channel, threads
from tests.rigs.sshd import Sshd, silent_server, sshd

SLOW = Pauses(refused=3600, refused_longest=3600)


async def look(channel: Channel) -> None:
    """Lists the inbox once."""
    line = channel.line()
    try:
        await line.use(lambda client: client.listing(str(channel.inbox).encode(), 10))
    finally:
        line.close()


def refusal(channel: Channel) -> str:
    """Why the server cannot be used."""
    with pytest.raises(AdapterError) as caught:
        asyncio.run(look(channel))
    return str(caught.value)


@pytest.mark.failure("L4")
def test_an_unknown_host_key_is_refused_with_both_fingerprints(acme: Channel) -> None:
    other = parse(acme.sshd.make_key("other-host", "ed25519").with_suffix(".pub").read_text())
    shown = parse(acme.sshd.pinned)
    acme.server = acme.sshd.server(host_keys=(other,))
    before = acme.sshd.connections()
    told = refusal(acme)
    assert f"is ssh-ed25519 {shown.fingerprint}, expected ssh-ed25519 {other.fingerprint}" in told
    assert acme.sshd.connections() == before, "nobody may log in to a server that is not the one"
    assert [code for code, _ in acme.alarms] == ["NET-E0601"]
    assert shown.fingerprint in acme.alarms[0][1]


@pytest.mark.failure("L4")
def test_a_changed_host_key_stops_the_channel_and_is_not_asked_for_again(own: Sshd) -> None:
    with threads() as pool:
        acme = Channel(own, pool, server=own.server(), pauses=SLOW)
        acme.put("a.edi", b"a")

        async def story() -> None:
            async with running(source := acme.source(), acme.handle):
                await eventually(lambda: bool(acme.done()), "the first file")
                own.kill()
                own.new_host_key()
                own.start()
                acme.put("b.edi", b"b")
                await eventually(lambda: bool(acme.alarms), "the alarm")
                tried = (own.folder / "log").read_text().count("Connection from")
                await asyncio.sleep(0.6)
                assert (own.folder / "log").read_text().count("Connection from") == tried
                assert not source.listening()

        asyncio.run(story())
        assert [code for code, _ in acme.alarms] == ["NET-E0601"]
        assert acme.left() == {"b.edi"}


def test_one_of_several_pinned_keys_or_a_fingerprint_is_enough(acme: Channel) -> None:
    other = parse(acme.sshd.make_key("third-host", "ecdsa").with_suffix(".pub").read_text())
    right = parse(acme.sshd.pinned)
    acme.server = acme.sshd.server(host_keys=(other, right))
    asyncio.run(look(acme))
    acme.server = acme.sshd.server(host_keys=(parse(right.fingerprint),))
    asyncio.run(look(acme))
    assert acme.alarms == []


def test_a_server_with_several_keys_shows_the_pinned_one(tmp_path: Path) -> None:
    with sshd(tmp_path / "s") as own, threads() as pool:
        own.kill()
        rsa = own.make_key("host-rsa", "rsa")
        own.extra += f"HostKey {rsa}\n"
        own.start()
        acme = Channel(own, pool)
        acme.server = own.server(host_keys=(parse(rsa.with_suffix(".pub").read_text()),))
        asyncio.run(look(acme))


def test_a_refused_login_is_told_once_and_not_repeated_at_speed(acme: Channel) -> None:
    stranger = acme.sshd.make_key(f"stranger-{acme.name}", "ed25519")
    acme.server = acme.sshd.server(key=stranger.read_text())
    acme.pauses = SLOW
    log = acme.sshd.folder / "log"

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: bool(acme.alarms), "the alarm")
            tried = log.read_text().count("Connection from")
            await asyncio.sleep(0.5)
            assert log.read_text().count("Connection from") == tried

    asyncio.run(story())
    assert [code for code, _ in acme.alarms] == ["NET-E0602"]
    assert "does not accept the key" in acme.alarms[0][1]
    assert "PRIVATE" not in acme.alarms[0][1]


@pytest.mark.parametrize(
    ("kind", "form", "passphrase"),
    [("ed25519", "", ""), ("ed25519", "", "open sesame"), ("ecdsa", "", ""), ("rsa", "", ""), ("rsa", "PEM", "sesame")],
)
def test_keys_of_each_kind_let_us_in(acme: Channel, kind: str, form: str, passphrase: str) -> None:
    key = acme.sshd.make_key(f"key-{acme.name}", kind, passphrase, form)
    acme.sshd.allow(key)
    acme.server = acme.sshd.server(key=key.read_text(), passphrase=passphrase or None)
    asyncio.run(look(acme))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_keys_without_a_comment_can_all_be_read(acme: Channel, kind: str) -> None:
    """Of ECDSA keys every other one ends without padding, which a reader may stumble over."""
    for number in range(12):
        key = acme.sshd.make_key(f"{kind}-{acme.name}-{number}", kind)
        assert private_key(acme.sshd.server(key=key.read_text())).get_bits()


def test_a_key_that_cannot_be_read_is_told_without_showing_it(acme: Channel) -> None:
    key = acme.sshd.make_key(f"locked-{acme.name}", "ed25519", "right")
    acme.server = acme.sshd.server(key=key.read_text(), passphrase="wrong")
    assert "or the passphrase is wrong" in refusal(acme)
    acme.server = acme.sshd.server(key=key.read_text())
    assert "has a passphrase, and none is set" in refusal(acme)
    acme.server = acme.sshd.server(key="my secret scribble")
    assert "scribble" not in refusal(acme)


def test_a_closed_port_and_a_mute_server_are_told(acme: Channel) -> None:
    with silent_server() as port:
        acme.server = acme.sshd.server(port=port, connect_seconds=0.3)
        began = time.monotonic()
        assert "no greeting of an SSH server" in refusal(acme)
        assert time.monotonic() - began < 5
    assert "connection refused" in refusal(acme)
    assert acme.alarms == []


def test_a_server_that_stays_away_is_told_once(own: Sshd) -> None:
    with threads() as pool:
        acme = Channel(own, pool, pauses=Pauses(lost=0.05, lost_longest=0.05, away=0.5))

        async def story() -> None:
            async with running(source := acme.source(), acme.handle):
                await eventually(source.listening, "the first look")
                own.kill()
                await eventually(lambda: not source.listening(), "the loss")
                assert acme.alarms == []
                await eventually(lambda: bool(acme.alarms), "the alarm")
                await asyncio.sleep(0.5)
                own.start()
                await eventually(source.listening, "the return")

        asyncio.run(story())
        assert [code for code, _ in acme.alarms] == ["NET-E0607"]
        assert "connection refused" in acme.alarms[0][1]


@pytest.mark.failure("F9")
def test_a_server_that_hangs_does_not_hold_up_another(acme: Channel) -> None:
    """Both share two threads; the one that hangs takes no more than one of them."""
    with silent_server() as port, threads(most=2) as pool:
        mute = Channel(acme.sshd, pool, f"mute-{acme.name}", server=acme.sshd.server(port=port, connect_seconds=2.0))
        acme.pool = pool

        async def story() -> None:
            async with running(mute.source(), mute.handle), running(acme.source(), acme.handle):
                await asyncio.sleep(0.3)
                for number in range(20):
                    acme.put(f"{number}.edi", b"%d" % number)
                began = time.monotonic()
                await eventually(lambda: len(acme.done()) == 20, "the files of the other")
                assert time.monotonic() - began < 5

        asyncio.run(story())


@pytest.mark.failure("F9")
def test_a_download_that_is_cut_goes_on_where_it_was(own: Sshd) -> None:
    content = os.urandom(80_000_000)
    with threads() as pool:
        acme = Channel(own, pool)
        acme.put("large.edi", content)

        async def story() -> int:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: _size(acme, "*.part") > 5_000_000, "the middle of the file")
                own.kill()
                await eventually(lambda: _size(acme, "*.cut") > 0, "the beginning, kept")
                kept = _size(acme, "*.cut")
            # What was kept is of use to the next process as well.
            own.start()
            async with running(acme.source(), acme.handle):
                await eventually(lambda: _size(acme, "*.part") >= kept or bool(acme.done()), "going on")
                await eventually(lambda: bool(acme.done()), "the file")
            return kept

        assert 5_000_000 <= asyncio.run(story()) < len(content)
        (delivery,) = acme.seen
        assert delivery.content[:] == content
        assert list(acme.spool.iterdir()) == []


@pytest.mark.failure("F9")
def test_a_beginning_that_is_not_of_this_file_is_thrown_away(acme: Channel) -> None:
    acme.settings["settle"] = 0.01
    path = acme.put("large.edi", b"a" * 3_000_000)
    entry = Entry(path.name, 0, 0, 3_000_000, int(path.stat().st_mtime) * 1_000_000_000)
    acme.spool.mkdir(parents=True)
    (acme.spool / f"{spool_name(str(acme.inbox), entry)}.cut").write_bytes(b"b" * 1_000_000)

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: bool(acme.done()), "the file")

    asyncio.run(story())
    assert [delivery.content for delivery in acme.seen] == [b"a" * 3_000_000]


def test_a_connection_that_died_between_two_looks_is_made_anew(own: Sshd) -> None:
    with threads() as pool:
        acme = Channel(own, pool)

        async def story() -> None:
            async with running(source := acme.source(), acme.handle):
                await eventually(source.listening, "the first look")
                own.kill()
                await eventually(lambda: not source.listening(), "the loss")
                own.start()
                acme.put("a.edi", b"a")
                await eventually(lambda: bool(acme.done()), "the file")

        asyncio.run(story())
        assert acme.alarms == []


@pytest.mark.failure("F9")
def test_a_server_that_freezes_is_left_after_its_time_and_found_again(own: Sshd) -> None:
    with threads() as pool:
        acme = Channel(own, pool, server=own.server(answer_seconds=0.5, connect_seconds=0.5))

        async def story() -> None:
            async with running(source := acme.source(), acme.handle):
                await eventually(source.listening, "the first look")
                own.freeze(True)
                await eventually(lambda: not source.listening(), "the loss")
                own.freeze(False)
                acme.put("a.edi", b"a")
                await eventually(lambda: bool(acme.done()), "the file")

        asyncio.run(story())


@pytest.mark.failure("F16")
def test_files_that_may_not_be_moved_are_told_once_and_handed_in_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "MOVE_RETRY", 0.2)
    extra = "ForceCommand internal-sftp -P rename,posix-rename,remove,mkdir"
    with sshd(tmp_path / "s", extra=extra) as own, threads() as pool:
        acme = Channel(own, pool)
        for number in range(3):
            acme.put(f"{number}.edi", b"%d" % number)

        async def story() -> None:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: bool(acme.alarms), "the alarm")
                await eventually(lambda: len(acme.seen) == 3, "all files")
                await asyncio.sleep(1.0)
                assert len(acme.seen) == 3
            async with running(acme.source(), acme.handle):
                await eventually(lambda: len(acme.seen) == 6, "all once more after the restart")

        asyncio.run(story())
        assert [code for code, _ in acme.alarms] == ["NET-E0604"] * 2, "once for each start"
        assert len({delivery.origin for delivery in acme.seen}) == 3
        assert acme.left() == {"0.edi", "1.edi", "2.edi"}


def test_files_stuck_for_a_while_are_moved_when_the_server_lets_us(
    acme: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "MOVE_RETRY", 0.2)
    (acme.inbox / "done").write_bytes(b"a file where the folder should be")
    acme.put("a.edi", b"a")

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            await eventually(lambda: bool(acme.alarms), "the alarm")
            (acme.inbox / "done").unlink()
            await eventually(lambda: acme.done() == {"a.edi": b"a"}, "the move")

    asyncio.run(story())
    assert len([delivery for delivery in acme.seen if delivery.content == b"a"]) == 1


def test_refused_files_go_where_they_may(tmp_path: Path) -> None:
    """The server lets nobody make a folder: what is refused goes to done/, which is there."""
    with sshd(tmp_path / "s", extra="ForceCommand internal-sftp -P mkdir") as own, threads() as pool:
        acme = Channel(own, pool, outcome=Outcome.REJECTED)
        (acme.inbox / "done").mkdir()
        acme.put("bad.edi", b"bad")

        async def story() -> None:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: acme.done() == {"bad.edi": b"bad"}, "the file in done/")

        asyncio.run(story())
        assert acme.alarms == []


@pytest.mark.parametrize("denied", ["opendir", "open", "read"])
def test_an_inbox_that_may_not_be_read_is_told(tmp_path: Path, denied: str) -> None:
    with sshd(tmp_path / "s", extra=f"ForceCommand internal-sftp -P {denied}") as own, threads() as pool:
        acme = Channel(own, pool)
        acme.put("a.edi", b"a")

        async def story() -> None:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: bool(acme.alarms), "the alarm")
                await asyncio.sleep(0.5)

        asyncio.run(story())
        assert [code for code, _ in acme.alarms] == ["NET-E0603"]
        assert "permission denied" in acme.alarms[0][1]
        assert acme.seen == []


def test_the_connection_is_kept_between_looks(acme: Channel) -> None:
    before = acme.sshd.connections()

    async def story() -> None:
        async with running(acme.source(), acme.handle):
            for number in range(12):
                acme.put(f"{number}.edi", b"x%d" % number)
                await eventually(lambda n=number: len(acme.done()) == n + 1, "a file")

    asyncio.run(story())
    # As many as files are fetched at a time, and one to look: never one for each look.
    assert acme.sshd.connections() - before <= 5


def test_an_old_server_needs_legacy_and_is_served_with_it(tmp_path: Path) -> None:
    old = (
        "HostKeyAlgorithms ssh-rsa\nKexAlgorithms diffie-hellman-group14-sha1\nCiphers aes128-cbc,3des-cbc\n"
        "MACs hmac-sha1\nPubkeyAcceptedAlgorithms +ssh-rsa\n"
    )
    with sshd(tmp_path / "s", extra=old, host_key="rsa") as own, threads() as pool:
        key = own.make_key("old-client", "rsa")
        own.allow(key)
        acme = Channel(own, pool, server=own.server(key=key.read_text()))
        assert "may need legacy = true" in refusal(acme)
        acme.server = own.server(key=key.read_text(), legacy=True)
        content = bytes(range(256)) * 20_000
        acme.put("a.edi", content)

        async def story() -> None:
            async with running(acme.source(), acme.handle):
                await eventually(lambda: acme.done() == {"a.edi": content}, "the file")

        asyncio.run(story())
        assert [delivery.content[:] for delivery in acme.seen] == [content]
        acme.server = own.server(host_keys=(parse("SHA256:" + "A" * 43),), key=key.read_text(), legacy=True)
        assert "its host key is ssh-rsa SHA256:" in refusal(acme)
        acme.server = own.server(key=own.make_key("stranger", "rsa").read_text(), legacy=True)
        assert "does not let the user" in refusal(acme)


def test_legacy_survives_a_server_that_is_mute_or_dies(own: Sshd) -> None:
    with threads() as pool, silent_server() as port:
        acme = Channel(own, pool, server=own.server(legacy=True, port=port, connect_seconds=0.4))
        assert "nothing within" in refusal(acme) or "handshake failed" in refusal(acme)
        acme.server = own.server(legacy=True, port=1)
        assert "connection refused" in refusal(acme)
        acme.server = own.server(legacy=True, answer_seconds=1.0)

        async def story() -> None:
            async with running(source := acme.source(), acme.handle):
                await eventually(source.listening, "the first look")
                own.kill()
                await eventually(lambda: not source.listening(), "the loss")
                own.start()
                acme.put("a.edi", b"a")
                await eventually(lambda: bool(acme.done()), "the file")

        asyncio.run(story())


def _size(channel: Channel, pattern: str) -> int:
    try:
        return sum(path.stat().st_size for path in channel.spool.glob(pattern))
    except FileNotFoundError:
        return 0
