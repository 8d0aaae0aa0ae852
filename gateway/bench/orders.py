"""Makes interchanges of orders for measuring, the same for the same seed."""

import random

_HEAD = (
    "ISA*00*          *00*          *01*123456789      *01*987654321      *261120*0915*U*00401*000000001*0*P*>~\n"
    "GS*PO*NORTHWIND*STEXAMPLE*20261120*0915*1*X*004010~\n"
)


def orders(count: int, lines: int, seed: int = 1) -> bytes:
    """One interchange with ``count`` orders (X12 850, 004010) of about ``lines`` lines each."""
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
            rows.append(
                f"PO1*{line}*{rng.randrange(1, 99)}*{unit}*{price:.2f}"
                f"**VN*GLV-{item:05d}*UK*{10614141000000 + item:014d}"
            )
            rows.append("PID*F****Glove, exam, nitrile, powder free, medium")
            if line % 3 == 0:
                rows.append("DTM*002*20261203")
        rows.append(f"CTT*{amount}")
        parts.append(f"ST*850*{number:04d}~\n")
        parts.extend(f"{row}~\n" for row in rows)
        parts.append(f"SE*{len(rows) + 2}*{number:04d}~\n")
    parts.append(f"GE*{count}*1~\nIEA*1*000000001~\n")
    return "".join(parts).encode()
