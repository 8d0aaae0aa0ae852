"""Acknowledgments as a supplier sends them, written by hand."""

import itertools
from collections.abc import Sequence

from tests.rigs.x12_bytes import group, interchange, transaction_set

_NUMBERS = itertools.count(501)


def functional(
    number: str, *, status: str = "A", sets: Sequence[tuple[str, str]] = (), faults: Sequence[str] = (),
    functional_id: str = "PO",
) -> bytes:  # fmt: skip
    """A 997 for the group with this GS06; ``sets`` are (ST02, AK501)."""
    rows = [f"AK1*{functional_id}*{number}"]
    for control, verdict in sets:
        rows += [f"AK2*850*{control}", *(faults if verdict != "A" else ()), f"AK5*{verdict}"]
    good = sum(verdict in "AE" for _, verdict in sets) if sets else int(status in "AE")
    rows.append(f"AK9*{status}*{len(sets) or 1}*{len(sets) or 1}*{good}")
    own = f"{next(_NUMBERS):09d}"
    return interchange(
        group(transaction_set(rows, set_id="997"), functional_id="FA", number=own.lstrip("0")), number=own
    )


def interchange_only(number: str, status: str = "A", note: str = "000") -> bytes:
    """A TA1 for the interchange with this ISA13, alone in its own."""
    own = f"{next(_NUMBERS):09d}"
    return interchange([f"TA1*{number}*261121*0730*{status}*{note}"], number=own)


def advice(number: str, set_number: str, verdict: str = "TR") -> bytes:
    """An 824 about one transaction set of the group with this GS06."""
    own = f"{next(_NUMBERS):09d}"
    rows = ["BGN*00*ADV1*20261121", f"OTI*{verdict}*PO*4711***20261121**{number}*{set_number}*850", "TED*024*PRICE"]
    return interchange(
        group(transaction_set(rows, set_id="824"), functional_id="AG", number=own.lstrip("0")), number=own
    )


def order_answer(number: str) -> bytes:
    """An 855 that accepts an order."""
    own = f"{next(_NUMBERS):09d}"
    rows = [f"BAK*00*AT*{number}*20261121"]
    return interchange(
        group(transaction_set(rows, set_id="855"), functional_id="PR", number=own.lstrip("0")), number=own
    )
