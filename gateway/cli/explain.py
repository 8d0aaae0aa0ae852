"""``wharf explain``: tells what a problem code means and what to do."""

import re
import textwrap
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated

import typer

from canonical.problem import ProblemKind


def command(
    code: Annotated[str | None, typer.Argument(help="The code, as X12-E0307 or X12-0307.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all codes with their titles.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Explain a problem code: why it matters, what usually causes it, and what to do."""
    import json

    from gateway.catalogue import CATALOGUE

    if code is None and not list_all:
        raise typer.BadParameter("name a code, or use --list", param_hint="CODE")
    if code is None:
        for kind in sorted(CATALOGUE.values(), key=lambda each: each.code):
            typer.echo(json.dumps(_plain(kind)) if as_json else f"{kind.code}  {kind.title}")
        return
    found = find(code, CATALOGUE)
    if found is None:
        raise typer.BadParameter(_unknown(code, CATALOGUE), param_hint="CODE")
    typer.echo(json.dumps(_plain(found), indent=2) if as_json else _page(found))


def find(code: str, catalogue: Mapping[str, ProblemKind]) -> ProblemKind | None:
    """The kind with this code, in any case, with or without the letter of its severity."""
    wanted = code.strip().upper()
    if wanted in catalogue:
        return catalogue[wanted]
    return next((kind for known, kind in sorted(catalogue.items()) if _bare(known) == wanted), None)


def _bare(code: str) -> str:
    return re.sub(r"-[EWI](?=\d)", "-", code)


def _unknown(code: str, catalogue: Mapping[str, ProblemKind]) -> str:
    near = get_close_matches(code.strip().upper(), list(catalogue), n=1, cutoff=0.6)
    return f"there is no code {code!r}. " + (f"Did you mean {near[0]}?" if near else "See wharf explain --list.")


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
