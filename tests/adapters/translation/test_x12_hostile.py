"""What a stranger may send to hold us up: each is answered in one pass; were one quadratic, this file would not end."""

import pytest

from adapters.partner import Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_sets import MOST_PROBLEMS
from tests.rigs.x12_bytes import header

HEAD = header().encode() + b"~\n"
GROUP = b"GS*PO*ACME*STEX*20261120*0915*7*X*004010~\n"
TAIL = b"GE*1*7~\nIEA*1*000000123~\n"
UNKNOWN = b"".join(b"X%d*1~" % ordinal for ordinal in range(20_000))
LEVELS = b"".join(b"HL*%d*%d*I~LIN**VN*1~SN1**1*EA~" % (n, n - 1) for n in range(2, 10_000))

FILES = {
    "headers without trailers": HEAD * 5_000,
    "headers that are none": b"ISA*" * 200_000,
    "groups without trailers": HEAD + GROUP * 10_000 + b"IEA*1*000000123~",
    "sets without trailers": HEAD + GROUP + b"ST*850*0001~" * 10_000 + TAIL,
    "unknown segments": HEAD + GROUP + b"ST*850*0001~" + UNKNOWN + b"SE*1*0001~" + TAIL,
    "stray segments": HEAD + GROUP + b"XX*1~" * 20_000 + TAIL,
    "terminators": HEAD + b"~" * 2_000_000 + b"IEA*1*000000123~",
    "a segment of separators": HEAD + GROUP + b"ST*850*0001~PO1" + b"*" * 900_000 + b"~SE*1*0001~" + TAIL,
    "an element of components": HEAD + GROUP + b"ST*850*0001~PO1*1*" + b">" * 900_000 + b"~SE*1*0001~" + TAIL,
    "digits without end": HEAD + GROUP + b"ST*850*0001~PO1*1*" + b"9" * 900_000 + b"x~SE*1*0001~" + TAIL,
    "levels in a chain": HEAD + GROUP.replace(b"PO", b"SH") + b"ST*856*0001~BSN*00*1*20261120*1200~HL*1**S~" + LEVELS
    + b"SE*1*0001~" + TAIL,
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.failure("X7")
def test_it_is_answered_in_one_pass(name: str) -> None:
    content = FILES[name]
    partner = Partner(name="stranger", catch_all=True)
    items = list(read_delivery(content, digest(content), lambda *_: partner))
    assert isinstance(items[-1], Closing)
    messages = [item for item in items if isinstance(item, Message)]
    assert messages
    assert all(len(message.problems) <= MOST_PROBLEMS + 5 for message in messages)
