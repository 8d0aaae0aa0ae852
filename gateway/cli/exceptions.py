"""``wharf exceptions``: what a person must look at, and what was done about it."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.audit.record import os_actor
from gateway.cli.exceptions_page import (
    exception_data,
    group_data,
    print_groups,
    print_story,
    print_table,
    story_data,
)
from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, person, since_in
from gateway.exceptions import LONGEST_NAME, MOST, add_note, resolve_all, story
from gateway.exceptions import assign as assign_ids
from gateway.exceptions import resolve as resolve_ids
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import NOBODY, Standing, Wanted

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="See and settle what a person must look at.")

KindOption = Annotated[str | None, typer.Option(help="technical or business.")]
CodeOption = Annotated[str | None, typer.Option(help="Only this problem code.")]
PartnerOption = Annotated[str | None, typer.Option(help="Only this partner's.")]
SinceOption = Annotated[str | None, typer.Option(help="Only those since: 2d, 4h, 2026-11-20 or 2026-11-20T07:30.")]
AssignedOption = Annotated[str | None, typer.Option("--assigned-to", help="Only those of this person.")]
UnassignedOption = Annotated[bool, typer.Option("--unassigned", help="Only those of nobody.")]
ResolvedOption = Annotated[bool, typer.Option("--resolved", help="Resolved ones in place of open ones.")]
AllOption = Annotated[bool, typer.Option("--all", help="Resolved ones too.")]
IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of exceptions.")]


@app.callback()
def exceptions() -> None:
    """See and settle what a person must look at."""


@app.command("list", epilog="Example: wharf exceptions list --code BUS-E0202 --since 2d")
def list_exceptions(
    config: ConfigOption = None,
    kind: KindOption = None,
    code: CodeOption = None,
    partner: PartnerOption = None,
    since: SinceOption = None,
    assigned_to: AssignedOption = None,
    unassigned: UnassignedOption = False,
    resolved: ResolvedOption = False,
    all_: AllOption = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List exceptions, newest first."""
    wanted = _wanted(kind, code, partner, since, assigned_to, unassigned, resolved=resolved, all_=all_)
    with ledger_of(config, read_only=True) as ledger:
        page = ledger.read(lambda reads: reads.list_exceptions(wanted, limit=limit))
    if as_json:
        for row in page.rows:
            typer.echo(json.dumps(exception_data(row), ensure_ascii=False))
    elif page.rows:
        print_table(page.rows)
        if page.next is not None:
            typer.echo(f"and more: --limit shows more than {limit}, `wharf exceptions groups` all in groups")
    elif wanted == Wanted():
        typer.echo("no exceptions: nothing waits for a person")
    else:
        typer.echo("no such exceptions")


@app.command(epilog="Example: wharf exceptions groups --since 2d")
def groups(
    config: ConfigOption = None,
    kind: KindOption = None,
    code: CodeOption = None,
    partner: PartnerOption = None,
    since: SinceOption = None,
    assigned_to: AssignedOption = None,
    unassigned: UnassignedOption = False,
    resolved: ResolvedOption = False,
    all_: AllOption = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many groups, the largest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Count exceptions by code and partner, with the oldest, the newest and an example."""
    wanted = _wanted(kind, code, partner, since, assigned_to, unassigned, resolved=resolved, all_=all_)
    with ledger_of(config, read_only=True) as ledger:
        found = ledger.read(lambda reads: reads.exception_groups(wanted, limit=limit))
    if as_json:
        for group in found:
            typer.echo(json.dumps(group_data(group), ensure_ascii=False))
    elif found:
        print_groups(found)
    else:
        typer.echo("no exceptions: nothing waits for a person" if wanted == Wanted() else "no such exceptions")


@app.command(epilog="Example: wharf exceptions show 01a1fc57-2aec-7da2-9a05-05f1b2610751")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an exception.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an exception with its notes, what it is about, and what to do. Exit 1 when there is none of this id."""
    with ledger_of(config, read_only=True) as ledger:
        found = ledger.read(lambda reads: story(reads, id))
    if found is None:
        typer.echo(f"wharf: there is no exception {id!r}", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(story_data(found), ensure_ascii=False))
    else:
        print_story(found)


@app.command(epilog="Example: wharf exceptions assign 01a1fc57-2aec-7da2-9a05-05f1b2610751 --to anna")
def assign(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of exceptions.")],
    to: Annotated[str, typer.Option("--to", help="To whom; '' gives it to nobody.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give open exceptions to a person. Exit 1 when one is not open."""
    if len(to) > LONGEST_NAME:
        raise typer.BadParameter(f"a name has at most {LONGEST_NAME} characters", param_hint="--to")
    now, by = datetime.now(UTC), person()

    def work(tx: Transaction) -> int:
        assign_ids(tx, ids, to or None, by, now, os_actor())
        return sum(row is not None and row.resolved_at is None for row in map(tx.exception, dict.fromkeys(ids)))

    with ledger_of(config, read_only=False) as ledger:
        done = ledger.write(work).result()
    _done(done, len(dict.fromkeys(ids)), f"assigned to {to or 'nobody'}", as_json)


@app.command(epilog="Example: wharf exceptions note 01a1fc57-2aec-7da2-9a05-05f1b2610751 'asked ACME by phone'")
def note(
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an exception.")],
    text: Annotated[str, typer.Argument(help="What to write, up to 2,000 characters.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write on an exception: it stays in its log with your name and the time. Exit 1 when there is none of this id."""
    now, by = datetime.now(UTC), person()
    if not text.strip():
        raise typer.BadParameter("there is nothing to write", param_hint="TEXT")
    with ledger_of(config, read_only=False) as ledger:
        written = ledger.write(lambda tx: add_note(tx, id, text, by, now, os_actor())).result()
    _done(int(written), 1, "noted", as_json)


@app.command(epilog="Example: wharf exceptions resolve --code BUS-E0202 --partner acme --note 'their 997 job is back'")
def resolve(
    ids: IdsArgument = None,
    note: Annotated[str, typer.Option(help="What was done.")] = "",
    config: ConfigOption = None,
    kind: KindOption = None,
    code: CodeOption = None,
    partner: PartnerOption = None,
    since: SinceOption = None,
    assigned_to: AssignedOption = None,
    unassigned: UnassignedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Mark exceptions as done: by their ids, or all open ones that fit. Exit 1 when one is not open.

    The same trouble, when it comes again, is told again.
    """
    wanted = _wanted(kind, code, partner, since, assigned_to, unassigned)
    if bool(ids) == (wanted != Wanted()):
        raise typer.BadParameter("name exceptions by their ids, or by what they have in common, as --code")
    if wanted != Wanted() and not note.strip():
        raise typer.BadParameter("many at once want a note that says why", param_hint="--note")
    now, by = datetime.now(UTC), person()

    def work(tx: Transaction) -> tuple[int, int]:
        if not ids:
            done = resolve_all(tx, wanted, note, by, now, os_actor())
            return done, done
        return resolve_ids(tx, ids, note, by, now, os_actor()), len(dict.fromkeys(ids))

    with ledger_of(config, read_only=False) as ledger:
        done, of = ledger.write(work).result()
    _done(done, of, "resolved", as_json)
    if not ids and of == MOST:
        typer.echo(f"wharf: at most {MOST:,} at once: there may be more", err=True)


def _done(done: int, of: int, what: str, as_json: bool) -> None:
    typer.echo(json.dumps({"done": done, "of": of}) if as_json else f"{done} of {of} {what}")
    if done < of:
        raise typer.Exit(1)


def _wanted(
    kind: str | None, code: str | None, partner: str | None, since: str | None, assigned_to: str | None,
    unassigned: bool, *, resolved: bool = False, all_: bool = False,
) -> Wanted:  # fmt: skip
    if kind not in (None, "technical", "business"):
        raise typer.BadParameter(f"{kind!r} is neither technical nor business", param_hint="--kind")
    if unassigned and assigned_to is not None:
        raise typer.BadParameter("either those of a person, or those of nobody", param_hint="--unassigned")
    if resolved and all_:
        raise typer.BadParameter("--all shows the resolved ones too", param_hint="--resolved")
    return Wanted(
        standing=Standing.ALL if all_ else Standing.RESOLVED if resolved else Standing.OPEN,
        kind=kind,
        code=code.upper() if code is not None else None,
        partner=partner,
        since=since_in(since),
        assigned_to=NOBODY if unassigned else assigned_to,
    )
