"""``wharf diff``: two files compared by what they say."""

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.plain import plain

if TYPE_CHECKING:
    from canonical.difference import Difference
    from canonical.document import Document
    from gateway.compared import Side
    from gateway.diagnostics.spans import Span

SAME, DIFFERENT, NOT_READABLE = 0, 1, 2
_MOST_TOLD = 20
"""Problems of one file that are told."""
_STYLES = {"onlyA": "red", "onlyB": "green", "onlyLeft": "red", "onlyRight": "green"}
_KINDS = {"changed": "changed", "onlyLeft": "onlyA", "onlyRight": "onlyB"}


class Format(StrEnum):
    """How the differences are told."""

    TEXT = "text"
    JSON = "json"


def command(
    left: Annotated[str, typer.Argument(metavar="A", help="X12, or JSON as wharf decode prints; - is standard input.")],
    right: Annotated[str, typer.Argument(metavar="B", help="The other file.")],
    envelope: Annotated[
        bool, typer.Option("--envelope", help="Count envelopes too: senders, control numbers, releases.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="text for people; json, one pair a line.")] = Format.TEXT,
) -> None:
    """Compare two files by what they say: documents by type and number, lines by number or item.

    Separators, the order of segments and lines, and control numbers do not count. Exit 0 the same meaning, 1 different,
    2 not readable, or something in a file was rejected.
    """
    from canonical.difference import TooDeepError, differences
    from canonical.pairing import pairs

    if left == right == "-":
        raise typer.BadParameter("only one side can be standard input", param_hint="A B")
    ours, theirs = _side(left), _side(right)
    if ours is None or theirs is None:
        raise typer.Exit(NOT_READABLE)
    report = _Text(left, right) if format is Format.TEXT else _Json(left, right)
    code = SAME
    for one, other in pairs(ours.documents, theirs.documents):
        try:
            found = differences(one, other, provenance=envelope) if one is not None and other is not None else ()
        except TooDeepError as error:
            _complain(f"wharf: {plain(left)}: {error}")
            raise typer.Exit(NOT_READABLE) from None
        report.document(one, other, found)
        if found or one is None or other is None:
            code = DIFFERENT
    report.end()
    raise typer.Exit(NOT_READABLE if ours.problems or theirs.problems else code)


def _side(name: str) -> "Side | None":
    """What a file says; None, told on standard error, where it cannot be read."""
    from gateway.cli.files import open_inputs
    from gateway.compared import side_of
    from gateway.submitted import NotJsonError

    (given,) = open_inputs([name], _complain)
    if given is None:
        return None
    try:
        side = side_of(given.content, given.sha256)
    except NotJsonError as error:
        _complain(f"wharf: {plain(name)}: {error}")
        return None
    for problem in side.problems[:_MOST_TOLD]:
        line = f":{problem.line}" if problem.line is not None else ""
        place = f" at {problem.path}" if problem.path else ""
        _complain(f"wharf: {plain(name)}{line}: error[{problem.code}] {plain(problem.message)}{plain(place)}")
    if len(side.problems) > _MOST_TOLD:
        _complain(f"wharf: {plain(name)}: {len(side.problems) - _MOST_TOLD:,} problems more")
    if side.problems:
        _complain(f"wharf: {plain(name)}: what has problems is not compared")
    elif not side.documents:
        _complain(f"wharf: {plain(name)}: there is no document in it")
    return side if side.documents else None


def _complain(line: str) -> None:
    typer.echo(line, err=True)


class _Text:
    """Tells the differences to a person, and counts."""

    def __init__(self, left: str, right: str) -> None:
        from gateway.diagnostics.terminal import look_of

        self._look = look_of(sys.stdout, os.environ)
        self._names = plain(left), plain(right)
        self._counts: Counter[str] = Counter()

    def document(self, one: "Document | None", other: "Document | None", found: "Sequence[Difference]") -> None:
        """One pair of documents."""
        from canonical.difference_words import in_words
        from gateway.diagnostics.spans import Span

        verdict = _verdict(one, other, found)
        self._counts[verdict] += 1
        document = one or other
        if verdict == "same" or document is None:
            return
        title = plain(f"{document.document_type.replace('_', ' ')} {document.number}")
        alone = {"onlyA": f" only in {self._names[0]}", "onlyB": f" only in {self._names[1]}"}.get(verdict, "")
        self._print([Span(title, "bold"), Span(alone, _STYLES.get(verdict, ""))], 0)
        for difference in found:
            self._print([Span(plain(in_words(difference, *self._names)), _STYLES.get(difference.kind, ""))], 2)

    def end(self) -> None:
        """One line that counts."""
        words = {
            "same": "the same",
            "different": "different",
            "onlyA": f"only in {self._names[0]}",
            "onlyB": f"only in {self._names[1]}",
        }
        total = self._counts.total()
        told = ", ".join(f"{self._counts[name]:,} {word}" for name, word in words.items() if self._counts[name])
        typer.echo(f"{total:,} document{'' if total == 1 else 's'}: {told}")

    def _print(self, spans: "Sequence[Span]", indent: int) -> None:
        from gateway.diagnostics.spans import Span, flow

        hang = indent + 4
        lines = flow(spans, self._look.width - hang)
        told = [(Span(" " * (hang if number else indent)), *line) for number, line in enumerate(lines)]
        typer.echo(self._look.print(told), nl=False, color=self._look.color)


class _Json:
    """Prints one object for each pair of documents."""

    def __init__(self, left: str, right: str) -> None:
        self._names = left, right

    def document(self, one: "Document | None", other: "Document | None", found: "Sequence[Difference]") -> None:
        """One pair of documents."""
        from canonical.difference_words import in_words

        document = one or other
        if document is None:
            return
        told = {
            "documentType": document.document_type,
            "number": document.number,
            "purpose": document.purpose,
            "verdict": _verdict(one, other, found),
            "differences": [
                {"path": each.path, "kind": _KINDS[each.kind], "a": each.left, "b": each.right,
                 "words": in_words(each, *self._names)}
                for each in found
            ],
        }  # fmt: skip
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")

    def end(self) -> None:
        """Nothing more is to be said."""


def _verdict(one: "Document | None", other: "Document | None", found: "Sequence[Difference]") -> str:
    if other is None:
        return "onlyA"
    if one is None:
        return "onlyB"
    return "different" if found else "same"
