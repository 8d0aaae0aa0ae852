"""What a sender that waits on its line is told: rendered in the commit that it speaks of, and kept."""

from dataclasses import replace
from datetime import datetime

from adapters.contracts import Receipt
from adapters.translate import render
from gateway.crash import crash_point
from gateway.ledger.contract import Transaction
from gateway.recording import Recorder


def with_answer(tx: Transaction, receipt: Receipt, recorder: Recorder, now: datetime) -> Receipt:
    """The receipt with the answer, which is kept: the same bytes again get the same. Unchanged where none is due."""
    reply = recorder.reply
    if reply is None:
        return receipt
    answer, _ = render(reply, tx.next_number, now)
    crash_point("inbound.answer_rendered")
    tx.add_answer(receipt.delivery, answer)
    return replace(receipt, answer=answer)
