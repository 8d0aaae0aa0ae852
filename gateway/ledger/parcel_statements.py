"""What is asked of and done to parcels, holds and breakers, as statements, built once."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.ledger.parcel_rows import BREAKER, DOCUMENT, HISTORY, HOLD, PARCEL
from gateway.ledger.schema import word
from gateway.ledger.schema_outbound import (
    AWAITED,
    OPEN_BATCH,
    OUTSTANDING,
    UNANSWERED,
    breakers,
    holds,
    parcel_documents,
    parcel_history,
    parcels,
    told_once,
)
from gateway.ledger.statements import adding

_OF: Any = bindparam("of")
_NOW: Any = bindparam("now")
_LIMIT: Any = bindparam("limit")
_IN_ORDER: Any = bindparam("in_order", expanding=True)
_CHANNELS: Any = bindparam("channels", expanding=True)
_COLLECTED: Any = bindparam("collected", expanding=True)
_LANES: Any = bindparam("lanes", expanding=True)

ADD_PARCEL = adding(parcels, "id")
ADD_PARCEL_DOCUMENT = adding(parcel_documents, "parcel", "position")
ADD_TOLD = adding(told_once, "key")
ADD_HOLD = adding(holds, "channel", "partner")
ADD_HISTORY = insert(parcel_history)


def _parcels_where(*conditions: Any) -> Select[Any]:
    return select(*PARCEL).where(*conditions)


PARCEL_OF = _parcels_where(parcels.c.id == _OF)
PARCELS_WITH = (
    _parcels_where(parcels.c.id.in_(select(parcel_documents.c.parcel).where(parcel_documents.c.document == _OF)))
    .order_by(parcels.c.position)
)  # fmt: skip
ANSWERS = _parcels_where(parcels.c.interchange == _OF, parcels.c.repeats.is_(null())).order_by(parcels.c.position)
OF_GROUP = (
    _parcels_where(parcels.c.partner == bindparam("partner"), parcels.c.group_number == bindparam("number"))
    .order_by(parcels.c.position.desc())
    .limit(100)
)
NUMBERED = (
    _parcels_where(parcels.c.partner == bindparam("partner"), parcels.c.control_number == bindparam("number"))
    .order_by(parcels.c.position.desc())
    .limit(100)
)
AWAITED_PARCELS = _parcels_where(AWAITED).order_by(parcels.c.due_at).limit(_LIMIT)
LATE_PARCELS = (
    _parcels_where(AWAITED, parcels.c.due_at <= _NOW, parcels.c.state == word("delivered"))
    .order_by(parcels.c.due_at)
    .limit(_LIMIT)
)
DOCUMENTS_OF = select(*DOCUMENT).where(parcel_documents.c.parcel == _OF).order_by(parcel_documents.c.position)
LATE_ANSWERS = (
    select(*DOCUMENT)
    .where(UNANSWERED, parcel_documents.c.answer_due_at <= _NOW, parcel_documents.c.exception.is_(null()))
    .order_by(parcel_documents.c.answer_due_at)
    .limit(_LIMIT)
)
UNANSWERED_NUMBER = (
    select(*DOCUMENT)
    .join(parcels, parcels.c.id == parcel_documents.c.parcel)
    .where(
        UNANSWERED,
        parcel_documents.c.number == bindparam("number"),
        parcels.c.partner == bindparam("partner"),
        parcels.c.document_type == bindparam("type"),
    )
    .order_by(parcels.c.position)
)
HISTORY_OF = select(*HISTORY).where(parcel_history.c.parcel == _OF).order_by(parcel_history.c.position)
HOLDS = select(*HOLD).order_by(holds.c.channel, holds.c.partner)
BREAKERS = select(*BREAKER).order_by(breakers.c.channel)
TOLD = select(told_once.c.key).where(told_once.c.key == _OF)
OPEN_BATCH_FOR = (
    select(parcels.c.id, func.count(), func.coalesce(func.sum(parcel_documents.c.size), 0))
    .join(parcel_documents, parcel_documents.c.parcel == parcels.c.id)
    .where(
        OPEN_BATCH,
        parcels.c.partner == bindparam("partner"),
        parcels.c.channel == bindparam("channel"),
        parcels.c.kind == bindparam("kind"),
        parcels.c.usage == bindparam("usage"),
        parcels.c.closes_at > _NOW,
        parcels.c.state == word("queued"),
    )
    .group_by(parcels.c.id)
)


def outstanding(table: FromClause) -> ColumnElement[bool]:
    """In the very words of the partial index, so that it is seen to fit."""
    return table.c.state.in_([word(state) for state in ("queued", "ready", "sending", "retrying", "held")])


_HELD = select(holds.c.channel).where(
    holds.c.channel == parcels.c.channel, or_(holds.c.partner == "", holds.c.partner == parcels.c.partner)
)
_NOT_HELD = ~_HELD.exists()
_others = parcels.alias("others")
_IN_FRONT = (
    select(_others.c.channel, _others.c.partner, func.min(_others.c.position).label("position"))
    .where(
        outstanding(_others),
        # Not the bare column: an index over all parcels of a channel is far longer than that of those that wait.
        (_others.c.channel + "").in_(_IN_ORDER),
        or_(
            and_(_others.c.state == word("retrying"), _others.c.next_attempt_at > _NOW),
            and_(_others.c.state == word("held"), bindparam("held_blocks") == 1),
        ),
    )
    .group_by(_others.c.channel, _others.c.partner)
    .subquery("in_front")
)
DUE_PARCELS = (
    select(*PARCEL)
    .outerjoin(_IN_FRONT, and_(_IN_FRONT.c.channel == parcels.c.channel, _IN_FRONT.c.partner == parcels.c.partner))
    .where(
        outstanding(parcels),
        parcels.c.state.not_in([word("sending"), word("held")]),
        func.coalesce(parcels.c.next_attempt_at, 0) <= _NOW,
        func.coalesce(parcels.c.closes_at, 0) <= _NOW,
        or_(parcels.c.state == word("queued"), parcels.c.channel.not_in(_COLLECTED)),
        parcels.c.channel.not_in(_CHANNELS),
        (parcels.c.channel + " " + parcels.c.partner).not_in(_LANES),
        or_(_IN_FRONT.c.position.is_(null()), parcels.c.position < _IN_FRONT.c.position),
        _NOT_HELD,
    )
    .order_by(parcels.c.position)
    .limit(_LIMIT)
)
WAITING_FOR = (
    _parcels_where(
        outstanding(parcels),
        (parcels.c.channel + "") == bindparam("channel"),
        parcels.c.state == word("ready"),
        _NOT_HELD,
    )
    .order_by(parcels.c.position)
    .limit(_LIMIT)
)
SENDING = (
    select(parcels.c.id, parcels.c.channel, parcels.c.partner)
    .where(OUTSTANDING, parcels.c.state == word("sending"))
    .order_by(parcels.c.position)
)
SENDING_LANES = (
    select(parcels.c.channel, parcels.c.partner).where(OUTSTANDING, parcels.c.state == word("sending")).distinct()
)

STATE_OF = select(
    parcels.c.state, parcels.c.content_sha256, parcels.c.name, parcels.c.transmissions, parcels.c.answer_seconds,
    parcels.c.pruned_at,
).where(parcels.c.id == _OF)  # fmt: skip
RENDER = (
    update(parcels)
    .where(parcels.c.id == _OF, parcels.c.state == word("queued"))
    .values(
        state="ready",
        name=bindparam("to_name"),
        content=bindparam("to_content"),
        content_sha256=bindparam("to_sha256"),
        control_number=bindparam("to_number"),
        functional_id=bindparam("to_functional"),
        group_number=bindparam("to_group"),
        closes_at=null(),
        next_attempt_at=null(),
        attempts=0,
        last_error=null(),
    )
)
_STEP = update(parcels).where(parcels.c.id == _OF)
_DUE: Any = bindparam("at") + parcels.c.await_seconds * 1_000_000
START = _STEP.values(state="sending", next_attempt_at=null())
BACK = _STEP.values(state="ready", next_attempt_at=null())
FAIL = _STEP.values(
    state=bindparam("to"), attempts=parcels.c.attempts + 1, last_error=bindparam("why"),
    next_attempt_at=bindparam("next"),
)  # fmt: skip
DELIVER = _STEP.values(
    state="delivered", delivered_at=bindparam("at"), next_attempt_at=null(), last_error=null(), due_at=_DUE
)
END = _STEP.values(
    state=bindparam("to"), attempts=parcels.c.attempts + 1, last_error=bindparam("why"), next_attempt_at=null(),
    closes_at=null(),
)  # fmt: skip
HOLD_PARCEL = _STEP.values(state="held", next_attempt_at=null(), closes_at=null())
RELEASE_PARCEL = _STEP.values(
    state=bindparam("to"), attempts=0, next_attempt_at=null(), since=bindparam("at"), last_error=null()
)
RESEND = _STEP.values(
    state="ready", attempts=0, next_attempt_at=null(), since=bindparam("at"), last_error=null(), delivered_at=null(),
    due_at=null(), acknowledged_at=null(), verdict=null(), transmissions=parcels.c.transmissions + 1,
    name=bindparam("to_name"),
)  # fmt: skip
JUDGE = _STEP.values(
    state=bindparam("to"), acknowledged_at=bindparam("at"), verdict=bindparam("to_verdict"), due_at=null(),
    next_attempt_at=null(), delivered_at=func.coalesce(parcels.c.delivered_at, bindparam("at")),
)  # fmt: skip
OVERDUE = _STEP.values(state="overdue")
AWAIT_ANSWERS = (
    update(parcel_documents)
    .where(parcel_documents.c.parcel == _OF, parcel_documents.c.answered_by.is_(null()))
    .values(answer_due_at=bindparam("due"))
)
AWAIT_VERDICTS = (
    update(parcel_documents)
    .where(parcel_documents.c.parcel == _OF, parcel_documents.c.status != word("left out"))
    .values(status="waiting")
)
CLOSED = update(parcels).where(parcels.c.id == _OF).values(closes_at=null())
IS_OPEN = select(parcels.c.id).where(
    parcels.c.id == _OF, parcels.c.state == word("queued"), parcels.c.closes_at.is_not(null())
)
HURRY = (
    update(parcels)
    .where(outstanding(parcels), parcels.c.state + "" == "retrying", (parcels.c.channel + "") == _OF)
    .values(next_attempt_at=bindparam("at"))
)
NAME_EXCEPTION = update(parcels).where(parcels.c.id == _OF).values(exception=bindparam("to_exception"))
RELEASE_HOLD = delete(holds).where(holds.c.channel == bindparam("channel"), holds.c.partner == bindparam("partner"))
_BREAKER = insert(breakers).values({column.name: bindparam(column.name, type_=column.type) for column in breakers.c})
SET_BREAKER = _BREAKER.on_conflict_do_update(
    index_elements=["channel"],
    set_={column.name: _BREAKER.excluded[column.name] for column in breakers.c if column.name != "channel"},
)
DROP_BREAKER = delete(breakers).where(breakers.c.channel == _OF)
