"""A consumer with PostgreSQL: each purchase order is booked once, also with several of these side by side.

Run: python orders_postgresql.py amqp://user:password@broker.example/ postgresql://user@db.example/erp
"""

import asyncio
import sys

import psycopg

from gateway.consumer import Event, Seen, consume

SEEN = Seen("postgresql")


def book(address: str, event: Event) -> None:
    # The block commits where it ends well, and takes everything back where it does not.
    with psycopg.connect(address) as db:
        if SEEN.first_time(db, event.id) and not event.test:
            document = event.data
            db.execute(
                "INSERT INTO orders (number, partner, lines) VALUES (%s, %s, %s)",
                (document["number"], event.partner, len(document["lines"])),
            )


def main(url: str, address: str) -> None:
    with psycopg.connect(address) as db:
        db.execute("CREATE TABLE IF NOT EXISTS orders (number TEXT, partner TEXT, lines INTEGER)")
        SEEN.create(db)
    asyncio.run(consume(url, "supply.purchase_order", lambda event: book(address, event)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
