"""``wharf explain``: tells what a problem code means and what to do."""

import textwrap
from collections.abc import Sequence
from typing import Annotated

import typer

from canonical.problem import ProblemKind


def command(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="The code, as X12-E0307 or X12-0307.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all codes with their titles.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Explain a problem code: why it matters, what usually causes it, and what to do. Without one, list all."""
    import json

    from gateway.catalogue import CATALOGUE, find, suggest

    if code is None or list_all:
        for kind in CATALOGUE.values():
            typer.echo(json.dumps(_plain(kind)) if as_json else f"{kind.code}  {kind.title}")
        return
    found = find(code)
    if found is None:
        raise typer.BadParameter(_unknown(code, suggest(code)), param_hint="CODE")
    typer.echo(json.dumps(_plain(found), indent=2) if as_json else _page(found))


def _unknown(code: str, near: Sequence[str]) -> str:
    choice = f"Did you mean {' or '.join(near)}?" if near else "wharf explain lists all."
    return f"there is no code {code!r}. {choice}"


def _page(kind: ProblemKind) -> str:
    parts = [f"{kind.severity.value}[{kind.code}]: {kind.title}", "", _wrapped(kind.explanation)]
    if kind.example:
        parts += ["", "For example", *(f"    {line}" for line in kind.example.splitlines())]
    return "\n".join([*parts, "", "What to do", textwrap.indent(_wrapped(kind.help, 76), "    ")])


def _wrapped(text: str, width: int = 80) -> str:
    return textwrap.fill(text, width)


def _plain(kind: ProblemKind) -> dict[str, str]:
    return {
        "code": kind.code,
        "severity": kind.severity.value,
        "title": kind.title,
        "explanation": kind.explanation,
        "help": kind.help,
        "example": kind.example,
    }
