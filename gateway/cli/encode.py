"""``wharf encode``: canonical documents as an X12 interchange on standard output, problems on standard error."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.operate import ConfigOption

if TYPE_CHECKING:
    from adapters.translation.x12_write import OutboundProfile
    from canonical.problem import Problem
    from gateway.submitted import Submitted

ALL_WRITTEN, SOME_REFUSED, NOT_READABLE = 0, 1, 2


class Unsuited(StrEnum):
    """What to do with data that holds a separator."""

    REPLACE = "replace"
    REJECT = "reject"


class Usage(StrEnum):
    """ISA15."""

    PRODUCTION = "P"
    TEST = "T"
    INFORMATION = "I"


def command(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="JSON: a document, a list, or lines as wharf decode prints; - is stdin."),
    ],
    partner: Annotated[str | None, typer.Option(help="Write to this partner of the settings.")] = None,
    release: Annotated[str | None, typer.Option(help="004010 or 005010, alone or with an industry's suffix.")] = None,
    sender: Annotated[str, typer.Option(metavar="Q:ID", help="Our qualifier and id.")] = "ZZ:SENDER",
    receiver: Annotated[str, typer.Option(metavar="Q:ID", help="The partner's qualifier and id.")] = "ZZ:RECEIVER",
    usage: Annotated[Usage | None, typer.Option(help="Production, test or information.", show_default="P")] = None,
    delimiters: Annotated[
        str | None,
        typer.Option(
            help="Separators of elements, components, segments and, from 005010 on, repetitions.", show_default="*>~^"
        ),
    ] = None,
    unsuited: Annotated[
        Unsuited | None, typer.Option(help="What to do with data that holds a separator.", show_default="replace")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write canonical documents as one X12 interchange.

    Kinds: purchase_order (850), purchase_order_change (860), purchase_order_acknowledgment (855, 865) and the others
    that the documentation lists. A partner's file says how it wants its files; options go before it. Control numbers
    start at 1 here; a running gateway keeps its own. A document that cannot be written is told on standard error, one
    JSON line each, and the others are written. Exit 0 all written, 1 some refused, 2 not readable as JSON.
    """
    from gateway.cli.files import open_input
    from gateway.submitted import NotJsonError, submitted

    if partner is None and release is None:
        raise typer.BadParameter("name a partner or a release", param_hint="--partner / --release")
    profile = _profile(partner, release, sender, receiver, usage.value if usage else None, config)
    profile = _as_told(profile, delimiters, unsuited)
    try:
        given = list(submitted(bytes(open_input(file).content)))
    except NotJsonError as error:
        typer.echo(f"wharf: {file}: {error}", err=True)
        raise typer.Exit(NOT_READABLE) from None
    if not given:
        typer.echo(f"wharf: {file}: there is no document in it", err=True)
        raise typer.Exit(NOT_READABLE)
    raise typer.Exit(_write(given, profile))


def _write(given: "Sequence[Submitted]", profile: "OutboundProfile") -> int:
    from collections import Counter
    from datetime import UTC, datetime

    from adapters.translation.x12_write import NotWritten, write

    used: Counter[str] = Counter()

    def next_number(scope: str) -> int:
        used[scope] += 1
        return used[scope]

    now = datetime.now(UTC)
    code = ALL_WRITTEN
    good = []
    for entry in given:
        document = entry.document
        if document is None:
            _tell(entry.position, None, None, entry.problems, refused=True)
            code = SOME_REFUSED
            continue
        tried = write(document, profile, lambda _: 1, now)
        refused = isinstance(tried, NotWritten)
        if tried.problems:
            _tell(entry.position, document.document_type, document.number, tried.problems, refused=refused)
        if refused:
            code = SOME_REFUSED
        else:
            good.append(document)
    if good:
        written = write(good, profile, next_number, now)
        assert not isinstance(written, NotWritten)  # noqa: S101 - each was written alone
        sys.stdout.buffer.write(written.content)
        sys.stdout.buffer.flush()
    return code


def _profile(
    partner: str | None, release: str | None, sender: str, receiver: str, usage: str | None, config: Any
) -> "OutboundProfile":
    from adapters.translation.x12_write import OutboundProfile

    if release is not None and (not release[:6].isdigit() or not 6 <= len(release) <= 12):
        raise typer.BadParameter("six digits, and at most six characters more", param_hint="--release")
    if partner is None:
        us, them = party(sender, "--sender"), party(receiver, "--receiver")
        return OutboundProfile(us, them, usage=usage or "P", release=release or "004010")
    return partner_profile(partner, release, usage, config)


def partner_profile(partner: str, release: str | None, usage: str | None, config: Any) -> "OutboundProfile":
    """How we write to a partner of the settings. Raises ConfigError; a usage error where it cannot be written to."""
    from gateway.cli.operate import partner_of, settings_of
    from gateway.profiles import profile_for

    settings = settings_of(config)
    found = partner_of(settings, partner)
    profile = profile_for(settings.gateway.identities, found, release=release, usage=usage)
    if profile is None:
        raise typer.BadParameter(
            f"[gateway] identities and those of {partner!r} must both name one of the scheme ISA",
            param_hint="--partner",
        )
    return profile


def _as_told(profile: "OutboundProfile", delimiters: str | None, unsuited: Unsuited | None) -> "OutboundProfile":
    from dataclasses import replace

    from adapters.mappings.to_x12.characters import usable
    from gateway.profiles import marks_of

    if unsuited is not None:
        profile = replace(profile, characters=replace(profile.characters, unsuited=unsuited.value))
    if delimiters is None:
        return profile
    if len(delimiters) not in (3, 4):
        raise typer.BadParameter("three or four characters", param_hint="--delimiters")
    profile = replace(profile, delimiters=marks_of(delimiters))
    if not usable(profile.marks):
        raise typer.BadParameter("distinct ones, no letter, digit, blank, point or sign", param_hint="--delimiters")
    return profile


def party(text: str, option: str) -> tuple[str, str]:
    """Qualifier and id, as they are typed; a usage error of the option where they are not."""
    qualifier, colon, id = text.partition(":")
    if not colon or len(qualifier) != 2 or not 1 <= len(id) <= 15:
        raise typer.BadParameter("two characters, a colon and an id of at most fifteen, as ZZ:ACME", param_hint=option)
    return qualifier, id


def _tell(position: int, kind: str | None, number: str | None, problems: "Sequence[Problem]", *, refused: bool) -> None:
    head = {"position": position, "documentType": kind, "number": number}
    line = {"rejected" if refused else "document": head, "problems": [problem.to_data() for problem in problems]}
    sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
