"""A counter that documents are handed in at, with a real ledger behind it."""

import asyncio
import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from adapters.partner import Identity, Partner, Send
from gateway.ledger.contract import Transaction
from gateway.ledger.store import SqlLedger, open_ledger
from gateway.metrics import Metrics
from gateway.outgoing import Dispatch
from gateway.rendering import Rendered, Renderer
from gateway.rows import Naming
from gateway.submission import Submission, Submissions, Submitted
from gateway.submitted import checked_data

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
OWN = (Identity(scheme="ISA", qualifier="ZZ", id="STEXAMPLE"),)
ACME = Partner(
    name="acme", identities=(Identity(scheme="ISA", qualifier="01", id="123456789"),), send=Send(channel="suppliers")
)
ERP = Partner(name="erp", send=Send(channel="desk", format="json"))
SILENT = Partner(name="silent", identities=ACME.identities)
ORDER = {
    "documentType": "purchase_order", "number": "4500012345", "purpose": "original", "purposeCode": "00",
    "orderType": "NE", "issueDate": "2026-11-20",
    "lines": [{"lineNumber": "1", "quantity": {"value": "24", "unitCode": "EA"}, "price": {"amount": "3.10"},
               "item": {"identifiers": [{"scheme": "SELLER", "qualifier": "VN", "value": "A-100"}]}}],
}  # fmt: skip


class Counter:
    """A ledger with a counter before it."""

    def __init__(self, folder: Path) -> None:
        self.ledger: SqlLedger = open_ledger(folder)
        self._numbers = itertools.count(1)
        partners = {partner.name: partner for partner in (ACME, ERP, SILENT)}
        naming = Naming("st", "org.wharf.supply")
        self.submissions = Submissions(
            ledger=self.ledger, dispatch=Dispatch(own=OWN, naming=naming, new_id=self.new_id), by_name=partners.get,
            clock=lambda: NOW, new_id=self.new_id, metrics=Metrics(CollectorRegistry()), recorded=lambda: None,
        )  # fmt: skip
        self.render = Renderer(OWN, partners.get)

    def new_id(self) -> str:
        return f"id-{next(self._numbers):06d}"

    def give(self, data: object, **changes: object) -> Submitted:
        """Hands one in and awaits its answer."""
        content = json.dumps(data).encode()
        given = checked_data(data)
        submission = Submission("api", "order.json", content, "acme", given.document, given.problems)
        return asyncio.run(self.submissions.submit(replace(submission, **changes)))  # type: ignore[arg-type]

    def rendered(self) -> list[Rendered]:
        """All parcels as they would leave."""

        def work(tx: Transaction) -> list[Rendered]:
            return [self.render(row, [row.body], tx.next_number, NOW) for row in tx.due_parcels(NOW)]

        return self.ledger.write(work).result()

    def sent(self) -> int:
        return len(self.ledger.read(lambda reads: reads.parcels()))
