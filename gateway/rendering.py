"""What a queued parcel becomes: the bytes that leave, with their control number and file name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.partner import Identity, Partner
from adapters.translate import answer_from, render
from adapters.translation.hl7_render import Hl7Answer
from adapters.translation.x12_answers import NextNumber
from adapters.translation.x12_write import NotWritten, Written, write
from canonical.problem import Problem, Severity
from canonical.registry import DOCUMENTS
from gateway.ledger.records import ParcelRow
from gateway.profiles import document_profile

DOCUMENT = "document"
"""In a parcel's context: the type of the document that is its body. An acknowledgment has none."""
TEST = "test"
"""In a parcel's context: whether it is marked as a test."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Bytes that will never change."""

    name: str
    """File name at the destination, of ``[A-Za-z0-9._-]`` only."""
    content: bytes
    control_number: str
    """ISA13 or MSH-10; empty for forms that have none."""
    functional_id: str | None = None
    """GS01 of its only group, where it holds documents."""
    group_number: str | None = None
    """GS06 of that group."""


class NotRenderedError(Exception):
    """The settings no longer allow what they did when the parcel was queued; the problems say what."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = next((problem for problem in problems if problem.severity is Severity.ERROR), None)
        super().__init__(f"{first.code} {first.message}" if first else "it cannot be written")
        self.problems = tuple(problems)


class Renderer:
    """Renders parcels as their partners want them now."""

    def __init__(self, own: Sequence[Identity], by_name: Callable[[str], Partner | None]) -> None:
        self._own = own
        self._by_name = by_name

    def __call__(self, row: ParcelRow, bodies: Sequence[bytes], next_number: NextNumber, now: datetime) -> Rendered:
        """Raises NotRenderedError where the partner cannot be written to any more. ``bodies`` are its documents."""
        stem, tail = row.kind, row.id[-6:]
        if DOCUMENT not in row.context:
            answer = answer_from(row.body)
            content, number = render(answer, next_number, now)
            suffix = "hl7" if isinstance(answer, Hl7Answer) else "edi"
            return Rendered(f"{stem}-{number}-{tail}.{suffix}", content, number)
        partner = self._by_name(row.partner)
        if partner is not None and partner.send is not None and partner.send.format == "json":
            if len(bodies) == 1:
                return Rendered(f"{stem}-{tail}.json", bodies[0], "")
            return Rendered(f"{stem}-{tail}.json", b"[" + b",".join(bodies) + b"]", "")
        written = self._written(row, partner, bodies, next_number, now)
        if isinstance(written, NotWritten):
            raise NotRenderedError(written.problems)
        name = f"{stem}-{written.control_number}-{tail}.edi"
        return Rendered(
            name, written.content, written.control_number, written.functional_ids[0], written.groups[0]
        )  # fmt: skip

    def writable(self, row: ParcelRow, body: bytes, now: datetime) -> bool:
        """Whether one document of a parcel can be written, alone. Uses no control number."""
        partner = self._by_name(row.partner)
        if partner is not None and partner.send is not None and partner.send.format == "json":
            return True
        return not isinstance(self._written(row, partner, [body], lambda _: 1, now), NotWritten)

    def _written(
        self, row: ParcelRow, partner: Partner | None, bodies: Sequence[bytes], next_number: NextNumber, now: datetime
    ) -> Written | NotWritten:
        kind = row.context[DOCUMENT]
        profile = document_profile(self._own, partner, kind, test=bool(row.context.get(TEST))) if partner else None
        if profile is None:
            raise NotRenderedError(())
        documents = [DOCUMENTS[kind].model_validate_json(body) for body in bodies]
        return write(documents, profile, next_number, now)
