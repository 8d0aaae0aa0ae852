"""``wharf orders``: what became of an order, from all its documents."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.cli.operate import ConfigOption, JsonOption, ledger_of, settings_of
from gateway.config import Config
from gateway.ledger.contract import Reads
from gateway.orders import Chain, OrderBook, agreement_with
from gateway.tracking.agreement import Agreement
from gateway.tracking.state import State
from gateway.xref.layers import book_of

_ENDED = (State.MATCHED, State.CLOSED, State.CANCELLED)

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="List orders, and show what became of one.")


@app.callback()
def orders() -> None:
    """List orders, and show what became of one."""


@app.command(epilog="Example: wharf orders show 4500012345")
def show(
    number: Annotated[str, typer.Argument(metavar="PO", help="The number of the order.")],
    config: ConfigOption = None,
    partner: Annotated[str | None, typer.Option(help="Only documents of this partner.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show an order: what differs, its documents, its lines, its invoices. Exit 1 when no document names it."""
    from gateway.cli.orders_data import order_data
    from gateway.cli.orders_page import print_order

    now, settings = datetime.now(UTC), settings_of(config)
    agreed = _agreements(settings)
    with ledger_of(config, read_only=True) as ledger:
        chain = ledger.read(lambda reads: _book(reads, settings, now).chain(number, partner=partner))
    if chain is None:
        typer.echo(f"wharf: no document names the order {number!r}", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(order_data(chain, agreed(chain), now), ensure_ascii=False))
    else:
        print_order(chain, agreed(chain), now)


@app.command("list", epilog="Example: wharf orders list --open")
def list_orders(
    config: ConfigOption = None,
    partner: Annotated[str | None, typer.Option(help="Only orders to or from this partner.")] = None,
    state: Annotated[State | None, typer.Option(help="Only orders in this state.")] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Only those that are not matched, closed or cancelled.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Look at so many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List orders, newest first, with their state and what differs."""
    from gateway.cli.orders_data import summary
    from gateway.cli.orders_page import print_list

    now, settings = datetime.now(UTC), settings_of(config)
    agreed = _agreements(settings)
    with ledger_of(config, read_only=True) as ledger:

        def found(book: OrderBook) -> list[dict[str, object]]:
            chains = (book.chain(head.number) for head in list(book.recent(partner=partner, limit=limit)))
            told = (summary(chain, agreed(chain), now) for chain in chains if chain is not None)
            ended = {each.value for each in _ENDED}
            return [
                row for row in told if state in (None, row["state"]) and not (open_ and row["state"] in ended)
            ]  # fmt: skip

        rows = ledger.read(lambda reads: found(_book(reads, settings, now)))
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    else:
        print_list(rows)


def _book(reads: Reads, settings: Config, now: datetime) -> OrderBook:
    """Orders with the factors between units that hold today."""
    return OrderBook(reads, book_of(reads, settings.references).on(now.date()))


def _agreements(settings: Config) -> Callable[[Chain], Agreement]:
    """What was agreed with the partner of an order."""
    partners = {partner.name: partner for partner in settings.partners}
    return lambda chain: agreement_with(partners.get(chain.partner or ""))
