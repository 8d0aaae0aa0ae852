"""From rows of the ledger to the models of answers."""

from urllib.parse import urlencode

from canonical.problem import Problem
from gateway.http.api.cursors import cursor
from gateway.http.api.models import DeliveryItem, DocumentItem, ExceptionItem, ParcelItem, ReplayedItem
from gateway.http.operations import Call
from gateway.ledger.contract_api import ParcelHead
from gateway.ledger.records import DeliveryRow, DocumentHead, ExceptionRow, ProblemRow
from gateway.ledger.replay_records import ReplayItem, ReplayRow


def next_page(call: Call, of: str, place: int | None) -> str | None:
    """The address of the page that begins there, with the same filters."""
    if place is None:
        return None
    asked = {name: value for name, value in call.request.query_params.items() if name != "after"}
    return f"{call.request.url.path}?{urlencode({**asked, 'after': cursor(of, place)})}"


def document_item(row: DocumentHead) -> DocumentItem:
    """A document without its data."""
    return DocumentItem.model_validate({name: getattr(row, name) for name in DocumentItem.model_fields})


def delivery_item(row: DeliveryRow) -> DeliveryItem:
    """A delivery without its content."""
    return DeliveryItem.model_validate({name: getattr(row, name) for name in DeliveryItem.model_fields})


def parcel_item(row: ParcelHead) -> ParcelItem:
    """A transmission without its content."""
    values = {name: getattr(row, name) for name in ParcelItem.model_fields if name != "sha256"}
    own = {"sha256": row.content_sha256, "control_number": row.control_number or None}
    return ParcelItem.model_validate({**values, **own})


def exception_item(row: ExceptionRow) -> ExceptionItem:
    """An exception."""
    return ExceptionItem.model_validate({name: getattr(row, name) for name in ExceptionItem.model_fields})


def replayed_item(row: ReplayRow, item: ReplayItem) -> ReplayedItem:
    """One message of a replay."""
    return ReplayedItem(
        replay=row.id, at=row.at, by=row.by, reason=row.reason, how=item.how.value, delivery=item.delivery,
        document=item.document, became=item.became, done_at=item.done_at,
    )  # fmt: skip


def problem_of_row(row: ProblemRow) -> Problem:
    """A problem as it was recorded."""
    return Problem.model_validate_json(row.body)
