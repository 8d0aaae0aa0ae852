"""The doors from the outside: one client of each kind hands in bytes and tells what it was answered.

None of them uses the product's code. Each call is one attempt; whether to try again is the generator's decision.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tests.chaos.messages import Unit

ANSWER_SECONDS = 12.0
"""A client's patience for one answer; a gateway that is frozen longer leaves it without one."""
LOST_SECONDS = 20.0
"""After which a file that lies nowhere is put there again."""


class Verdict(StrEnum):
    """What a client knows after an attempt."""

    ACKED = "acked"
    """Accepted, now or before."""
    MOVED = "moved"
    """The file lies in ``done/``: accepted."""
    REJECTED = "rejected"
    """Told that it is wrong."""
    HELD = "held"
    """Told that a person must look at it."""
    UNKNOWN = "unknown"
    """No answer, or one that says that it could not be kept: the same bytes must go again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one attempt."""

    verdict: Verdict
    code: str
    """In the door's own words, as ``AA`` or ``201``."""
    content: bytes = b""
    """The answer itself, where it must be the same each time."""


class Door(Protocol):
    """One client of one door."""

    def hand_in(self, unit: Unit, name: str) -> Answer:
        """One attempt; ``name`` is of the file, for doors that have files."""
        ...


class FolderDoor:
    """Files put into a folder, the gateway's own or one on a partner's server; ``name`` tells a resend apart."""

    def __init__(self, inbox: Path, done: Path, rejected: Path) -> None:
        self._inbox = inbox
        self._places = {Verdict.MOVED: done, Verdict.REJECTED: rejected}

    def hand_in(self, unit: Unit, name: str) -> Answer:
        """Puts the file there as a careful sender does, and waits until it was moved."""
        try:
            self.put(unit, name)
            return self._settled(unit, name)
        except OSError as error:
            return Answer(Verdict.UNKNOWN, f"errno {error.errno}")

    def put(self, unit: Unit, name: str) -> None:
        """Writes the file under a temporary name, syncs and renames it. Raises OSError."""
        temporary = self._inbox / f".{name}.tmp"
        with temporary.open("wb") as file:
            file.write(unit.content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self._inbox / name)
        folder = os.open(self._inbox, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _settled(self, unit: Unit, name: str) -> Answer:
        lost_at: float | None = None
        while True:
            if (self._inbox / name).exists():
                lost_at = None
            elif (verdict := self._place_of(unit, name)) is not None:
                return Answer(verdict, verdict.value)
            elif self._inbox.exists():
                now = time.monotonic()
                lost_at = lost_at or now
                if now - lost_at > LOST_SECONDS:
                    return Answer(Verdict.UNKNOWN, "lies nowhere")
            time.sleep(0.03)

    def _place_of(self, unit: Unit, name: str) -> Verdict | None:
        for verdict, folder in self._places.items():
            for path in (folder / name, *(folder.glob(f"{name}*") if (folder / name).exists() else ())):
                with contextlib.suppress(FileNotFoundError):
                    if path.read_bytes() == unit.content:
                        return verdict
        return None


class MllpDoor:
    """One connection, one message at a time; a connection that failed is never used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: socket.socket | None = None

    def hand_in(self, unit: Unit, name: str) -> Answer:  # noqa: ARG002 - a message has no name
        """Sends the message and awaits its answer."""
        try:
            content = self._ask(unit.content)
        except OSError as error:
            self._drop()
            return Answer(Verdict.UNKNOWN, type(error).__name__)
        return _told(unit, content)

    def _ask(self, content: bytes) -> bytes:
        if self._connection is None:
            self._connection = socket.create_connection(("127.0.0.1", self._port), ANSWER_SECONDS)
        self._connection.sendall(b"\x0b" + content + b"\x1c\r")
        answer = b""
        while not answer.endswith(b"\x1c\r"):
            part = self._connection.recv(65536)
            if not part:
                raise ConnectionResetError
            answer += part
        return answer[1:-2]

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class HttpDoor:
    """A connection to the gateway's HTTP port that is opened anew after any failure."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> tuple[int, bytes] | str:
        """Status and body of the answer, or the name of what went wrong."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
            self._connection.request("POST", path, body, {"Content-Type": kind, **(more or {})})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return type(error).__name__


class RestDoor:
    """``POST /api/v1/interchanges``."""

    def __init__(self, port: int) -> None:
        self._http = HttpDoor(port)

    def hand_in(self, unit: Unit, name: str) -> Answer:
        """Posts the bytes."""
        told = self._http.post(f"/api/v1/interchanges?name={name}", unit.content, "application/edi-x12")
        if isinstance(told, str):
            return Answer(Verdict.UNKNOWN, told)
        status, body = told
        outcome = json.loads(body).get("outcome", "") if status in (200, 201, 202) else ""
        match status:
            case 200 | 201 | 202:
                return Answer(_VERDICTS.get(outcome, Verdict.UNKNOWN), f"{status} {outcome}")
            case 422:
                return Answer(Verdict.REJECTED, "422")
            case _:
                return Answer(Verdict.UNKNOWN, str(status))


class DocumentDoor:
    """``POST /api/v1/documents/purchase_order``: orders that go out to a supplier."""

    def __init__(self, port: int, partner: str) -> None:
        self._http = HttpDoor(port)
        self._path = f"/api/v1/documents/purchase_order?partner={partner}"

    def hand_in(self, unit: Unit, name: str) -> Answer:  # noqa: ARG002 - a document has no file
        """Posts the document under its idempotency key. The answer to the same is the same."""
        told = self._http.post(self._path, unit.content, "application/json", {"Idempotency-Key": unit.key})
        if isinstance(told, str):
            return Answer(Verdict.UNKNOWN, told)
        status, body = told
        match status:
            case 202:
                return Answer(Verdict.ACKED, "202", body)
            case 409 | 422:
                return Answer(Verdict.REJECTED, str(status))
            case _:
                return Answer(Verdict.UNKNOWN, str(status))


class SoapDoor:
    """``SubmitInterchange`` of the SOAP endpoint, in envelopes written by hand."""

    def __init__(self, port: int, path: str) -> None:
        self._http = HttpDoor(port)
        self._path = path

    def hand_in(self, unit: Unit, name: str) -> Answer:
        """Calls the operation."""
        call = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            '<SubmitInterchange xmlns="urn:wharf:soap:v1">'
            f"<content>{base64.b64encode(unit.content).decode()}</content><name>{name}</name>"
            "</SubmitInterchange></e:Body></e:Envelope>"
        )
        told = self._http.post(self._path, call.encode(), "text/xml; charset=utf-8")
        if isinstance(told, str):
            return Answer(Verdict.UNKNOWN, told)
        status, body = told
        outcome = re.search(rb"<(?:\w+:)?outcome>(\w+)<", body)
        if status != 200 or outcome is None:
            return Answer(Verdict.UNKNOWN, str(status))
        word = outcome[1].decode()
        return Answer(_VERDICTS.get(word, Verdict.UNKNOWN), f"200 {word}")


_VERDICTS = {
    "accepted": Verdict.ACKED,
    "duplicate": Verdict.ACKED,
    "rejected": Verdict.REJECTED,
    "quarantined": Verdict.HELD,
}


def _told(unit: Unit, content: bytes) -> Answer:
    """What an HL7 acknowledgment says. One that names another message is none at all, and told apart."""
    fields = next((row.split(b"|") for row in content.split(b"\r") if row.startswith(b"MSA|")), [])
    if len(fields) < 3:
        return Answer(Verdict.UNKNOWN, "no MSA")
    code = fields[1].decode()
    if fields[2] != unit.content.split(b"|", 10)[9]:
        return Answer(Verdict.UNKNOWN, "wrong MSA-2")
    if code == "AA":
        return Answer(Verdict.ACKED, code, content)
    if b"HL7-E0902" in content:
        return Answer(Verdict.HELD, f"{code} HL7-E0902")
    if b"^207" in content or b"|207" in content:
        return Answer(Verdict.UNKNOWN, f"{code} 207")
    return Answer(Verdict.REJECTED, code, content)
