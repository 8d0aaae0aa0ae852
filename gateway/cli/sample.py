"""``wharf sample``: made-up X12 and HL7 files of hospital supplies, whole or broken on purpose."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operate import ConfigOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.partner import Identity
    from adapters.samples.hl7_make import Sides
    from adapters.samples.make import Wanted
    from adapters.samples.rule import Rule
    from adapters.samples.rules import Broken

_LIST = "list"
_MOST_LINES = 100_000
"""Lines in all transaction sets of a file, so that a slip of the finger does not fill the memory."""


class Release(StrEnum):
    """GS08."""

    EARLIER = "004010"
    LATER = "005010"


class Usage(StrEnum):
    """ISA15."""

    PRODUCTION = "P"
    TEST = "T"


def command(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="As 850, purchase_order or OMS; --list-kinds names all.")
    ] = None,
    lines: Annotated[int, typer.Option(min=1, max=10_000, help="Lines of each order.")] = 4,
    sets: Annotated[int, typer.Option(min=1, max=1_000, help="Transaction sets or messages.")] = 1,
    seed: Annotated[int, typer.Option(min=0, max=10**9, help="The same seed tells the same story.")] = 1,
    broken: Annotated[
        list[str] | None,
        typer.Option("--break", metavar="RULE", help="Break it: a rule or a problem code; repeatable."),
    ] = None,
    release: Annotated[Release, typer.Option(help="The release of X12.")] = Release.EARLIER,
    partner: Annotated[
        str | None, typer.Option(help="The seller, or who sends HL7, is this partner of the settings.")
    ] = None,
    hospital: Annotated[str, typer.Option(metavar="Q:ID", help="The hospital's qualifier and id.")] = "01:987654321",
    seller: Annotated[str, typer.Option(metavar="Q:ID", help="The seller's qualifier and id.")] = "01:123456789",
    usage: Annotated[Usage, typer.Option(help="Production or test.")] = Usage.PRODUCTION,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to a file, not to the terminal.")] = None,
    list_kinds: Annotated[bool, typer.Option("--list-kinds", help="List the kinds and end.")] = False,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", help="List the rules that can be broken and end.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Make up an X12 or HL7 file of hospital supplies.

    The documents of one seed belong together: 850, 855, 856, 810, 861 and 820 tell the story of one order, and
    OMS, OMN, ORM, MFN-M15, MFN-M16, DFT and SIU have the same goods. Nothing in them is real, patients neither. A
    broken file is wrong in just what the rule says, at a place that follows from the seed; what was broken goes to
    standard error. Exit 0, or 64 where the kind has nothing that the rule could break.
    """
    if list_rules or _LIST in (broken or ()):
        _tell_rules()
        return
    if list_kinds:
        _tell_kinds()
        return
    if kind is None:
        raise typer.BadParameter("name a kind, as 850; wharf sample --list-kinds names all", param_hint="KIND")
    if lines * sets > _MOST_LINES:
        raise typer.BadParameter(f"at most {_MOST_LINES:,} lines in all sets together", param_hint="--lines / --sets")
    from adapters.samples.hl7_make import hl7_kind

    if (hl7 := hl7_kind(kind)) is not None:
        _put(_hl7(hl7, lines, sets, seed, usage.value, broken or [], _hl7_sides(partner, config)), output)
        return
    choices = [_choice(name) for name in broken or ()]
    from adapters.samples.make import sample

    wanted = _wanted(kind, lines, sets, seed, release.value, _sides(partner, hospital, seller, config), usage.value)
    content = sample(wanted)
    if choices:
        content = _break(content, choices, seed)
    _put(content, output)


def _put(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _hl7_sides(partner: str | None, config: Path | None) -> "Sides":
    """Who sends and who receives: made up, or as the settings know them."""
    from adapters.samples.hl7_make import HOSPITAL

    if partner is None:
        return HOSPITAL
    from gateway.cli.operate import partner_of, settings_of

    settings = settings_of(config)
    theirs = _application(partner_of(settings, partner).identities)
    if theirs is None:
        raise typer.BadParameter(
            f"{partner!r} has no identity of the scheme MSH, by which the sender of an HL7 message is known",
            param_hint="--partner",
        )
    return theirs, _application(settings.gateway.identities) or HOSPITAL[1]


def _application(identities: "Iterable[Identity]") -> tuple[str, str] | None:
    """Application and facility of the first identity in HL7's headers."""
    found = next((identity.id for identity in identities if identity.scheme == "MSH"), None)
    if found is None:
        return None
    application, _, facility = found.partition("|")
    return application, facility


def _hl7(kind: str, lines: int, messages: int, seed: int, usage: str, broken: list[str], sides: "Sides") -> bytes:
    """The HL7 messages; what was broken is told."""
    from adapters.samples.hl7_make import hl7_rules_for, hl7_sample
    from adapters.samples.rules import NothingToBreakError

    choices = []
    for name in broken:
        found = hl7_rules_for(name)
        if not found:
            raise typer.BadParameter(
                f"there is no rule {name!r} for HL7; wharf sample --list-rules names all", param_hint="--break"
            )
        choices.append(found)
    try:
        content, damages = hl7_sample(
            kind, seed=seed, lines=lines, messages=messages, usage=usage, broken=choices, sides=sides
        )
    except NothingToBreakError as error:
        raise typer.BadParameter(f"{error}; another kind may", param_hint="--break") from None
    for damage in damages:
        place = f"{damage.place}, message {damage.message}"
        typer.echo(f"wharf: broken by {damage.rule.name} ({damage.rule.kind.code}): {place}", err=True)
    return content


_Side = tuple[tuple[str, str], str | None]
"""Qualifier and id in ISA, and the id in GS where it is another."""


def _wanted(
    kind: str, lines: int, sets: int, seed: int, release: str, sides: tuple[_Side, _Side], usage: str
) -> "Wanted":
    from difflib import get_close_matches

    from adapters.samples.make import KINDS, Wanted, set_id_of

    set_id = set_id_of(kind)
    if set_id is None:
        near = get_close_matches(kind, [*KINDS, *KINDS.values()], n=2)
        choice = f"did you mean {' or '.join(near)}?" if near else "wharf sample --list-kinds names all"
        raise typer.BadParameter(f"there is no kind {kind!r}; {choice}", param_hint="KIND")
    (hospital, hospital_group), (seller, seller_group) = sides
    return Wanted(
        set_id, seed, lines, sets, hospital, seller, hospital_group, seller_group, usage, release,
    )  # fmt: skip


def _sides(partner: str | None, hospital: str, seller: str, config: Path | None) -> tuple[_Side, _Side]:
    """Who the hospital and the seller are: as told, or as the settings know them."""
    from gateway.cli.encode import partner_profile, party

    if partner is None:
        return (party(hospital, "--hospital"), None), (party(seller, "--seller"), None)
    profile = partner_profile(partner, "004010", "P", config)
    return (profile.sender, profile.group_sender), (profile.receiver, profile.group_receiver)


def _choice(name: str) -> "tuple[Rule, ...]":
    from adapters.samples.rules import rules_for, suggest

    found = rules_for(name)
    if not found:
        near = suggest(name)
        choice = f"did you mean {' or '.join(near)}?" if near else "wharf sample --list-rules names all"
        raise typer.BadParameter(f"there is no rule {name!r}; {choice}", param_hint="--break")
    return found


def _break(content: bytes, choices: "list[tuple[Rule, ...]]", seed: int) -> bytes:
    from adapters.samples.rules import NothingToBreakError, break_sample

    try:
        broken = break_sample(content, choices, seed)
    except NothingToBreakError as error:
        raise typer.BadParameter(f"{error}; another kind, release or more --lines may", param_hint="--break") from None
    for line in _told(broken):
        typer.echo(f"wharf: {line}", err=True)
    return broken.content


def _told(broken: "Broken") -> list[str]:
    told = []
    for damage in broken.damages:
        place = damage.place
        where = place.segment or "the file"
        if place.element is not None:
            where += f"{place.element:02d}"
        at = f", segment {damage.index} of its set" if damage.index is not None else ""
        told.append(f"broken by {damage.rule.name} ({damage.rule.kind.code}): {where}{at}")
    return told


def _tell_rules() -> None:
    from adapters.samples.hl7_make import HL7_RULES
    from adapters.samples.rules import RULES

    rules = [(rule.name, rule.kind.code, rule.what) for rule in RULES.values()]
    rules += [(rule.name, rule.kind.code, rule.what) for rule in HL7_RULES.values()]
    width = max(len(name) for name, _, _ in rules)
    for name, code, what in rules:
        typer.echo(f"{name:<{width}}  {code:<9}  {what}")


def _tell_kinds() -> None:
    from adapters.samples.hl7_make import HL7_KINDS
    from adapters.samples.make import KINDS

    for set_id, name in KINDS.items():
        typer.echo(f"{set_id}  {name}")
    for hl7, kind in HL7_KINDS.items():
        typer.echo(f"{hl7}  {kind.document_type}")
