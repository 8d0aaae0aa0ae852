"""The segments of an answer: MSH, MSA, ERR by version, and the echo that master files and orders ask for.

Sources: HL7 v2.9.1, sections 2.8 (acknowledgments), 2.13.5 (ERR), 2.13.8 (MSA), 8.5.3 (MFA); table 0357. The texts
are our own. No value of the acknowledged message but its header, its order numbers and its keys is repeated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from adapters.formats.hl7.encoding import Encoding
from adapters.formats.hl7.escapes import escape
from adapters.formats.hl7.write import Row

MOST_ERRORS: Final = 20
"""ERR segments of one answer."""

CONDITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "0": "Message accepted",
        "100": "Segment sequence error",
        "101": "Required field missing",
        "102": "Data type error",
        "103": "Table value not found",
        "200": "Unsupported message type",
        "201": "Unsupported event code",
        "202": "Unsupported processing id",
        "203": "Unsupported version id",
        "207": "Application internal error",
    }
)
"""Table 0357: what kind of error it is."""


@dataclass(frozen=True, slots=True)
class ErrorToTell:
    """One problem, as an ERR segment tells it."""

    condition: str
    """Table 0357."""
    severity: str
    """E, W or I."""
    code: str
    """Ours, as ``HL7-E0303``."""
    text: str
    """For a person; without any value of the message."""
    segment: str = ""
    occurrence: int = 1
    field: int | None = None
    repetition: int = 1
    component: int | None = None


def is_before(version: str, other: tuple[int, int]) -> bool:
    """Whether a version, as ``2.3.1``, is older than another; one that cannot be read is 2.5."""
    major, _, rest = version.strip().partition(".")
    minor = rest.partition(".")[0]
    if not (major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()):
        return other > (2, 5)
    return (int(major), int(minor)) < other


def answer_type(name: str, event: str, version: str, encoding: Encoding, structure: str = "") -> str:
    """MSH-9 of an answer: ``ACK`` up to 2.2, ``ACK^O05`` in 2.3, ``ACK^O05^ACK`` from 2.3.1 on."""
    mark = encoding.component
    if not event or is_before(version, (2, 3)):
        return name
    if is_before(version, (2, 4)) and version.strip() != "2.3.1":
        return f"{name}{mark}{event}"
    return f"{name}{mark}{event}{mark}{structure or name}"


def header_row(
    *, parties: Sequence[str], type: str, control_id: str, processing: str, version: str, charset: str, at: datetime,
    asks: bool = False,
) -> Row:  # fmt: skip
    """MSH, without its separators; ``parties`` are MSH-3 to MSH-6 as they are written.

    ``asks``: a commit acknowledgment is wanted, and none of an application (MSH-15 and 16, table 0155).
    """
    accept, application = ("AL", "NE") if asks else ("", "")
    return (
        "MSH", *parties, at.strftime("%Y%m%d%H%M%S%z"), "", type, control_id, processing, version,
        "", "", accept, application, "", charset,
    )  # fmt: skip


def result_row(code: str, control_id: str, text: str, version: str, encoding: Encoding) -> Row:
    """MSA; ``control_id`` is MSH-10 as it was sent, still escaped. The text stands there up to 2.4 only."""
    told = escape(text, encoding) if is_before(version, (2, 5)) else ""
    return "MSA", code, control_id, told


def error_rows(errors: Sequence[ErrorToTell], version: str, encoding: Encoding) -> Iterator[Row]:
    """ERR: one segment with repetitions up to 2.4 (there from 2.2 on), one for each error from 2.5 on."""
    told = errors[:MOST_ERRORS]
    if not told or is_before(version, (2, 2)):
        return
    if is_before(version, (2, 5)):
        yield "ERR", encoding.repetition.join(_old_location(error, encoding) for error in told)
        return
    for error in told:
        location = [error.segment, str(error.occurrence) if error.segment else ""]
        if error.field is not None:
            location += [str(error.field), str(error.repetition)]
            location += [str(error.component)] if error.component is not None else []
        condition = [error.condition, CONDITIONS.get(error.condition, ""), "HL70357"]
        yield (
            "ERR", "", _joined(location, encoding), _joined(condition, encoding), error.severity, "", "",
            escape(error.code, encoding), escape(error.text, encoding),
        )  # fmt: skip


def master_rows(header: str, entries: Iterable[Sequence[str]], accepted: bool, at: datetime) -> Iterator[Row]:
    """MFI as it came, and an MFA for each MFE, given as its fields 1 to 5 (of which 3, the date, is not repeated)."""
    yield (header,)
    for entry in entries:
        event, control_id, _, key, key_type = (*entry, "", "", "", "", "")[:5]
        yield "MFA", event, control_id, at.strftime("%Y%m%d%H%M%S"), "S" if accepted else "U", key, key_type


def order_rows(orders: Iterable[Sequence[str]], accepted: bool) -> Iterator[Row]:
    """For each order ORC with the verdict (OK or UA) and both numbers as they came, then its RQD as it came."""
    for placer, filler, line in orders:
        yield "ORC", "OK" if accepted else "UA", placer, filler
        yield (line,)


def _old_location(error: ErrorToTell, encoding: Encoding) -> str:
    condition = encoding.subcomponent.join((error.condition, CONDITIONS.get(error.condition, ""), "HL70357"))
    field = "" if error.field is None else str(error.field)
    return encoding.component.join((error.segment, str(error.occurrence) if error.segment else "", field, condition))


def _joined(parts: Sequence[str], encoding: Encoding) -> str:
    return encoding.component.join(parts).rstrip(encoding.component)
