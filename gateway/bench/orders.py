"""Makes interchanges of orders for measuring, the same for the same seed."""

import random

_HEAD = (
    "ISA*00*          *00*          *01*123456789      *01*987654321      *261120*0915*U*00401*000000001*0*P*>~\n"
    "GS*PO*NORTHWIND*STEXAMPLE*20261120*0915*1*X*004010~\n"
)


_BREAKS = (
    ("*UK*", "*U?*"),
    ("DTM*002*20261201", "DTM*002*20261301"),
    ("PER*BD*", "PER*??*"),
    ("PO1*1*", "PO1*1*X"),
    ("BEG*00*NE*PO", "BEG*00*??*PO"),
)
"""One element of an order, right and wrong: codes, a date and a number in turn."""


def _gtin(item: int) -> str:
    """A GTIN of fourteen digits, the last of which makes it check."""
    body = f"{1061414000000 + item:013d}"
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def orders(count: int, lines: int, seed: int = 1, *, broken: bool = False) -> bytes:
    """One interchange with ``count`` orders (X12 850, 004010) of about ``lines`` lines each.

    ``broken`` makes one element of each order wrong.
    """
    rng = random.Random(seed)  # noqa: S311 - made-up goods, not secrets
    parts = [_HEAD]
    for number in range(1, count + 1):
        rows = [
            f"BEG*00*NE*PO{4500000000 + number}**20261120",
            f"REF*CT*VIZ-{rng.randrange(9999):04d}",
            "PER*BD*Purchasing*TE*5550100",
            "DTM*002*20261201",
            "TD5**2*UPSN*M*Ground",
            "N1*ST*St. Example Hospital*UL*0614141000005",
            "N3*1 Harbour Street",
            "N4*Springfield*IL*62701*US",
            "N1*SE*Northwind Medical*9*1234567890000",
        ]
        amount = rng.randrange(max(1, lines // 2), lines + lines // 2 + 1)
        for line in range(1, amount + 1):
            item, unit, price = rng.randrange(10_000), rng.choice(("EA", "BX", "CA")), rng.randrange(1, 99999) / 100
            rows.append(f"PO1*{line}*{rng.randrange(1, 99)}*{unit}*{price:.2f}**VN*GLV-{item:05d}*UK*{_gtin(item)}")
            rows.append("PID*F****Glove, exam, nitrile, powder free, medium")
            if line % 3 == 0:
                rows.append("DTM*002*20261203")
        rows.append(f"CTT*{amount}")
        parts.append(f"ST*850*{number:04d}~\n")
        body = "".join(f"{row}~\n" for row in rows)
        parts.append(body.replace(*_BREAKS[number % len(_BREAKS)], 1) if broken else body)
        parts.append(f"SE*{len(rows) + 2}*{number:04d}~\n")
    parts.append(f"GE*{count}*1~\nIEA*1*000000001~\n")
    return "".join(parts).encode()
