"""When a document was issued, where its first segment tells the day and the time of day: mirrors ``read_issued``.

Reading puts the time into ``dates`` as what was ``issued``, without a code, since no DTM tells it.
"""

from collections.abc import Iterator

from adapters.mappings.to_x12 import texts
from adapters.mappings.to_x12.dates import date_row
from adapters.mappings.to_x12.parts import Pair, Row, indexed
from canonical.document import Document

_ISSUED = "issued"


def issued_pairs(document: Document) -> tuple[Pair, Pair]:
    """The day, then the time of day."""
    at = _issued(document)
    clock = document.dates[at].time if at is not None else None
    name = f"{indexed('', 'dates', at)}.time" if at is not None else "dates"
    return ("issueDate", texts.date(document.issue_date)), (name, texts.time(clock))


def issued_zone(document: Document) -> Pair:
    """The time zone of that time, where the first segment has an element for it."""
    at = _issued(document)
    return (f"{indexed('', 'dates', at)}.zone", document.dates[at].zone) if at is not None else ("dates", None)


def other_date_rows(document: Document) -> Iterator[Row]:
    """A DTM for each date but the one that the first segment tells."""
    told = _issued(document)
    for index, entry in enumerate(document.dates):
        if index != told:
            yield date_row(entry, indexed("", "dates", index))


def _issued(document: Document) -> int | None:
    for index, entry in enumerate(document.dates):
        if entry.type == _ISSUED and entry.qualifier is None and entry.date == document.issue_date and entry.time:
            return index
    return None
