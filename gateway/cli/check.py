"""``wharf check``: diagnostics of files, for a person, a program or a code host."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from adapters.contracts import Content
    from canonical.problem import Problem
    from gateway.diagnostics.spans import Look
    from gateway.opinion.compare import Comparison


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
    from gateway.cli.files import NOT_READABLE, STANDARD_INPUT, Tally, anybody, open_inputs, problems_of, read_input
    from gateway.diagnostics.json import to_check_json
    from gateway.diagnostics.sarif import to_sarif
    from gateway.diagnostics.terminal import look_of
    from gateway.diagnostics.text import render_summary, render_text

    profile = _profile_wanted(profile, profile_file, format)
    look = look_of(sys.stdout, os.environ)
    code = 0
    found: list[tuple[str, list[Problem]]] = []
    contents: list[Content] = []
    asked: list[tuple[str, list[Comparison]]] = []
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
        opinions = _opinions(given.content, problems) if second_opinion else []
        asked.append((given.name, opinions))
        if format is Format.TEXT and problems:
            text = render_text(
                problems, given.content, given.name, width=look.width, color=look.color, ascii=look.ascii, summary=False
            )
            typer.echo(text.rstrip("\n") + "\n", color=look.color)
        elif format is Format.JSON:
            for problem in problems:
                typer.echo(json.dumps(to_check_json(problem, given.name), ensure_ascii=False))
        if second_opinion and format is not Format.SARIF:
            _show(opinions, given.name, look, as_json=format is Format.JSON)
        if profile:
            _show_profile(given.content, given.name, profile_file, look, as_json=format is Format.JSON)
    if format is Format.TEXT:
        summary = render_summary([problems for _, problems in found], color=look.color, ascii=look.ascii)
        typer.echo(summary, color=look.color)
    elif format is Format.SARIF:
        report = to_sarif(found, version=version("wharf-gateway"), contents=contents)
        if second_opinion:
            report["runs"].append(_run(asked))
        typer.echo(json.dumps(report, indent=2))
    raise typer.Exit(code)


def _profile_wanted(flag: bool, file: Path | None, format: Format) -> bool:
    wanted = flag or file is not None
    if wanted and format is Format.SARIF:
        raise typer.BadParameter("only with --format text or json", param_hint="--profile")
    return wanted


def _opinions(content: "Content", problems: "list[Problem]") -> "list[Comparison]":
    """What pyx12 says of each interchange, beside our problems."""
    from gateway.opinion.ask import ask
    from gateway.opinion.compare import compare

    return compare(ask(content), problems)


def _show(opinions: "list[Comparison]", name: str, look: "Look", *, as_json: bool) -> None:
    from gateway.opinion.ask import version
    from gateway.opinion.show import render, to_json

    if as_json:
        for one in opinions:
            typer.echo(json.dumps(to_json(one, name, version()), ensure_ascii=False))
    else:
        typer.echo(render(opinions, name, version(), look), color=look.color)


def _show_profile(content: "Content", name: str, file: Path | None, look: "Look", *, as_json: bool) -> None:
    from gateway.opinion.profile import ask_profile, render, to_json

    opinions = list(ask_profile(content, file))
    if as_json:
        for one in opinions:
            typer.echo(json.dumps(to_json(one, name), ensure_ascii=False))
    else:
        typer.echo(render(opinions, name, file, look), color=look.color)


def _run(asked: "list[tuple[str, list[Comparison]]]") -> dict[str, Any]:
    from gateway.opinion.ask import version
    from gateway.opinion.show import to_sarif_run

    return to_sarif_run(asked, version())
