"""Changes of an order (860), and what the seller said of them (865)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.tracking.amounts import ZERO
from gateway.tracking.papers import Paper, PaperLine
from gateway.tracking.sheet import Draft, Sheet, bare

_NOTHING: Final = frozenset({"noChange", "rejectChange"})
_REFUSES: Final = frozenset({"rejected", "cancelled"})


@dataclass(slots=True)
class Changes:
    """The changes of an order with their answers."""

    papers: Sequence[Paper]
    answers: dict[str, Paper] = field(default_factory=dict)
    """The last answer to each, by the change's id."""
    refused: list[Paper] = field(default_factory=list)
    """Those that the seller did not take, or not every line of."""

    @property
    def unanswered(self) -> list[Paper]:
        """Those that the seller has said nothing of."""
        return [paper for paper in self.papers if paper.id not in self.answers]

    @property
    def cancels(self) -> bool:
        """Whether one of them takes the order back, and was not refused."""
        return any(paper.cancels and paper not in self.refused for paper in self.papers)


def changes_of(papers: Sequence[Paper], answers: Iterable[Paper]) -> Changes:
    """Finds the answers, and which changes were refused as a whole."""
    found = Changes(papers)
    told = [paper for paper in answers if paper.to_change]
    for paper in papers:
        about = [each for each in told if _is_about(each, paper)]
        if about:
            found.answers[paper.id] = about[-1]
            if about[-1].status == "rejected" and not any(line.said for line in about[-1].lines):
                found.refused.append(paper)
    return found


def lay(sheet: Sheet, changes: Changes) -> None:
    """Lays the changes upon the order; a line's quantity and price are the new ones, not differences."""
    for paper in changes.papers:
        if paper.cancels or paper in changes.refused:
            continue
        answer = changes.answers.get(paper.id)
        numbers, items = _refused(answer) if answer is not None else (set(), set())
        named = set()
        for told in paper.lines:
            line = sheet.find(told)
            if line is not None:
                named.add(line.key)
            if told.change in _NOTHING or (line is None and told.change == "delete"):
                continue
            if bare(told.number) in numbers or items & set(told.item.identifiers):
                changes.refused += [] if paper in changes.refused else [paper]
                continue
            if line is None:
                line = sheet.add(told)
                named.add(line.key)
            _change(sheet, line, told, paper)
            line.changed = line.changed or answer is None
        if paper.purpose == "replace":
            for line in sheet.lines:
                if line.key not in named:
                    line.cancelled, line.ordered = True, ZERO


def refuses_change(told: PaperLine) -> bool:
    """Whether the answer to a change leaves this line as it was."""
    return told.change == "rejectChange" or (bool(told.said) and all(each.status in _REFUSES for each in told.said))


def _refused(answer: Paper) -> tuple[set[str | None], set[tuple[str, str]]]:
    """Numbers of the lines whose change is refused; the identifiers of those that have no number."""
    lines = [line for line in answer.lines if refuses_change(line)]
    items = {name for line in lines if line.number is None for name in line.item.identifiers}
    return {bare(line.number) for line in lines if line.number is not None}, items


def _change(sheet: Sheet, line: Draft, told: PaperLine, paper: Paper) -> None:
    line.cancelled = told.change in ("delete", "cancelOrder")
    if line.cancelled:
        line.ordered = ZERO
        return
    if told.amount is not None:
        line.unit = told.amount.unit or line.unit
        line.ordered = told.amount.value
    if told.price is not None:
        line.price = told.price
    if told.change == "replaceItem" or not line.item.identifiers:
        line.item = told.item
    sheet.name(line, told.item)
    line.wanted = told.wanted or paper.wanted or line.wanted


def _is_about(answer: Paper, change: Paper) -> bool:
    if answer.change_number and change.change_number:
        return bare(answer.change_number) == bare(change.change_number)
    return answer.day is None or change.day is None or answer.day >= change.day
