"""``wharf doctor``: looks at everything that the gateway needs around it."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.findings import print_findings


def command(
    config: Annotated[Path | None, typer.Option("-c", "--config", help="The settings file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check settings, folders, disk, clock, SQLite, ports and broker. Exit 0 fit to run, 1 something must be mended."""
    from gateway.config import ConfigError, find_config, load_config
    from gateway.doctor import examine
    from gateway.doctor_findings import Finding, Verdict

    path = find_config(config)
    try:
        settings = load_config(path, os.environ)
    except ConfigError as error:
        count = len(error.problems)
        detail = f"{path}: {count} {'thing is' if count == 1 else 'things are'} wrong"
        findings = [Finding(Verdict.BAD, "settings", detail, f"See wharf config check -c {path}")]
    else:
        notes = [Finding(Verdict.NOTE, "settings", each.kind.title, each.kind.help) for each in settings.warnings]
        good = Finding(Verdict.GOOD, "settings", f"{path} is all well")
        findings = [good, *notes, *examine(settings, datetime.now(UTC))]
    fit = all(finding.verdict is not Verdict.BAD for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": fit, "findings": [asdict(finding) for finding in findings]}))
    else:
        print_findings(findings)
        typer.echo("\nFit to run." if fit else "\nNot fit to run yet.")
    if not fit:
        raise typer.Exit(1)
