"""Writing documents and reading them back, with our own reader and with pyx12's."""

import io
import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pyx12.x12file import X12Reader

from adapters.partner import Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_write import OutboundProfile, Written, write
from canonical.document import Document

WRITTEN_AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
ANYBODY = Partner(name="unlisted", catch_all=True)
US, THEM = ("ZZ", "STEXAMPLE"), ("01", "123456789")


def numbers() -> Any:
    """Control numbers from 1 in each scope."""
    counts: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    return lambda scope: next(counts[scope])


def profile(release: str = "004010", **more: Any) -> OutboundProfile:
    """Us to them."""
    return OutboundProfile(US, THEM, release=release, **{"count_always": False, **more})


def written(document: Document | list[Document], how: OutboundProfile) -> Written:
    """The interchange; fails with what kept it from being written."""
    result = write(document, how, numbers(), WRITTEN_AT)
    assert isinstance(result, Written), [problem.to_data() for problem in result.problems]
    return result


def messages(content: bytes) -> list[Message]:
    """What our own reader makes of it."""
    items = read_delivery(content, digest(content), lambda *_: ANYBODY)
    return [item for item in items if isinstance(item, Message)]


def meaning(document: Document) -> dict[str, Any]:
    """The document without where it came from."""
    data = document.to_data()
    data.pop("provenance", None)
    return data


def pyx12_errors(content: bytes) -> list[Any]:
    """What pyx12's reader says of separators, envelopes and counts."""
    reader = X12Reader(io.StringIO(content.decode("latin-1")))
    for _ in reader:
        pass
    return list(reader.pop_errors())
