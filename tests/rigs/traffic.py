"""What partners do at one door while the gateway is killed again and again: they send until they are answered.

Each traffic has an outcome that can be compared: the gateway that died many times must leave the same as one that was
never touched. Ids of events are made of what was sent, so they are the same in every run.
"""

import getpass
import json
import re
import shutil
import socketserver
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from adapters.formats.hl7.problems import SYSTEM_ERROR
from gateway.ledger.contract import LedgerError
from gateway.ledger.records import EventRow
from gateway.ledger.store import open_ledger
from tests.rigs.gateway import Gateway
from tests.rigs.hl7_messages import message
from tests.rigs.mllp_sender import MllpSender
from tests.rigs.soap_house import CHANNELS as SOAP_CHANNELS
from tests.rigs.soap_house import ERP, PASSWORD, post
from tests.rigs.soap_messages import envelope, interchange
from tests.rigs.soap_partner import WSDL, Partner
from tests.rigs.sshd import Sshd
from tests.rigs.submissions import ORDER
from tests.rigs.x12_bytes import order

Outcome = dict[str, Any]
NOT_KEPT = SYSTEM_ERROR.code.encode()


def events_of(own: Gateway) -> list[EventRow]:
    """What is published; nothing where there is no ledger yet."""
    try:
        ledger = open_ledger(own.data, exclusive=False, read_only=True)
    except LedgerError:
        return []
    try:
        return ledger.read(lambda reads: reads.published(after=0, limit=1_000_000))
    finally:
        ledger.close()


def published(own: Gateway) -> Outcome:
    """How often each event was published."""
    return dict(Counter(event.id for event in events_of(own)))


def waits(own: Gateway, *, parcels: bool = True) -> bool:
    """Whether anything is still to be read, published or, with ``parcels``, sent."""
    try:
        ledger = open_ledger(own.data, exclusive=False, read_only=True)
    except LedgerError:
        return True
    try:
        backlog, unread = ledger.read(lambda reads: (reads.backlog(), reads.unread_deliveries()))
    finally:
        ledger.close()
    return bool(unread or backlog.events or (parcels and backlog.parcels))


def control_numbers(answers: list[bytes]) -> list[bytes]:
    """ISA13 of each interchange."""
    return [answer.split(b"*")[13] for answer in answers]


class Traffic:
    """Files in a drop folder: two orders, one of them large, and one that is refused."""

    name: ClassVar[str] = "drop"
    env: ClassVar[dict[str, str]] = {}
    events = 3
    asks: ClassVar[bool] = False
    """Whether the outcome is found by asking the gateway."""

    def prepare(self, own: Gateway) -> None:
        """Before the first start."""
        own.put("1.edi", order("000000001"))
        own.put("2.edi", order("000000002") + b"\n" * (2 << 20))
        own.put("broken.edi", order("000000003").replace(b"PO1*1*12*", b"PO1*1*1O*"))

    def step(self, own: Gateway) -> bool:
        """Goes on where something is still to be done; true where all is answered. OSError where nobody listens."""
        settled = {*(own.drop / "done").glob("*.edi*"), *(own.drop / "rejected").glob("*.edi")}
        return len(settled) >= 3 and not waits(own)

    def outcome(self, own: Gateway) -> Outcome:
        """What is left of it."""
        answers = [path.read_bytes() for path in own.answers("acme", "997")]
        numbers = control_numbers(answers)
        assert len(set(numbers)) == len(numbers), "a control number was used twice"
        return {
            "events": published(own),
            "folders": {
                name: sorted(path.name for path in (own.drop / name).iterdir()) for name in ("done", "rejected", "in")
            },
            "answers": sorted(re.findall(rb"AK9\*.", answer) for answer in answers),
            "hidden": [path.name for path in own.drop.rglob(".*")],
        }  # fmt: skip


class Lines(Traffic):
    """HL7 messages on a line: one that is accepted, one that is refused, each sent until it is answered."""

    name = "mllp"
    asks = True
    events = 2

    def __init__(self) -> None:
        self._messages = [
            message("OMS^O05", "ORC|NW|R1", f"RQD|1|104412^GLOVE^IM|GLV-N-M||{quantity}|BX|4711", control=control)
            for control, quantity in (("M1", "12"), ("M2", "1O"))
        ]  # fmt: skip
        self.answers: dict[int, bytes] = {}
        self._sender: MllpSender | None = None

    def prepare(self, own: Gateway) -> None:
        self._sender = MllpSender(own.data / "ports.json", "ehr")

    def step(self, own: Gateway) -> bool:
        for place, content in enumerate(self._messages):
            if place not in self.answers:
                answer = self._ask(content)
                if NOT_KEPT in answer:
                    # A no for now: it is sent again, by and by.
                    return False
                self.answers[place] = answer
        return not waits(own)

    def outcome(self, own: Gateway) -> Outcome:
        assert self._sender is not None
        again = {place: self._sender.ask(content) or b"" for place, content in enumerate(self._messages)}
        assert again == self.answers, "an answer was not the one of the first time"
        self._sender.close()
        said = {place: re.findall(rb"MSA\|[^|\r]*\|[^|\r]*", answer) for place, answer in again.items()}
        return {"events": published(own), "answers": said}

    def _ask(self, content: bytes) -> bytes:
        assert self._sender is not None
        try:
            return self._sender._once(content)
        except (OSError, ValueError, KeyError) as error:
            self._sender.close()
            raise ConnectionError from error


class Api(Traffic):
    """Calls of the API: two orders to be sent, under keys, and an interchange."""

    name = "api"
    asks = True
    events = 3

    def __init__(self) -> None:
        self._answers: dict[str, Any] = {}

    def prepare(self, own: Gateway) -> None:
        partner = own.home / "partners" / "acme.toml"
        partner.write_text(partner.read_text() + '\nsend = { channel = "suppliers" }\n')

    def step(self, own: Gateway) -> bool:
        for number in ("F1", "F2"):
            self._once(number, lambda number=number: self._document(own, number))  # type: ignore[misc]
        self._once("interchange", lambda: self._interchange(own))
        return not waits(own)

    def _once(self, name: str, call: Callable[[], Any]) -> None:
        if name not in self._answers:
            self._answers[name] = call()

    def outcome(self, own: Gateway) -> Outcome:
        for number in ("F1", "F2"):
            assert self._document(own, number) == self._answers[number], "another answer to the same key"
        again = self._interchange(own)
        assert again["outcome"] == "duplicate"
        own.wait(lambda: not waits(own), "the repeated 997")
        orders = [path.read_bytes() for path in own.answers("acme", "850")]
        numbers = control_numbers(orders)
        assert len(set(numbers)) == len(numbers)
        return {
            "events": published(own),
            "orders": sorted(number for number in (b"F1", b"F2") for each in orders if b"*%b*" % number in each),
        }

    def _document(self, own: Gateway, number: str) -> Any:
        content = json.dumps({**ORDER, "number": number}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": number}
        return self._call(own, "documents/purchase_order?partner=acme", content, headers)

    def _interchange(self, own: Gateway) -> Any:
        return self._call(own, "interchanges", order(), {"Content-Type": "application/edi-x12"})

    @staticmethod
    def _call(own: Gateway, path: str, content: bytes, headers: dict[str, str]) -> Any:
        port = json.loads((own.data / "ports.json").read_text())["http"]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/{path}", content, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - an address of our own
            return json.loads(answer.read())


class Soap(Traffic):
    """Calls of the web service, under keys."""

    name = "soap"
    asks = True
    env: ClassVar[dict[str, str]] = {"WHARF_TEST_ERP": PASSWORD}
    events = 2

    def __init__(self) -> None:
        self._answers: dict[str, bytes] = {}

    def prepare(self, own: Gateway) -> None:
        own.config.write_text(own.config.read_text("utf-8") + SOAP_CHANNELS, "utf-8")
        (own.home / "partners/erp.toml").write_text(ERP, "utf-8")

    def step(self, own: Gateway) -> bool:
        for number in ("000000001", "000000002"):
            if number not in self._answers:
                self._answers[number] = self._call(own, number)
        # Its 997s wait until they are fetched.
        return not waits(own, parcels=False)

    def outcome(self, own: Gateway) -> Outcome:
        again = {number: self._call(own, number) for number in self._answers}
        assert {_told(answer, "outcome") for answer in again.values()} == {b"duplicate"}
        return {"events": published(own), "answered": sorted(again)}

    @staticmethod
    def _call(own: Gateway, number: str) -> bytes:
        body = envelope(interchange(order(number), f"<idempotencyKey>{number}</idempotencyKey>"))
        status, _, answer = post(own, body)
        if status != 200:
            raise ConnectionError(answer)
        return answer


class Sftp(Traffic):
    """Files on a partner's server, which gets its 997s there."""

    name = "sftp"
    events = 2

    def __init__(self, server: Sshd) -> None:
        self._server = server

    def prepare(self, own: Gateway) -> None:
        server = self._server
        for folder in (server.inbox, server.outbox):
            shutil.rmtree(folder)
            folder.mkdir()
        with own.config.open("a") as file:
            file.write(
                f'\n[channels.acme]\nkind = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\n'
                f'user = "{getpass.getuser()}"\nkey = {{ file = "{server.client_key}" }}\n'
                f'host_key = "{server.pinned}"\ninbox = "{server.inbox}"\noutbox = "{server.outbox}"\n'
                'partner = "acme"\npoll = 0.1\nsettle = 0.1\n'
            )
        for number in ("000000001", "000000002"):
            (server.inbox / f"{number}.edi").write_bytes(order(number))

    def step(self, own: Gateway) -> bool:
        done = self._server.inbox / "done"
        return done.is_dir() and len(list(done.iterdir())) >= 2 and not waits(own)

    def outcome(self, own: Gateway) -> Outcome:
        answers = [path.read_bytes() for path in self._server.outbox.iterdir() if path.suffix != ".part"]
        numbers = control_numbers([answer for answer in answers if answer.startswith(b"ISA")])
        assert len(set(numbers)) == len(numbers)
        return {
            "events": published(own),
            "folders": sorted(str(path.relative_to(self._server.root)) for path in self._server.inbox.rglob("*.edi")),
            "answers": sorted(re.findall(rb"AK9\*.", answer) for answer in answers),
        }


class Polled(Traffic):
    """Orders that are fetched at a partner's web service and confirmed there; their 997s are delivered there."""

    name = "soap_poll"
    env: ClassVar[dict[str, str]] = {"WHARF_TEST_PASSWORD": "secret word"}
    events = 2

    def __init__(self, partner: Partner, channels: str) -> None:
        self._partner = partner
        self._channels = channels
        partner.orders = [(f"O{number}", order(f"00000000{number}")) for number in (1, 2)]
        partner.confirmed.clear()
        partner.delivered.clear()

    def prepare(self, own: Gateway) -> None:
        shutil.copytree(WSDL.parent, own.home / "soap")
        own.config.write_text(own.config.read_text("utf-8") + self._channels, "utf-8")
        (own.home / "partners/acme.toml").write_text(
            (own.home / "partners/acme.toml").read_text("utf-8") + '\nsend = { channel = "supply" }\n', "utf-8"
        )

    def step(self, own: Gateway) -> bool:
        return len(set(self._partner.confirmed)) >= 2 and not waits(own)

    def outcome(self, own: Gateway) -> Outcome:
        return {
            "events": published(own),
            "delivered": len(self._partner.delivered),
            "confirmed": sorted(set(self._partner.confirmed)),
        }


class OutLine(Lines):
    """HL7 messages whose verdicts leave as messages of their own, to a receiver that notes what it took."""

    name = "mllp-out"
    asks = False

    def __init__(self, ear: "Ear") -> None:
        super().__init__()
        self._messages = [each.replace(b"|P|2.5\r", b"|P|2.5|||AL|AL\r") for each in self._messages]
        self._ear = ear

    def prepare(self, own: Gateway) -> None:
        super().prepare(own)
        connect = f'connect = "127.0.0.1:{self._ear.port}"\n'
        own.config.write_text(f'{own.config.read_text()}\n[channels.ehr_answers]\nkind = "mllp"\n{connect}')
        partner = 'name = "cabinet"\nidentities = [{ scheme = "MSH", id = "CAB|3W" }]\n'
        (own.config.parent / "partners/cabinet.toml").write_text(partner + 'send = { channel = "ehr_answers" }\n')

    def outcome(self, own: Gateway) -> Outcome:
        came = set(self._ear.came)
        assert len({content.split(b"|")[9] for content in came}) == len(came), "two contents under one number"
        said = sorted(re.findall(rb"MSA\|[^|\r]*\|[^|\r]*", content)[0] for content in came)
        return {"events": published(own), "verdicts": said}


class Ear:
    """Takes messages and says so (CA)."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        came = self.came

        class Receiver(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                content = b""
                while part := self.request.recv(65536):
                    content += part
                    if content.endswith(b"\x1c\r"):
                        came.append(content[1:-2])
                        header = content[1:].split(b"\r")[0].split(b"|")
                        answer = b"MSH|^~\\&|A|B|C|D|20261121||ACK|1|P|2.5\rMSA|CA|%b\r" % header[9]
                        self.request.sendall(b"\x0b" + answer + b"\x1c\r")
                        content = b""

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A gateway that died is no error here."""

        self._server = Server(("127.0.0.1", 0), Receiver)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _told(answer: bytes, name: str) -> bytes:
    found = re.search(rb"<(?:\w+:)?%b>([^<]*)<" % name.encode(), answer)
    return found[1] if found else b""
