"""A delivery that nobody could read to its end: held for a person, and told downstream."""

from adapters.contracts import Delivery, Outcome, Receipt
from adapters.partner import UNKNOWN_PARTNER
from adapters.reading import Message
from canonical.parts import Provenance
from canonical.problem import Problem
from canonical.rejection import Rejection
from gateway.ids import Clock, NewId
from gateway.ledger.contract import Transaction
from gateway.ledger.exception_records import key_of
from gateway.ledger.records import ExceptionRow, ProblemRow
from gateway.problems_inbound import READING_NEVER_ENDED
from gateway.rows import Naming, rows_of


def hold(
    tx: Transaction, delivery: Delivery, *, begun: int, answer: bytes | None, naming: Naming, new_id: NewId,
    clock: Clock,
) -> Receipt:  # fmt: skip
    """Ends a delivery whose reading was begun so often and never ended. Its bytes stay, and a person may replay it.

    ``answer`` is what a sender is told that waits, now and each time it sends the same bytes.
    """
    kind = READING_NEVER_ENDED
    problem = Problem(code=kind.code, severity=kind.severity, message=kind.title, help=kind.help, line=1, offset=0)
    document = Rejection(
        document_type="interchange",
        number="unreadable",
        problems=(problem,),
        provenance=Provenance(standard="UNKNOWN", sha256=delivery.sha256),
    )
    row, event = rows_of(Message(1, document, False, (problem,), UNKNOWN_PARTNER, False), delivery, naming)
    tx.add_documents([row])
    tx.add_events([event])
    tx.add_problems([ProblemRow(delivery.id, None, kind.code, kind.severity.value, problem.to_json())])
    summary = f"reading was begun {begun} times and never ended; held for a person"
    tx.finish_delivery(
        delivery.id, partner=None, outcome=Outcome.QUARANTINED.value, accepted=0, rejected=1, summary=summary
    )
    tx.open_exception(
        ExceptionRow(
            id=new_id(), kind="technical", code=kind.code, partner=None, delivery=delivery.id,
            document=None, message=summary, opened_at=clock(), key=key_of(kind.code, delivery.id),
            channel=delivery.channel,
        )
    )  # fmt: skip
    if answer is not None:
        tx.add_answer(delivery.id, answer)
    return Receipt(delivery=delivery.id, outcome=Outcome.QUARANTINED, rejected=1, summary=summary, answer=answer)
