"""Small interchanges for tests, written as a partner would."""

from collections.abc import Sequence

ORDER = (
    "BEG*00*NE*4500012345**20261120",
    "N1*ST*St. Example*UL*9501101530003",
    "PO1*1*12*BX*13.4500**VN*GLV-M-200",
    "CTT*1",
)


def transaction_set(rows: Sequence[str] = ORDER, *, set_id: str = "850", number: str = "0001") -> list[str]:
    """ST, the rows, SE with the right count."""
    return [f"ST*{set_id}*{number}", *rows, f"SE*{len(rows) + 2}*{number}"]


def group(*sets: list[str], number: str = "7", functional_id: str = "PO", release: str = "004010") -> list[str]:
    """GS, the sets, GE with the right count."""
    body = [row for entry in sets for row in entry]
    head = f"GS*{functional_id}*ACME*STEX*20261120*0915*{number}*X*{release}"
    return [head, *body, f"GE*{len(sets)}*{number}"]


def header(*, number: str = "000000123", usage: str = "P", ask: str = "0", version: str = "00401") -> str:
    """A regular ISA segment without its terminator."""
    standard = "^" if version >= "00402" else "U"
    return (
        f"ISA*00*          *00*          *01*123456789      *01*987654321      *261120*0915*{standard}*{version}"
        f"*{number}*{ask}*{usage}*>"
    )


def interchange(
    *groups: list[str], number: str = "000000123", usage: str = "P", ask: str = "0", version: str = "00401",
    end: str = "~\n",
) -> bytes:  # fmt: skip
    """A whole interchange with right counts."""
    rows = [
        header(number=number, usage=usage, ask=ask, version=version),
        *(row for entry in groups for row in entry),
        f"IEA*{sum(row.startswith('GS*') for entry in groups for row in entry)}*{number}",
    ]
    return "".join(row + end for row in rows).encode()


def order(number: str = "000000123") -> bytes:
    """An interchange with one order."""
    return interchange(group(transaction_set()), number=number)
