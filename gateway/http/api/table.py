"""The operations of the API: one table that routes, scopes and the description are made from."""

from pydantic import BaseModel

from canonical.registry import DOCUMENTS
from gateway.http.api import follow, look, mail, models, submit, trail
from gateway.http.api import parameters as asked
from gateway.http.api.deadletters_table import DEAD_LETTER_OPERATIONS
from gateway.http.api.exceptions_table import EXCEPTION_OPERATIONS
from gateway.http.api.replays_table import REPLAY_OPERATIONS
from gateway.http.operations import JSON, Answer, Body, Handle, Operation, Parameters
from gateway.keys import Scope

V1 = "/api/v1"
_LOCATION = {"Location": "Address of what was made."}
_REPLAY = {**_LOCATION, "Idempotent-Replay": "`true` where this was answered before."}
_ID = {"id": asked.ID}
_BYTES = (look.BYTES,)


def _look(
    path: str, id: str, summary: str, handle: Handle, model: type[BaseModel], query: type[Parameters] = Parameters,
    *, one: bool = False, tag: str,
) -> Operation:  # fmt: skip
    """An operation that reads as JSON."""
    return Operation(
        "GET", V1 + path, id, summary, handle, (Answer(200, "What there is", model),), Scope.READ, query=query,
        names=_ID if one else {}, problems=(404,) if one else (), tag=tag,
    )  # fmt: skip


def _raw(path: str, id: str, summary: str, handle: Handle, *, scope: Scope = Scope.RAW, tag: str) -> Operation:
    """An operation that reads bytes."""
    problems = (404, 409) if tag == "parcels" else (404,)
    return Operation(
        "GET", V1 + path, id, summary, handle, (Answer(200, "The bytes", media=_BYTES),), scope, names=_ID,
        problems=problems, tag=tag,
    )  # fmt: skip


API_OPERATIONS = (
    Operation(
        "POST", f"{V1}/documents/{{id}}", "submitDocument", "Hand in a document to be sent to a partner",
        submit.submit,
        (Answer(202, "It is on its way", models.SubmittedAnswer, headers=_REPLAY),),
        Scope.SUBMIT, query=asked.Submit, headers=asked.IdempotencyKey, names={"id": asked.TYPE},
        body=Body("The canonical document: `data` of an event, or the event itself.", (JSON,), DOCUMENTS),
        problems=(400, 404, 408, 409, 413, 415), tag="documents",
    ),
    _look("/documents", "listDocuments", "List documents", look.documents, models.DocumentList, asked.Documents,
          tag="documents"),
    _look("/documents/{id}", "getDocument", "One document with its data", look.document, models.DocumentAnswer,
          one=True, tag="documents"),
    Operation(
        "POST", f"{V1}/interchanges", "submitInterchange", "Hand in an X12 interchange or HL7 messages", submit.receive,
        (
            Answer(201, "Messages in it were accepted", models.InterchangeAnswer, headers=_REPLAY),
            Answer(200, "The same bytes were taken before", models.InterchangeAnswer, headers=_REPLAY),
            Answer(202, "It is held for a person", models.InterchangeAnswer, headers=_REPLAY),
        ),
        Scope.SUBMIT, query=asked.Receive, body=Body("The bytes.", submit.EDI_TYPES), problems=(408, 413, 415),
        tag="deliveries",
    ),
    _look("/deliveries", "listDeliveries", "List deliveries", look.deliveries, models.DeliveryList, asked.Deliveries,
          tag="deliveries"),
    _look("/deliveries/{id}", "getDelivery", "One delivery with what became of it", look.delivery,
          models.DeliveryAnswer, one=True, tag="deliveries"),
    _raw("/deliveries/{id}/content", "getDeliveryContent", "The bytes as they came", look.delivery_content,
         tag="deliveries"),
    _raw("/deliveries/{id}/answer", "getDeliveryAnswer", "The HL7 acknowledgment that its sender got",
         look.delivery_answer, scope=Scope.READ, tag="deliveries"),
    _look("/parcels", "listParcels", "List outbound transmissions", look.parcels, models.ParcelList, asked.Parcels,
          tag="parcels"),
    _look("/parcels/{id}", "getParcel", "One outbound transmission", look.parcel, models.ParcelItem, one=True,
          tag="parcels"),
    _raw("/parcels/{id}/content", "getParcelContent", "The bytes as they leave", look.parcel_content, tag="parcels"),
    Operation(
        "GET", f"{V1}/orders/{{number}}", "getOrder", "The documents of one order, oldest first", look.order,
        (Answer(200, "What there is", models.OrderAnswer),), Scope.READ, query=asked.Order,
        names={"number": asked.NUMBER}, problems=(404,), tag="orders",
    ),
    *EXCEPTION_OPERATIONS,
    *REPLAY_OPERATIONS,
    *DEAD_LETTER_OPERATIONS,
    _look("/partners", "listPartners", "List the partners of the settings", look.partners, models.PartnerList,
          tag="partners"),
    Operation(
        "GET", f"{V1}/audit", "listAudit", "Who did and saw what, oldest first", trail.trail,
        (Answer(200, "What is on record", models.AuditList),), Scope.AUDIT, whole=True, query=asked.Audit, tag="audit",
    ),
    Operation(
        "GET", f"{V1}/events", "listEvents", "The published events, oldest first", follow.events,
        (
            Answer(
                200, "CloudEvents 1.0 in JSON, one a line; or, asked for as text/event-stream, as they come",
                media=(follow.NDJSON, follow.SSE),
                headers={follow.CURSOR: "The place after the last event of the page.", "Link": "The next page."},
            ),
        ),
        Scope.READ, query=asked.Events, headers=asked.LastEventId, tag="events",
    ),
    Operation(
        "GET", f"{V1}/mailboxes/{{channel}}", "getMailbox", "What waits to be collected, oldest first", mail.mailbox,
        (Answer(200, "What waits", models.Mailbox),), Scope.READ, query=asked.Mailboxes,
        names={"channel": asked.CHANNEL}, problems=(404,), tag="mailboxes",
    ),
    Operation(
        "POST", f"{V1}/mailboxes/{{channel}}/confirm", "confirmCollected", "Confirm what was collected", mail.confirm,
        (Answer(200, "They wait no longer", models.Confirmed),), Scope.SUBMIT, names={"channel": asked.CHANNEL},
        body=Body("The ids, as the mailbox gave them.", (JSON,), {"confirmation": models.Confirmation}),
        problems=(400, 404, 408, 413, 415), tag="mailboxes",
    ),
)  # fmt: skip
