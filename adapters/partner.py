"""A trading partner as the pure core sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.durations import Duration
from adapters.hl7_settings import Hl7Settings
from adapters.overlay import X12Overlay

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=64)]
"""A partner's name: it stands in routing keys, folders and logs."""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(_Settings):
    """One name by which a party is known in a standard's envelope."""

    scheme: str
    """``ISA``, ``GS``, ``MSH``, ``GLN``, ``DUNS``, …"""
    qualifier: str | None = None
    id: str


class Send(_Settings):
    """Where outbound documents and acknowledgments go; without it, out of the door they came in by."""

    channel: str
    format: Literal["x12", "json"] = "x12"
    """How documents are written: as transaction sets, or as the canonical JSON itself, for systems of our own house."""
    test_channel: str | None = Field(default=None, description="the name of a channel, for documents marked as test")
    """Where documents go that are marked as test; without it, where the others go."""


class Batch(_Settings):
    """``[agreements.NAME.batch]``: several documents of one kind in one interchange."""

    count: int = Field(default=100, ge=1, le=10_000, description="a whole number from 1 to 10000: documents at most")
    bytes: int = Field(
        default=1 << 20, ge=1, le=1 << 30, description="a whole number of bytes of canonical JSON, up to 1 GiB"
    )
    window: Duration = Field(
        default=timedelta(minutes=5), description="how long the first document waits for others, as 30s, 5m or 1h"
    )


class Agreement(_Settings):
    """``[agreements.NAME]``: what was agreed for one type of document that we send; NAME as ``purchase_order``."""

    release: str | None = Field(
        default=None,
        pattern=r"^[0-9]{6}[A-Z0-9]{0,6}$",
        description="six digits, and an industry's suffix where one is agreed, as 004010VICS",
    )
    """GS08; that of ``[x12.write]`` where none is named."""
    acknowledgment: Literal["997", "999", "none"] = "997"
    """What the partner owes for each interchange."""
    acknowledged_within: Duration = Field(default=timedelta(hours=24), description="how soon, as 30m, 4h or 2d")
    answered_within: Duration | None = Field(
        default=None, description="how soon the business answer is due, as an 855 to an order: 4h or 2d"
    )
    batch: Batch | None = Field(default=None, description='a table as { count = 50, window = "5m" }')


class Acknowledgments(_Settings):
    """Which acknowledgments a partner gets for what it sends."""

    functional: Literal["always", "rejected", "never"] = "always"
    """The 997 or 999: for every group, only where something was rejected or noted, or never."""
    functional_kind: Literal["997", "999", "release"] = "997"
    """Which of the two; ``release`` gives a 999 to groups from 005010 on and a 997 to older ones."""
    interchange: Literal["requested", "always", "rejected", "never"] = "requested"
    """The TA1: where ISA14 asks for it (and for each rejected envelope), always, only for rejected ones, never."""
    detail: bool = True
    """Whether accepted transaction sets are listed (AK2/AK5) in it too."""


class Duplicates(_Settings):
    """What to do when a control number comes again with other content."""

    interchange: Literal["quarantine", "accept"] = "quarantine"
    """ISA13, within ``days``."""
    group: Literal["reject", "accept"] = "accept"
    """GS06 within its interchange: the second group is rejected, or accepted with a note (AK905 19)."""
    set: Literal["reject", "accept"] = "reject"
    """ST02 within its group: the second set is rejected, or accepted with a note (AK502 23)."""
    days: int = Field(default=90, ge=1, le=3650)
    """How long a control number is remembered."""


class Partner(_Settings):
    """A trading partner or internal system."""

    name: Slug
    identities: tuple[Identity, ...] = ()
    catch_all: bool = False
    """Accepts every sender that no other partner names. For trying out."""
    send: Send | None = None
    acknowledgments: Acknowledgments = Acknowledgments()
    duplicates: Duplicates = Duplicates()
    agreements: dict[str, Agreement] = Field(
        default_factory=dict, max_length=100, description="tables as [agreements.purchase_order]"
    )
    """What was agreed for documents that we send, by document type."""
    on_error: Literal["set", "group", "interchange"] = "set"
    """What one rejected transaction set takes with it."""
    preserve: bool = False
    """Whether the events of an interchange leave one after another, in its own order."""
    x12: X12Overlay | None = None
    """What was agreed beyond the standard."""
    hl7: Hl7Settings = Hl7Settings()
    """How it speaks HL7, and what it is answered."""


PartnerFor = Callable[[str, str | None, str], Partner | None]
"""Finds the partner that an identity (scheme, qualifier, id) belongs to; None where nobody knows it."""

UNKNOWN_PARTNER: Final = Partner(name="unknown")
"""Stands for a sender that no partner names."""
