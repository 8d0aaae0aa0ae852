"""Findings on a terminal: a mark, what was looked at, what was found, and what to do."""

import os
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.doctor_findings import Finding


def print_findings(findings: "Sequence[Finding]") -> None:
    """One line each, with the help below it."""
    marks = {"good": ("✓", typer.colors.GREEN), "note": ("!", typer.colors.YELLOW), "bad": ("✕", typer.colors.RED)}
    plain = "NO_COLOR" in os.environ
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        mark, color = marks[finding.verdict.value]
        shown = mark if plain else typer.style(mark, fg=color)
        typer.echo(f"{shown} {finding.subject.ljust(width)}  {finding.detail}")
        if finding.help:
            typer.echo(f"  {' ' * width}  {finding.help}")
