"""``wharf test``: the settings and their rules against cases in a folder."""

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operate import ConfigOption, JsonOption, settings_of
from gateway.cli.plain import plain

if TYPE_CHECKING:
    from gateway.config import Config

PASSED, FAILED, NOT_READABLE = 0, 1, 2


def command(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A folder of cases, or one.", show_default="tests by wharf.toml"),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what comes out as what is expected; then read it.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test partners, cross references and rules without a gateway: each case is an input and what comes of it.

    A case is a folder with input.edi, input.hl7 or input.json, and expected.json (and expected.edi). Nothing is sent
    and nothing is kept. Exit 0 all pass, 1 some fail, 2 there is no case, or one cannot be run.
    """
    from gateway.diagnostics.terminal import look_of
    from gateway.routing.cases import CaseError, cases_in

    settings = settings_of(config)
    home = folder or settings.path.parent / "tests"
    cases = cases_in(home)
    if not cases:
        typer.echo(f"wharf: there is no case in {home}: each is a folder with an input.edi, .hl7 or .json", err=True)
        raise typer.Exit(NOT_READABLE)
    color = look_of(sys.stdout, os.environ).color
    code, passed = PASSED, 0
    for case in cases:
        try:
            state, lines = _run(case, settings, update)
        except CaseError as error:
            state, lines = "error", [str(error)]
        passed += state in ("pass", "written")
        code = max(code, {"fail": FAILED, "error": NOT_READABLE}.get(state, PASSED))
        name = case.name if case != home else case.resolve().name
        if as_json:
            typer.echo(json.dumps({"case": name, "result": state, "differences": lines}, ensure_ascii=False))
            continue
        shade = {"fail": typer.colors.RED, "error": typer.colors.RED}.get(state, typer.colors.GREEN)
        typer.echo(f"{typer.style(f'{state:<7}', fg=shade) if color else f'{state:<7}'} {plain(name)}", color=color)
        for line in lines:
            typer.echo(f"        {plain(line)}")
    if not as_json:
        typer.echo(f"{passed} of {len(cases)} {'written' if update else 'passed'}")
    raise typer.Exit(code)


def _run(case: Path, settings: "Config", update: bool) -> tuple[str, list[str]]:
    from gateway.routing.cases import ON, WRITTEN, CaseError, compare, expected_of, run_case, write_expected

    expected = expected_of(case)
    try:
        told = (expected or {}).get(ON)
        day = date.fromisoformat(told) if told is not None else datetime.now(UTC).date()
    except (TypeError, ValueError) as error:
        raise CaseError(f'"{ON}" in expected.json is a day as 2026-11-21') from error
    outcome = run_case(case, settings, day)
    if update:
        write_expected(case, outcome, expected)
        return "written", []
    if expected is None:
        return "fail", ["nothing is expected yet: write it with --update, and read it"]
    path = case / WRITTEN
    lines = compare(outcome, expected, path.read_bytes() if path.exists() else None)
    return ("fail" if lines else "pass"), lines
