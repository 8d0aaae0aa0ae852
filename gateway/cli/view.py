"""``wharf view``: X12 in human words, the raw segments beside what they say."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.plain import plain

if TYPE_CHECKING:
    from adapters.reading import Item
    from adapters.translation.x12_inspect import Part
    from gateway.cli.files import Input, Tally
    from gateway.diagnostics.spans import Look
    from gateway.diagnostics.view import ViewOptions


class Format(StrEnum):
    """How the segments are shown."""

    TEXT = "text"
    JSON = "json"


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="X12 files; - is standard input.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the segments, one a line, indented by loop.")] = False,
    number: Annotated[
        int | None, typer.Option("--set", metavar="N", min=1, help="Only the N-th transaction set of each file.")
    ] = None,
    problems_only: Annotated[
        bool, typer.Option("--problems-only", help="Only segments with problems, and their context.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="text for people; json, a list.")] = Format.TEXT,
) -> None:
    """Show X12 files in human words: each segment as it was sent, and beside it what it says.

    The outline follows the loops of each transaction set; problems stand at their segments and elements. Exit 0 all
    accepted, 1 some message rejected, 2 not readable as any known format.
    """
    from gateway.cli.files import NOT_READABLE, Tally, open_inputs
    from gateway.diagnostics.terminal import look_of
    from gateway.diagnostics.view import ViewOptions

    if raw and format is Format.JSON:
        raise typer.BadParameter("only with --format text", param_hint="--raw")
    options = ViewOptions(raw, problems_only, number)
    show = _Text(look_of(sys.stdout, os.environ), options, len(files) > 1) if format is Format.TEXT else _Json(options)
    code = 0
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            code = NOT_READABLE
            continue
        tally = Tally()
        sets = show.file(given, _parts(given, tally, options))
        code = max(code, tally.code)
        if number is not None and number > sets and tally.code != NOT_READABLE:
            typer.echo(f"wharf: {given.name}: there is no transaction set {number}, only {sets}", err=True)
            code = NOT_READABLE
    show.end()
    raise typer.Exit(code)


def _parts(given: "Input", tally: "Tally", options: "ViewOptions") -> "Iterator[Part]":
    from adapters.partner import Acknowledgments
    from adapters.translation.x12_inspect import inspect
    from gateway.cli.files import anybody, read_input

    def counted() -> "Iterator[Item]":
        for item in read_input(given, anybody(Acknowledgments(detail=False))):
            tally.add(item)
            yield item

    return inspect(given.content, counted(), only=options.number, problems_only=options.problems_only)


class _Text:
    """Prints for people, part by part."""

    def __init__(self, look: "Look", options: "ViewOptions", many: bool) -> None:
        self._look = look
        self._options = options
        self._many = many
        self._gap = ""

    def file(self, given: "Input", parts: "Iterable[Part]") -> int:
        """Prints one file and returns how many transaction sets it holds."""
        from gateway.diagnostics.text import render_text
        from gateway.diagnostics.view import View

        if self._many and not self._options.raw:
            typer.echo(f"{self._gap}{plain(given.name)}")
            self._gap = "\n"
        view = View(self._look, self._options)
        sets, wrong = 0, False
        for part in parts:
            sets = part.number or sets
            wrong = wrong or part.has_problems
            if part.kind == "outside":
                look = self._look
                text = render_text(
                    part.loose, given.content, given.name,
                    width=look.width, color=look.color, ascii=look.ascii, summary=False,
                )  # fmt: skip
                typer.echo(text.rstrip("\n"), color=look.color)
                continue
            text = self._look.print(view.lines(part))
            typer.echo(text, nl=False, color=self._look.color)
        if self._options.problems_only and not wrong:
            typer.echo("no problems")
        return sets

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
                sys.stdout.write(f"{self._mark}\n{json.dumps(entry, ensure_ascii=False)}")
                self._mark = ","
        return sets

    def end(self) -> None:
        """Closes the list."""
        sys.stdout.write("[]\n" if self._mark == "[" else "\n]\n")
