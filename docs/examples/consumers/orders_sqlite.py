"""A consumer with SQLite: each purchase order is booked once, however often its event comes.

Run: python orders_sqlite.py amqp://user:password@broker.example/ orders.db
"""

import asyncio
import sqlite3
import sys

from gateway.consumer import Event, Seen, consume

SEEN = Seen("sqlite")


def book(path: str, event: Event) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        if SEEN.first_time(db, event.id) and not event.test:
            document = event.data
            db.execute(
                "INSERT INTO orders (number, partner, lines) VALUES (?, ?, ?)",
                (document["number"], event.partner, len(document["lines"])),
            )
        db.execute("COMMIT")
    finally:
        db.close()


def main(url: str, path: str) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS orders (number TEXT, partner TEXT, lines INTEGER)")
    SEEN.create(db)
    db.close()
    asyncio.run(consume(url, "supply.purchase_order", lambda event: book(path, event)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
