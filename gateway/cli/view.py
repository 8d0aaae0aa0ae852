"""``wharf view``: X12 and HL7 in human words, the raw segments beside what they say."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.plain import plain

if TYPE_CHECKING:
    from adapters.reading import Item
    from adapters.translation.hl7_inspect import Hl7Part
    from adapters.translation.x12_inspect import Part
    from canonical.problem import Problem
    from gateway.cli.files import Input, Tally
    from gateway.diagnostics.spans import Look
    from gateway.diagnostics.view import ViewOptions


class Format(StrEnum):
    """How the segments are shown."""

    TEXT = "text"
    JSON = "json"


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="X12 or HL7 files; - is standard input.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the segments, one a line, indented by loop.")] = False,
    number: Annotated[
        int | None,
        typer.Option("--set", metavar="N", min=1, help="Only the N-th transaction set or message of each file."),
    ] = None,
    problems_only: Annotated[
        bool, typer.Option("--problems-only", help="Only segments with problems, and their context.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="text for people; json, a list.")] = Format.TEXT,
    patients: Annotated[
        bool, typer.Option("--patients", help="Show in clear what HL7 says about patients; hidden otherwise.")
    ] = False,
) -> None:
    """Show X12 and HL7 files in human words: each segment as it was sent, and beside it what it says.

    The outline follows the loops of each transaction set; problems stand at their segments and elements. Of HL7's
    segments about patients only ids and lengths are shown, unless --patients asks for more. Exit 0 all accepted, 1
    some message rejected, 2 not readable as any known format.
    """
    from adapters.translate import is_hl7
    from gateway.cli.files import NOT_READABLE, Tally, open_inputs
    from gateway.diagnostics.terminal import look_of
    from gateway.diagnostics.view import ViewOptions

    if raw and format is Format.JSON:
        raise typer.BadParameter("only with --format text", param_hint="--raw")
    options = ViewOptions(raw, problems_only, number, patients)
    show = _Text(look_of(sys.stdout, os.environ), options, len(files) > 1) if format is Format.TEXT else _Json(options)
    code = 0
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            code = NOT_READABLE
            continue
        tally = Tally()
        hl7 = is_hl7(given.content)
        sets = show.hl7(given, tally) if hl7 else show.file(given, _parts(given, tally, options))
        code = max(code, tally.code)
        if number is not None and number > sets and tally.code != NOT_READABLE:
            what = "message" if hl7 else "transaction set"
            typer.echo(f"wharf: {given.name}: there is no {what} {number}, only {sets}", err=True)
            code = NOT_READABLE
    show.end()
    raise typer.Exit(code)


def _items(given: "Input", tally: "Tally") -> "Iterator[Item]":
    """What the reading gives, counted."""
    from adapters.partner import Acknowledgments
    from gateway.cli.files import anybody, read_input

    for item in read_input(given, anybody(Acknowledgments(detail=False))):
        tally.add(item)
        yield item


def _parts(given: "Input", tally: "Tally", options: "ViewOptions") -> "Iterator[Part]":
    from adapters.translation.x12_inspect import inspect

    return inspect(given.content, _items(given, tally), only=options.number, problems_only=options.problems_only)


def _hl7_parts(given: "Input", tally: "Tally") -> "Iterator[Hl7Part]":
    from adapters.translation.hl7_inspect import inspect_hl7

    return inspect_hl7(given.content, _items(given, tally))


class _Text:
    """Prints for people, part by part."""

    def __init__(self, look: "Look", options: "ViewOptions", many: bool) -> None:
        self._look = look
        self._options = options
        self._many = many
        self._gap = ""

    def file(self, given: "Input", parts: "Iterable[Part]") -> int:
        """Prints one file and returns how many transaction sets it holds."""
        from gateway.diagnostics.view import View

        self._name(given)
        view = View(self._look, self._options)
        sets, wrong = 0, False
        for part in parts:
            sets = part.number or sets
            wrong = wrong or part.has_problems
            if part.kind == "outside":
                self._outside(part.loose, given)
                continue
            typer.echo(self._look.print(view.lines(part)), nl=False, color=self._look.color)
        self._finish(wrong=wrong)
        return sets

    def hl7(self, given: "Input", tally: "Tally") -> int:
        """Prints one HL7 file and returns how many messages it holds."""
        from gateway.diagnostics.view_hl7 import Hl7View

        self._name(given)
        view = Hl7View(self._look, self._options)
        messages, wrong = 0, False
        for part in _hl7_parts(given, tally):
            messages = part.number or messages
            wrong = wrong or part.has_problems
            if part.kind == "outside" and part.loose:
                self._outside(part.loose, given)
                continue
            typer.echo(self._look.print(view.lines(part)), nl=False, color=self._look.color)
        self._finish(wrong=wrong)
        if view.hidden:
            count = f"{view.hidden:,} segment{'s' if view.hidden != 1 else ''}"
            typer.echo(f"{count} with what is about a patient hidden; --patients shows all", err=self._options.raw)
        return messages

    def _name(self, given: "Input") -> None:
        if self._many and not self._options.raw:
            typer.echo(f"{self._gap}{plain(given.name)}")
            self._gap = "\n"

    def _outside(self, problems: "Sequence[Problem]", given: "Input") -> None:
        """What stands in no segment, as ``wharf check`` tells it."""
        from gateway.diagnostics.text import render_text

        look = self._look
        text = render_text(
            problems, given.content, given.name, width=look.width, color=look.color, ascii=look.ascii, summary=False
        )
        typer.echo(text.rstrip("\n"), color=look.color)

    def _finish(self, *, wrong: bool) -> None:
        if self._options.problems_only and not wrong:
            typer.echo("no problems")

    def end(self) -> None:
        """Nothing more is to be said."""


class _Json:
    """Prints one JSON list over all files, a segment a line."""

    def __init__(self, options: "ViewOptions") -> None:
        self._options = options
        self._mark = "["

    def file(self, given: "Input", parts: "Iterable[Part]") -> int:
        """Prints one file and returns how many transaction sets it holds."""
        from gateway.diagnostics.view_json import segments

        sets = 0
        for part in parts:
            sets = part.number or sets
            for entry in segments(part, given.name, self._options):
                self._print(entry)
        return sets

    def hl7(self, given: "Input", tally: "Tally") -> int:
        """Prints one HL7 file and returns how many messages it holds."""
        from gateway.diagnostics.view_hl7_json import hl7_segments

        messages = 0
        for part in _hl7_parts(given, tally):
            messages = part.number or messages
            for entry in hl7_segments(part, given.name, self._options):
                self._print(entry)
        return messages

    def _print(self, entry: dict[str, Any]) -> None:
        sys.stdout.write(f"{self._mark}\n{json.dumps(entry, ensure_ascii=False)}")
        self._mark = ","

    def end(self) -> None:
        """Closes the list."""
        sys.stdout.write("[]\n" if self._mark == "[" else "\n]\n")
