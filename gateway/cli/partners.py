"""``wharf partners``: who they are, and what their files say about them."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.partner import Partner
from gateway.cli.operate import ConfigOption, JsonOption, settings_of

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="List and test partners, and propose rules from samples."
)


@app.callback()
def partners() -> None:
    """List and test partners, and propose rules from samples."""


@app.command("list", epilog="Example: wharf partners list")
def list_partners(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the partners of the settings with their identities."""
    found = settings_of(config).partners
    if as_json:
        for partner in found:
            typer.echo(json.dumps(_data(partner), ensure_ascii=False))
    elif found:
        _print_table(found)
    else:
        typer.echo("no partners: each has a file in partners/")


@app.command(epilog="Example: wharf partners learn samples/*.edi --name acme > partners/acme.toml")
def learn(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="X12 files of one partner; - is standard input.")
    ],
    name: Annotated[str, typer.Option(help="The partner's name; else made from its identity.")] = "",
    at_least: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="What was seen fewer times is proposed as a comment.")
    ] = 5,
) -> None:
    """Propose a partner's file from samples: who sends, what it always and never sends, which codes it uses.

    The file is written to standard output. Exit 0 proposed, 2 no transaction set could be read.
    """
    from adapters.translation.x12_learn import Learner
    from gateway.cli.files import NOT_READABLE, open_inputs
    from gateway.learned import partner_file

    if name and not re.fullmatch(r"[a-z0-9_]{1,64}", name):
        raise typer.BadParameter("a name of a-z, 0-9 and _, at most 64 long", param_hint="--name")
    learner = Learner()
    read = 0
    code = 0
    for given in open_inputs(files, lambda line: typer.echo(line, err=True)):
        if given is None:
            code = NOT_READABLE
        elif learner.read(given.content):
            read += 1
        else:
            typer.echo(f"wharf: {given.name}: no transaction set in it", err=True)
    if not read:
        raise typer.Exit(NOT_READABLE)
    typer.echo(partner_file(learner, name or _name_of(learner.senders), at_least, read), nl=False)
    raise typer.Exit(code)


@app.command(epilog="Example: wharf partners test acme 855-from-acme.edi")
def test(
    name: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner of the settings.")],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE...]", help="Files that it has sent, or will send.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Call nobody.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test whether all is there to work with a partner; what fails is explained.

    Looked at are its identities, a made-up order in its dialect, the 997 that it must answer, the channel that leads to
    it (connection, host key, login, folders), and the files that are given. Nothing is sent, and nothing reaches the
    ledger. Exit 0 all well, 1 something must be mended, 2 a file cannot be read.
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from gateway.cli.files import NOT_READABLE, open_inputs
    from gateway.cli.findings import print_findings
    from gateway.cli.operate import partner_of
    from gateway.doctor_findings import Verdict
    from gateway.partner_check import examine_file, examine_partner

    settings, now = settings_of(config), datetime.now(UTC)
    partner = partner_of(settings, name)
    findings = list(examine_partner(settings, partner, now, connect=not offline))
    unreadable = False
    for given in open_inputs(files or [], lambda line: typer.echo(line, err=True)):
        if given is None:
            unreadable = True
        else:
            findings += examine_file(settings, partner, Path(given.name).name, bytes(given.content))
    fit = all(finding.verdict is not Verdict.BAD for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": fit, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        print_findings(findings)
        typer.echo(f"\n{name} is fit to work with." if fit else f"\nNot fit to work with {name} yet.")
    raise typer.Exit(NOT_READABLE if unreadable else 0 if fit else 1)


def _name_of(senders: dict[tuple[str, str], None]) -> str:
    """A name from the first sender's id."""
    _, id = next(iter(senders))
    return re.sub(r"[^a-z0-9]+", "_", id.lower()).strip("_")[:64] or "partner"


def _data(partner: Partner) -> dict[str, object]:
    return {
        "name": partner.name,
        "identities": [identity.model_dump(exclude_none=True) for identity in partner.identities],
        "catchAll": partner.catch_all,
        "overlay": partner.x12 is not None,
        "sets": sorted(partner.x12.sets) if partner.x12 else [],
    }


def _print_table(found: tuple[Partner, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("NAME", "IDENTITIES", "RULES"):
        table.add_column(column, overflow="fold", no_wrap=column == "NAME")
    for partner in found:
        names = (f"{each.scheme} {each.qualifier or ''} {each.id}".replace("  ", " ") for each in partner.identities)
        identities = "any sender" if partner.catch_all and not partner.identities else ", ".join(names)
        rules = "" if partner.x12 is None else ", ".join(sorted(partner.x12.sets)) or "yes"
        table.add_row(partner.name, identities.replace("[", "\\["), rules)
    Console(width=None if sys.stdout.isatty() else 200).print(table)
