"""``wharf messages replay``: what is kept, tried with the settings of today, and published or read once more."""

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.operate import ConfigOption, JsonOption, person, settings_of, since_in
from gateway.ledger.replay_records import Choice, ReplayItem, ReplayRow

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.ledger.contract import Ledger
    from gateway.replay.desk import Looked, Replays

ASKED_ABOVE = 100
"""Messages of a filter above which a person is asked."""
LONGEST_REASON = 500


def replay(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of messages or deliveries.")] = None,
    config: ConfigOption = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    type: Annotated[str | None, typer.Option("--type", help="Only this document type.")] = None,
    number: Annotated[str | None, typer.Option(help="Only this business number.")] = None,
    status: Annotated[str | None, typer.Option(help="accepted or rejected.")] = None,
    since: Annotated[str | None, typer.Option(help="Only those since: 2d, 4h, 2026-11-20 or a time.")] = None,
    until: Annotated[str | None, typer.Option(help="Only those before, in the same form.")] = None,
    code: Annotated[str | None, typer.Option(help="Only those with a problem of this code.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only those that came by this channel.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would become of them.")] = False,
    as_new: Annotated[
        bool, typer.Option("--as-new", help="Publish what they say today, as new events that name the first ones.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept. Needed with a filter.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help=f"Do not ask, however many beyond {ASKED_ABOVE} they are.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read kept messages again with the settings of today, and publish them once more.

    What was accepted goes out again as it was, under its own id, marked as a replay; with --as-new what it says today
    goes out under an id of its own. What was rejected and can be read now becomes documents. A running gateway takes
    it up within seconds; otherwise the next one that is started does. Exit 1 when an id is not known.
    """
    from gateway.audit.deeds import replay_tried
    from gateway.audit.record import os_actor
    from gateway.cli.recording import on_record
    from gateway.cli.replay_page import print_done, print_trial
    from gateway.ledger.opening import open_configured
    from gateway.replay.applying import reads_again
    from gateway.replay.choosing import TooManyError

    choice = Choice(
        ids=tuple(ids or ()), partner=partner, document_type=type, number=number, status=_status(status),
        since=since_in(since), until=since_in(until, "--until"), code=code.upper() if code else None, channel=channel,
    )  # fmt: skip
    filtered = choice != Choice(ids=choice.ids)
    if filtered == bool(choice.ids):
        raise typer.BadParameter("name messages by their ids, or by what they have in common, as --partner and --since")
    if filtered and not dry_run and not reason.strip():
        raise typer.BadParameter("many at once want a reason; it is kept", param_hint="--reason")
    if len(reason) > LONGEST_REASON:
        raise typer.BadParameter(f"at most {LONGEST_REASON} characters", param_hint="--reason")
    settings = settings_of(config)
    ledger = open_configured(settings, exclusive=False)
    try:
        desk = _desk(settings, ledger)
        try:
            looked = desk.look(choice)
        except TooManyError as error:
            raise typer.BadParameter(str(error)) from None
        if dry_run:
            entry = replay_tried(choice, list(looked.chosen.batches), len(looked.tried.tried), os_actor())
            on_record(ledger, settings.data, entry)
            _show(looked, as_json)
        else:
            if filtered and not as_json:
                print_trial(looked, details=False)
            if filtered:
                _confirm(len(looked.tried.tried), yes, as_json)
            if reads_again(looked.tried):
                _reload(settings)
            done = desk.do(
                looked, choice, by=person(), actor=os_actor(), reason=reason.strip(), as_new=as_new
            )  # fmt: skip
            print_done(looked, done, as_json=as_json)
    finally:
        ledger.close()
    if looked.chosen.left_out:
        raise typer.Exit(1)


def replays(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The id of a replay: what became of it.")] = None,
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what was replayed: when, by whom and why. With an ID, each message of it."""
    from gateway.cli.operate import ledger_of
    from gateway.cli.replay_page import print_items, print_replays, replay_data

    with ledger_of(config, read_only=True) as ledger:
        if id is None:
            rows = ledger.read(lambda reads: [(row, reads.replay_items(row.id)) for row in reads.replays(limit)])
        else:
            found = ledger.read(lambda reads: (reads.replay(id), reads.replay_items(id)))
            if found[0] is None:
                typer.echo(f"wharf: there is no replay {id!r}", err=True)
                raise typer.Exit(1)
            rows = [(found[0], found[1])]
    if as_json:
        for row, items in rows:
            listed = {"items": [item_data(row, item) for item in items]} if id is not None else {}
            typer.echo(json.dumps({**replay_data(row, items), **listed}, ensure_ascii=False))
    elif id is not None:
        print_items(*rows[0])
    elif rows:
        print_replays(rows)
    else:
        typer.echo("no replays")


def item_data(row: ReplayRow, item: ReplayItem) -> dict[str, Any]:
    """One message of a replay as JSON data."""
    return {
        "replay": row.id,
        "at": row.at.isoformat(),
        "by": row.by,
        "reason": row.reason,
        "how": item.how.value,
        "delivery": item.delivery,
        "message": item.document,
        "became": item.became,
        "doneAt": item.done_at.isoformat() if item.done_at else None,
    }


def _show(looked: "Looked", as_json: bool) -> None:
    """What would become of each message, with what it says differently."""
    from gateway.cli.replay_page import print_trial, trial_lines

    if not as_json:
        print_trial(looked, details=True)
        return
    for line in trial_lines(looked):
        typer.echo(json.dumps(line, ensure_ascii=False))


def _status(text: str | None) -> str | None:
    if text not in (None, "accepted", "rejected"):
        raise typer.BadParameter(f"{text!r} is neither accepted nor rejected", param_hint="--status")
    return text


def _confirm(count: int, yes: bool, as_json: bool) -> None:
    if count <= ASKED_ABOVE or yes:
        return
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter(f"{count:,} messages are more than {ASKED_ABOVE}: add --yes", param_hint="--yes")
    typer.confirm(f"Replay these {count:,} messages?", abort=True)


def _desk(settings: "Config", ledger: "Ledger") -> "Replays":
    """As the running gateway has it, with the settings as they stand in the files."""
    import os

    from gateway.agreements import Agreements
    from gateway.api_channels import ApiChannels
    from gateway.channels.doors import doors_of
    from gateway.ids import id_maker
    from gateway.patient_key import patient_key
    from gateway.replay.desk import Replays
    from gateway.replay.trial import Reading
    from gateway.rows import Naming

    agreements = Agreements(settings.partners)
    channels = {**settings.channels, **ApiChannels(settings.channels, agreements.all)}

    def now() -> datetime:
        return datetime.now(UTC)

    return Replays(
        ledger=ledger,
        reading=Reading(doors_of(channels, agreements), patient_key(settings)),
        naming=Naming(settings.gateway.name, settings.gateway.event_prefix),
        clock=now,
        new_id=id_maker(now, os.urandom),
    )


def _reload(settings: "Config") -> None:
    """What reads again is the running gateway: with the settings that were tried here."""
    from gateway.ledger.lock import LOCK, holder
    from gateway.reloading import ask_running

    if holder(settings.data / LOCK) is not None and not ask_running(settings.data):
        typer.echo("wharf: the running gateway did not read its settings again: `wharf config reload`", err=True)
