"""A trading partner as the pure core sees it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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


class Acknowledgments(_Settings):
    """Which acknowledgments a partner gets for what it sends."""

    functional: Literal["always", "rejected", "never"] = "always"
    """The 997: for every group, only where something was rejected or noted, or never."""
    interchange: Literal["requested", "always", "rejected", "never"] = "requested"
    """The TA1: where ISA14 asks for it (and for each rejected envelope), always, only for rejected ones, never."""
    detail: bool = True
    """Whether accepted transaction sets are listed (AK2/AK5) in the 997 too."""


class Duplicates(_Settings):
    """What to do when a control number comes again with other content."""

    interchange: Literal["quarantine", "accept"] = "quarantine"
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

    def knows(self, scheme: str, qualifier: str | None, id: str) -> bool:
        """Whether one of the identities is this one; an identity without qualifier matches any."""
        return any(
            own.scheme == scheme and own.id == id and (own.qualifier is None or own.qualifier == qualifier)
            for own in self.identities
        )
