"""What generators send: interchanges of orders and their changes, requisitions, and orders to suppliers, with canaries.

A canary is what tells one document among all: number and change number of an order, number and line's order number of
a requisition. Documents of one number are sent one after another, so that their order can be judged.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RECEIVER: Final = "987654321"
PHI: Final = "ZZPHICANARY"
"""Begins the family name of every patient that is sent: it may stand in no log, no metric and no answer."""
CONVERSATION: Final = 3
"""Units that speak of the same numbers: an order and its changes."""


class Kind(StrEnum):
    """What is special about a unit."""

    PLAIN = "plain"
    MALFORMED = "malformed"
    """A quantity that is no number in every document: rejected, and nothing of it received."""
    CONFLICT = "conflict"
    """The control number of a unit that was accepted, with other bytes."""
    REPLACED = "replaced"
    """Its file is overwritten by the next unit's, under its name: nobody knows whether it was taken."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one client hands in at a time: a file, a call, a message."""

    id: str
    kind: Kind
    content: bytes
    key: str = ""
    """The idempotency key that it is handed in under, at a door that has those."""

    @property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of what is sent is special, from 0 to 1."""

    malformed: float = 0.02
    conflict: float = 0.01
    replaced: float = 0.01
    resent: float = 0.05


def segments(rows: list[str]) -> bytes:
    """Rows as X12 segments."""
    return "".join(f"{row}~\n" for row in rows).encode()


def interchange(sender: str, control: int, rows: list[list[str]], functional_id: str) -> bytes:
    """One interchange with one group; its ISA13 and GS06 are the same number."""
    isa = f"ISA*00*          *00*          *ZZ*{sender:<15}*01*{RECEIVER:<15}*261121*0915*U*00401"
    head = [f"{isa}*{control:09d}*0*P*>", f"GS*{functional_id}*{sender}*{RECEIVER}*20261121*0915*{control}*X*004010"]
    inside = [segment for one in rows for segment in one]
    return segments([*head, *inside, f"GE*{len(rows)}*{control}", f"IEA*1*{control:09d}"])


def order_set(number: str, ordinal: int, quantity: str) -> list[str]:
    """An 850 with one line."""
    rows = [f"BEG*00*NE*{number}**20261121", f"PO1*1*{quantity}*BX*13.45**VN*GLV-{ordinal:04d}", "CTT*1"]
    return [f"ST*850*{ordinal:04d}", *rows, f"SE*{len(rows) + 2}*{ordinal:04d}"]


def change_set(number: str, ordinal: int, quantity: str, change: int) -> list[str]:
    """An 860 with one line; ``change`` numbers the changes of an order from 1."""
    rows = [
        f"BCH*04*NE*{number}**{change}*20261121*****20261121",
        f"POC*1*QI*{quantity}*1*BX*13.45**VN*GLV-{ordinal:04d}",
        "CTT*1",
    ]
    return [f"ST*860*{ordinal:04d}", *rows, f"SE*{len(rows) + 2}*{ordinal:04d}"]


def requisition(sender: str, control: str, number: str, order: str, quantity: str) -> bytes:
    """An OMS^O05 with one line, and a patient whose name must be seen nowhere."""
    rows = [
        f"MSH|^~\\&|{sender}|STEX|MATERIALS|STEX|20261121091500||OMS^O05^OMS_O05|{control}|P|2.5.1",
        f"PID|1||7700{control}^^^STEX^MR||{PHI}{control}^Agatha||19580417|F",
        f"ORC|NW|{order}^EHR||{number}|||||20261121090500",
        f"RQD|1|GLV-M^Glove^L||S10442^Glove M^L|{quantity}|BX^Box|CC3100^Ward 3|6100^Supplies|3W^Ward 3|20261121",
    ]
    return "".join(f"{row}\r" for row in rows).encode()


def submission(number: str, quantity: str) -> bytes:
    """An order to a supplier, as canonical JSON."""
    line = {
        "lineNumber": "1",
        "item": {"identifiers": [{"scheme": "SELLER", "value": "A-100", "qualifier": "VN"}]},
        "quantity": {"value": quantity, "unitCode": "EA"},
        "price": {"amount": "3.10"},
    }
    head = {"number": number, "purpose": "original", "purposeCode": "00", "orderType": "NE", "issueDate": "2026-11-21"}
    return json.dumps({**head, "lines": [line]}).encode()


def _mark(seed: int) -> str:
    """A seed in five characters: an order number has no more than 22 (BEG03)."""
    rest, mark = seed % 36**5, ""
    while len(mark) < 5:
        rest, digit = divmod(rest, 36)
        mark = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + mark
    return mark


class Talk:
    """The units of one client, without end, the same for the same seed."""

    def __init__(self, seed: int, door: str, client: int, sets: int, shares: Shares) -> None:
        """``sets`` documents stand in an interchange; ``mllp`` and ``documents`` have one in a message."""
        self._rng = random.Random(f"{seed}/{door}/{client}")
        self._tag = f"{door[:2].upper()}{client}"
        self._sender = f"CHAOS{door.upper()}"
        self._door = door
        self._sets = sets
        self._shares = shares
        self._ordinal = 0
        self._control = client * 10_000_000
        self._mark = _mark(seed)

    def units(self) -> Iterator[Unit]:
        """One conversation after another; what is special is strewn in by chance."""
        conversation = 0
        while True:
            conversation += 1
            name = f"{self._tag}-{self._mark}-{conversation:06d}"
            for turn in range(CONVERSATION):
                yield self._unit(Kind.PLAIN, name, turn)
                if self._rng.random() < self._shares.conflict:
                    self._control -= 1
                    yield self._unit(Kind.CONFLICT, f"{name}C{turn}", 0)
                if self._rng.random() < self._shares.malformed:
                    yield self._unit(Kind.MALFORMED, f"{name}M{turn}", 0)
                if self._rng.random() < self._shares.replaced:
                    yield self._unit(Kind.REPLACED, f"{name}R{turn}", 0)
                    yield self._unit(Kind.PLAIN, f"{name}S{turn}", 0)

    def resends(self) -> bool:
        """Whether what was just accepted is sent again on purpose."""
        return self._rng.random() < self._shares.resent

    def _unit(self, kind: Kind, name: str, turn: int) -> Unit:
        self._ordinal += 1
        self._control += 1
        quantity = "1O" if kind is Kind.MALFORMED else str(self._rng.randint(1, 99))
        id = f"{self._tag}-{self._ordinal:07d}"
        control = f"{self._tag}{self._control:09d}"
        if self._door == "documents":
            return Unit(id, kind, submission(f"{name}T{turn}", quantity), control)
        if self._door == "mllp":
            return Unit(id, kind, requisition(self._sender, control, name, f"{name}.{turn}", quantity))
        numbers = [f"{name}{place:03d}" for place in range(1, self._sets + 1)]
        if turn == 0:
            rows = [order_set(number, place, quantity) for place, number in enumerate(numbers, 1)]
        else:
            rows = [change_set(number, place, quantity, turn) for place, number in enumerate(numbers, 1)]
        return Unit(id, kind, interchange(self._sender, self._control, rows, "PO" if turn == 0 else "PC"))
