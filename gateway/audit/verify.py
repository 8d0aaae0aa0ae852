"""Whether a trail is whole: every row follows from the one before, and ends where it was seen to end."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.audit.entry import Action, AuditRow, Head, digest_of_row


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where."""

    position: int
    """The row; where rows are missing, the first of them."""
    kind: str
    """``altered``, ``missing``, ``inserted``, ``cut off`` or ``begins late``."""
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole trail comes to."""

    rows: int
    first: int
    head: Head | None
    flaws: tuple[Flaw, ...]


def verify(rows: Iterable[AuditRow], beginning: str, heads: Mapping[str, Head]) -> Verdict:
    """Looks at every row, oldest first.

    ``beginning`` is what the first row of this ledger names as the one before it; ``heads`` are ends of the trail that
    were seen before, by where they were kept.
    """
    flaws: list[Flaw] = []
    count, start, before = 0, 0, None
    wanted = {head.position: head for head in heads.values()}
    seen: dict[int, str] = {}
    pruned: set[tuple[int, str]] = set()
    restored: list[AuditRow] = []
    first: AuditRow | None = None
    for row in rows:
        count += 1
        if first is None:
            first, start = row, row.position
        flaws += _row_flaws(row, before)
        if row.position in wanted:
            seen[row.position] = row.digest
        if row.action == Action.LEDGER_RESTORED:
            restored.append(row)
        if row.action == Action.AUDIT_PRUNED:
            pruned.add(_pruned(row))
        before = row
    if first is not None:
        flaws += _start_flaws(first, beginning, pruned)
    head = Head(before.position, before.digest) if before is not None else None
    for place, known in heads.items():
        told = (_told(flaw, restored) for flaw in _head_flaws(place, known, seen.get(known.position), head, start))
        flaws += told
    return Verdict(count, start, head, tuple(sorted(flaws, key=lambda flaw: flaw.position)))


def _row_flaws(row: AuditRow, before: AuditRow | None) -> list[Flaw]:
    flaws = []
    sound = digest_of_row(row) == row.digest
    if not sound:
        text = f"row {row.position} is not what was written: its digest does not fit it"
        flaws.append(Flaw(row.position, "altered", text))
    if before is None:
        return flaws
    gap = row.position - before.position - 1
    if gap:
        last = f" to {row.position - 1}" if gap > 1 else ""
        text = f"row{'s' if gap > 1 else ''} {before.position + 1}{last} {'are' if gap > 1 else 'is'} missing"
        flaws.append(Flaw(before.position + 1, "missing", text))
    elif sound and row.previous != before.digest:
        text = (
            f"row {row.position} does not follow from row {before.position}: one of them was put in, or put elsewhere"
        )
        flaws.append(Flaw(row.position, "inserted", text))
    return flaws


def _start_flaws(first: AuditRow, beginning: str, pruned: set[tuple[int, str]]) -> list[Flaw]:
    if first.position == 1:
        if first.previous == beginning:
            return []
        return [Flaw(1, "inserted", "row 1 is not the first row of this ledger's trail")]
    if (first.position - 1, first.previous) in pruned:
        return []
    text = f"the trail begins with row {first.position}, and no row tells that those before it were pruned"
    return [Flaw(1, "begins late", text)]


def _head_flaws(place: str, known: Head, digest: str | None, head: Head | None, start: int) -> list[Flaw]:
    if digest == known.digest or (head is not None and known.position < start):
        return []
    if head is None or head.position < known.position:
        end = head.position if head is not None else 0
        text = (
            f"rows {end + 1} to {known.position} are cut off: {place} has seen the trail end with row {known.position}"
        )
        return [Flaw(end + 1, "cut off", text)]
    text = f"row {known.position} is not the one that {place} has seen: the trail was written anew"
    return [Flaw(known.position, "altered", text)]


def _told(flaw: Flaw, restored: Sequence[AuditRow]) -> Flaw:
    """What was known of the end, beside a row that tells of a copy that was put back since: still a flaw, since whoever
    writes the ledger can write such a row too."""
    row = next((row for row in restored if row.position <= flaw.position), None)
    if row is None:
        return flaw
    words = f"row {row.position} tells that {row.actor} restored a copy then, which ends before it"
    return replace(flaw, text=f"{flaw.text}; {words}")


def _pruned(row: AuditRow) -> tuple[int, str]:
    try:
        details = json.loads(row.details)
        return int(details["through"]), str(details["digest"])
    except (ValueError, KeyError, TypeError):
        return 0, ""
