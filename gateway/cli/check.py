"""``wharf check``: diagnostics of files, for a person, a program or a code host."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How the problems are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def command(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="X12 or HL7 files; - is standard input.")],
    format: Annotated[
        Format, typer.Option("--format", help="text for people; json, one object a line; sarif.")
    ] = Format.TEXT,
    deny_warnings: Annotated[bool, typer.Option("--deny-warnings", help="Exit 1 for warnings too.")] = False,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Show what pyx12 says beside it; the exit code stays ours.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Show what hl7apy says of HL7's structure; the exit code stays ours.")
    ] = False,
    profile_file: Annotated[
        Path | None,
        typer.Option("--profile-file", exists=True, dir_okay=False, help="As --profile, against this message profile."),
    ] = None,
) -> None:
    """Tell what is wrong in X12 and HL7 files, where, and what to do.

    Exit 0 all accepted, 1 some message rejected, 2 not readable as any known format.
    """
    from importlib.metadata import version

    from adapters.contracts import Content
    from canonical.problem import Problem, Severity
    from gateway.cli.beside import Beside
    from gateway.cli.files import NOT_READABLE, STANDARD_INPUT, Tally, anybody, open_inputs, problems_of, read_input
    from gateway.diagnostics.json import to_check_json
    from gateway.diagnostics.sarif import to_sarif
    from gateway.diagnostics.terminal import look_of
    from gateway.diagnostics.text import render_summary, render_text

    look = look_of(sys.stdout, os.environ)
    beside = Beside(pyx12=second_opinion, hl7apy=profile, profile=profile_file, format=format.value, look=look)
    code = 0
    found: list[tuple[str, list[Problem]]] = []
    contents: list[Content] = []
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            code = NOT_READABLE
            continue
        tally = Tally()
        # In the order of the file: what caused another problem mostly stands before it.
        problems = sorted(problems_of(read_input(given, anybody()), tally), key=lambda problem: problem.offset or 0)
        found.append(("-" if given.name == STANDARD_INPUT else given.name, problems))
        contents.append(given.content)
        code = max(code, tally.code)
        if deny_warnings and any(problem.severity is Severity.WARNING for problem in problems):
            code = max(code, 1)
        if format is Format.TEXT and problems:
            text = render_text(
                problems, given.content, given.name, width=look.width, color=look.color, ascii=look.ascii, summary=False
            )
            typer.echo(text.rstrip("\n") + "\n", color=look.color)
        elif format is Format.JSON:
            for problem in problems:
                typer.echo(json.dumps(to_check_json(problem, given.name), ensure_ascii=False))
        beside.ask(given.content, given.name, problems)
    if format is Format.TEXT:
        summary = render_summary([problems for _, problems in found], color=look.color, ascii=look.ascii)
        typer.echo(summary, color=look.color)
    elif format is Format.SARIF:
        report = to_sarif(found, version=version("wharf-gateway"), contents=contents)
        report["runs"] += beside.runs()
        typer.echo(json.dumps(report, indent=2))
    raise typer.Exit(code)
