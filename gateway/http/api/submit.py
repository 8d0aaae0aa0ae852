"""Operations that hand in: documents to be sent, and interchanges as if they came by any other door."""

import json
from typing import Any

from starlette.responses import Response

from adapters.contracts import Delivery, Outcome, Receipt, Sender
from adapters.mappings.problems import DOCUMENT_NOT_VALID
from adapters.translate import digest
from canonical.document import Document
from canonical.problem import Problem, problem_of
from canonical.registry import DOCUMENTS
from gateway import problems_http as kinds
from gateway.api_channels import own_channel
from gateway.config.channels.http import API
from gateway.crash import crash_point
from gateway.http.api import models, parameters
from gateway.http.api.look import answer_of, ask, nothing
from gateway.http.api.told import problem_of_row
from gateway.http.bodies import body_of
from gateway.http.operations import JSON, Call, answer
from gateway.http.problems import ApiError
from gateway.ledger.contract import Reads
from gateway.ledger.records import DeliveryState
from gateway.problems_submission import KEY_USED_BEFORE, NUMBER_SENT_BEFORE
from gateway.submission import Submission, Submitted
from gateway.submitted import checked_data

JSON_TYPES = (JSON, "application/cloudevents+json")
EDI_TYPES = (
    "application/edi-x12", "application/hl7-v2", "x-application/hl7-v2+er7", "application/octet-stream", "text/plain",
)  # fmt: skip
_REPLAYED = {"Idempotent-Replay": "true"}
_MOST = 1000


def channel_of(call: Call) -> str:
    """The channel that what is handed in comes by. A key of one partner comes by a channel of that partner alone: what
    comes by it is this partner's, whatever stands in it."""
    caller = call.caller
    named = call.services.channels.get(caller.channel or "")
    if caller.channel is not None and named is not None and caller.partner in (None, named.partner):
        return caller.channel
    return own_channel(caller.partner) if caller.partner else API


def _most(call: Call) -> int:
    return call.services.channels[channel_of(call)].max_bytes


async def submit(call: Call) -> Response:
    """Takes a document to be sent to a partner."""
    asked = call.asked(parameters.Submit)
    document_type = call.path("id")
    if document_type not in DOCUMENTS:
        raise nothing()
    partner = call.partner(asked.partner) or asked.partner
    content = await body_of(call.request, JSON_TYPES, _most(call))
    data = _json(content)
    if isinstance(data, dict) and "specversion" in data:
        data = data.get("data", data)
    document, problems = _checked(data, document_type)
    key = call.told(parameters.IdempotencyKey).key
    caller = call.caller
    crash_point("api.after_receive")
    answered = await call.services.submit(
        Submission(
            channel=channel_of(call),
            name=f"{document_type} {document.number}" if document is not None else document_type,
            content=content,
            partner=partner,
            document=document,
            problems=problems,
            # Two callers may use the same key, and one may use it for two partners: neither is the other's.
            key=f"{caller.name}:{document_type}:{partner}:{key}" if key else None,
            test=asked.test == "true",
        )
    )
    crash_point("api.before_answer")
    return _submitted(answered)


def _submitted(answered: Submitted) -> Response:
    headers = dict(_REPLAYED) if answered.repeated else {}
    if answered.accepted and answered.document is not None:
        headers["Location"] = f"/api/v1/documents/{answered.document}"
        told = models.SubmittedAnswer(
            id=answered.document, delivery=answered.delivery, parcel=answered.parcel, problems=answered.problems
        )
        return answer(told, 202, headers)
    codes = {problem.code for problem in answered.problems}
    status = 409 if codes & {KEY_USED_BEFORE.code, NUMBER_SENT_BEFORE.code} else 422
    more = {"delivery": answered.delivery}
    raise ApiError(status, kinds.DOCUMENT_REJECTED, problems=answered.problems, headers=headers, more=more)


def _checked(data: Any, document_type: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document, or what is wrong with it. The address says its type; it may say it itself too."""
    if isinstance(data, dict) and data.get("documentType", document_type) != document_type:
        return None, (problem_of(DOCUMENT_NOT_VALID, path="documentType", expected=document_type),)
    checked = checked_data({"documentType": document_type, **data} if isinstance(data, dict) else data)
    return checked.document, checked.problems


def _json(content: bytes) -> Any:
    try:
        value = json.loads(content.decode("utf-8-sig"))
        # Halves of surrogate pairs can be written in JSON and nowhere else.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ApiError(400, kinds.NOT_JSON) from None
    return value


async def receive(call: Call) -> Response:
    """Takes bytes as a delivery; answers when they are read and recorded."""
    content = await body_of(call.request, EDI_TYPES, _most(call))
    if not content:
        raise ApiError(422, kinds.EMPTY)
    services, request = call.services, call.request
    id = services.new_id()
    client, server = request.client, request.scope.get("server")
    delivery = Delivery(
        id=id,
        channel=channel_of(call),
        name=call.asked(parameters.Receive).name or "interchange",
        origin=f"http:{id}",
        content=content,
        sha256=digest(content),
        received_at=services.clock(),
        sender=Sender(client.host, server[1]) if client is not None and server else None,
    )
    crash_point("api.after_receive")
    receipt = await services.receive(delivery)
    crash_point("api.before_answer")
    told = await ask(call, lambda reads: _became_of(receipt, reads))
    if told is None:
        raise ApiError(503, kinds.NOT_NOW, headers={"Retry-After": "5"})
    headers = {"Location": f"/api/v1/deliveries/{told.delivery}"}
    if receipt.outcome is Outcome.REJECTED:
        more = told.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"problems"})
        raise ApiError(422, kinds.INTERCHANGE_REJECTED, problems=told.problems, headers=headers, more=more)
    status = {Outcome.DUPLICATE: 200, Outcome.QUARANTINED: 202}.get(receipt.outcome, 201)
    return answer(told, status, {**headers, **_REPLAYED} if receipt.outcome is Outcome.DUPLICATE else headers)


def _became_of(receipt: Receipt, reads: Reads) -> models.InterchangeAnswer | None:
    row = reads.delivery(receipt.delivery)
    if row is None or row.state is not DeliveryState.RECORDED:
        # Not kept; or kept, and the ledger failed before it was read to its end, which comes later.
        return None
    first = row.repeats or row.id
    return models.InterchangeAnswer(
        delivery=row.id,
        outcome=receipt.outcome,
        accepted=row.accepted,
        rejected=row.rejected,
        summary=row.summary,
        problems=tuple(problem_of_row(each) for each in reads.problems(first)[:_MOST]),
        documents=tuple(each.id for each in reads.documents(delivery=first, limit=_MOST)),
        parcels=tuple(each.id for each in reversed(reads.list_parcels(delivery=first, limit=_MOST).rows)),
        answer=answer_of(reads, row),
    )
