"""`wharf send mllp` against a listener that answers as it is told: what is shown, and the exit code."""

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.contracts import AdapterError, Delivery, Outcome, Receipt
from adapters.transports.mllp.framing import framed
from adapters.transports.mllp.settings import MllpSettings
from adapters.transports.tls import ServerFiles
from gateway.cli.main import run
from gateway.sending import messages_in
from tests.rigs.mllp import Authority, listening

Capture = pytest.CaptureFixture[str]


async def judge(delivery: Delivery) -> Receipt:
    """AE where the message says bad, nothing where it says lost, else AA."""
    content = bytes(delivery.content[:])
    if b"lost" in content:
        raise AdapterError("no")
    code = b"AE" if b"bad" in content else b"AA"
    error = b"ERR||PID^1|101^Required field missing^HL70357|E\r" if code == b"AE" else b""
    return Receipt(
        delivery.id, Outcome.ACCEPTED, answer=b"MSH|^~\\&|W|W|E|E||ACK|1|P|2.5\rMSA|" + code + b"|7\r" + error
    )


@contextlib.contextmanager
def server(settings: MllpSettings | None = None, handle: Callable[..., object] = judge) -> Iterator[int]:
    """A listener on a thread of its own; its port."""
    ready: list[int] = []
    up, done = threading.Event(), threading.Event()

    async def story() -> None:
        async with listening(handle, settings) as door:  # type: ignore[arg-type]
            ready.append(door.port)
            up.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(story()))
    with capture_logs():
        thread.start()
        try:
            assert up.wait(10)
            yield ready[0]
        finally:
            done.set()
            thread.join(20)


def put(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_each_answer_is_shown_with_its_error(tmp_path: Path, capsys: Capture) -> None:
    good, mixed = (
        put(tmp_path, "good.hl7", b"MSH|good\r"),
        put(tmp_path, "m.hl7", framed(b"MSH|1\r") + framed(b"MSH|bad\r")),
    )
    with server() as port:
        assert run(["send", "mllp", f"127.0.0.1:{port}", good]) == 0
        assert capsys.readouterr().out.startswith("AA ")
        assert run(["send", "mllp", f"localhost:{port}", good, mixed]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r" +[0-9.]+ m?s ", " T ", line) for line in lines[:4]] == [
        f"AA T  {good} #1  MSA|AA|7",
        f"AA T  {tmp_path}/m.hl7 #1  MSA|AA|7",
        f"AE T  {tmp_path}/m.hl7 #2  MSA|AE|7",
        "                ERR||PID^1|101^Required field missing^HL70357|E",
    ]
    assert lines[4] == "3 messages over 1 connection: 2 positive, 1 negative, 0 without an answer"


def test_of_many_only_the_bad_ones_are_shown(tmp_path: Path, capsys: Capture) -> None:
    many = put(tmp_path, "many.hl7", b"".join(framed(b"MSH|%s%d\r" % (b"bad" * (n % 4 == 0), n)) for n in range(200)))
    with server() as port:
        assert run(["send", "mllp", f"127.0.0.1:{port}", many, "--connections", "5"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert sum(line.startswith("AE") for line in lines) == 20
        assert not any(line.startswith("AA") for line in lines)
        assert "… and 30 more like these" in lines
        assert "200 messages over 5 connections: 150 positive, 50 negative, 0 without an answer" in lines
        assert run(["send", "mllp", f"127.0.0.1:{port}", many, "--json", "--rate", "1000"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 201
    assert (rows[0]["number"], rows[0]["code"], rows[1]["code"]) == (1, "AE", "AA")
    assert rows[-1]["summary"]["positive"] == 150
    assert rows[-1]["summary"]["seconds"] >= 0.199, "the rate is kept"


def test_no_answer_is_told_and_the_next_message_goes_over_a_new_connection(tmp_path: Path, capsys: Capture) -> None:
    files = [put(tmp_path, name, b"MSH|" + name.encode()) for name in ("lost", "good")]
    with server() as port:
        assert run(["send", "mllp", f"127.0.0.1:{port}", *files]) == 2
    out = capsys.readouterr().out
    assert f"{files[0]} #1  no answer: it closed the connection" in out
    assert "1 positive, 0 negative, 1 without an answer" in out


def test_nobody_there(tmp_path: Path, capsys: Capture) -> None:
    file = put(tmp_path, "a.hl7", framed(b"MSH|1") + framed(b"MSH|2"))
    with server() as port:
        pass
    assert run(["send", "mllp", f"127.0.0.1:{port}", file]) == 2
    out = capsys.readouterr().out
    assert f"cannot connect to 127.0.0.1:{port}: connection refused" in out
    assert "#2  not sent" in out


def test_over_tls_with_a_certificate(tmp_path: Path, capsys: Capture) -> None:
    authority = Authority(tmp_path)
    own, client = authority.issue("gateway.example"), authority.issue("ehr.example")
    settings = MllpSettings("127.0.0.1", 0, tls=ServerFiles(own.certificate, own.key, authority.file))
    file = put(tmp_path, "a.hl7", b"MSH|1")
    shown = ["--cert", str(client.certificate), "--key", str(client.key)]
    with server(settings) as port:
        command = ["send", "mllp", f"127.0.0.1:{port}", file, "--timeout", "5"]
        assert run([*command, "--ca", str(authority.file), *shown]) == 0
        assert run([*command, "--tls"]) == 2
        assert "certificate is not trusted" in capsys.readouterr().out
        assert run([*command, "--ca", str(authority.file), "--server-name", "evil.test", *shown]) == 2
        assert run([*command, "--ca", str(authority.file)]) == 2
        assert run([*command, "--ca", str(tmp_path / "gone.pem")]) == 2
    assert f"wharf: {tmp_path}/gone.pem: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["2575", "host", "host:0", "host:99999", "a b:1", "http://host:1"])
def test_a_wrong_address_is_wrong_usage(tmp_path: Path, address: str) -> None:
    assert run(["send", "mllp", address, put(tmp_path, "a", b"x")]) == 64


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\x0b\x1c\r"])
def test_nothing_to_send_is_told(tmp_path: Path, capsys: Capture, content: bytes) -> None:
    assert run(["send", "mllp", "127.0.0.1:1", put(tmp_path, "a", content)]) == 2
    assert "there is no message in it" in capsys.readouterr().err
    assert run(["send", "mllp", "127.0.0.1:1", str(tmp_path / "gone")]) == 2


@pytest.mark.failure("C4")
def test_control_characters_of_an_answer_do_not_reach_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    async def evil(delivery: Delivery) -> Receipt:
        return Receipt(delivery.id, Outcome.ACCEPTED, answer=b"MSA|AA|\x1b[2J\xff")

    with server(handle=evil) as port:
        assert run(["send", "mllp", f"127.0.0.1:{port}", put(tmp_path, "a", b"x")]) == 0
    assert "MSA|AA|?[2Jÿ" in capsys.readouterr().out


def test_what_a_file_holds() -> None:
    assert messages_in(b"MSH|1\rPID|") == [b"MSH|1\rPID|"]
    assert messages_in(b"\r\n" + framed(b"a") + b"\n" + framed(b"b") + b"\x0bc\x1c") == [b"a", b"b", b"c"]
