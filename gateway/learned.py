"""A partner's file as it could be, from what was learned of its samples: TOML, with what is doubtful as comments."""

import json
import re
from collections.abc import Iterator, Sequence

from adapters.mappings.to_x12.characters import usable
from adapters.overlay import place_of
from adapters.translation.x12_learn import Learner, Proposal, SetProfile

_NAMES_A_LINE = 8
_GS08 = re.compile(r"[0-9]{6}[A-Z0-9]{0,6}").fullmatch


def partner_file(learner: Learner, name: str, at_least: int, files: int) -> str:
    """The text of the file. What was seen fewer than ``at_least`` times stands in it as a comment."""
    return "\n".join(_lines(learner, name, at_least, files)) + "\n"


def _lines(learner: Learner, name: str, at_least: int, files: int) -> Iterator[str]:
    profiles = list(learner.profiles())
    sets = sum(profile.sets for profile in profiles)
    yield f"# A proposal, from {_counted(files, 'file')} with {_counted(sets, 'transaction set')}. Read it before use."
    yield f"# What was seen fewer than {at_least} times is a comment: take it in where it is meant."
    yield f"name = {_text(name)}"
    yield "identities = ["
    for qualifier, id in learner.senders:
        yield f'  {{ scheme = "ISA", qualifier = {_text(qualifier)}, id = {_text(id)} }},'
    for id in learner.groups:
        yield f"  # {{ scheme = {_text('GS')}, id = {_text(id)} }},"
    yield "]"
    if len(learner.senders) > 1:
        yield "# More than one sender: are all of them this partner?"
    for set_id, number in learner.unknown.items():
        yield f"# {_counted(number, 'transaction set')} of a kind that is not read here: {_text(set_id)}"
    yield ""
    yield from _write_lines(learner, profiles)
    for profile in profiles:
        yield ""
        yield from _set_lines(profile, at_least)


def _write_lines(learner: Learner, profiles: Sequence[SetProfile]) -> Iterator[str]:
    """They are written to as they write; where they write in several ways, a person chooses."""
    releases = sorted({release for profile in profiles for release in profile.releases})
    marks = [mark for mark in learner.separators if usable(mark)]
    yield "[x12.write]"
    for release in releases:
        yield _entry(f"release = {_text(release)}", "as they write", len(releases) == 1 and bool(_GS08(release)))
    for mark in marks:
        text = mark.element + mark.component + mark.segment + (mark.repetition or "")
        yield _entry(f"delimiters = {_text(text)}", "as they write", len(marks) == 1)


def _set_lines(profile: SetProfile, at_least: int) -> Iterator[str]:
    releases = ", ".join(map(_text, profile.releases))
    yield f"# {profile.name}: {_counted(profile.sets, 'transaction set')}, release {releases}"
    yield f"[x12.sets.{profile.set_id}]"
    yield from _list_lines("require", profile.require, at_least)
    yield from _list_lines("forbid", profile.forbid, at_least)
    if profile.max_uses:
        yield f"[x12.sets.{profile.set_id}.max_uses]"
        for proposal, most in profile.max_uses:
            # That it came twice does not say that it may not come three times.
            sure = proposal.seen >= at_least and most == 1
            yield _entry(f"{_text(proposal.name)} = {most}", f"{proposal.seen} seen", sure)
    if profile.codes:
        yield f"[x12.sets.{profile.set_id}.codes]"
        for proposal, codes, foreign in profile.codes:
            told = f"{proposal.seen} seen"
            if foreign:
                told += f", {', '.join(map(_text, foreign))} not in the standard's list"
            listed = ", ".join(map(_text, codes))
            yield _entry(f"{proposal.name} = [{listed}]", told, proposal.seen >= at_least)


def _list_lines(name: str, proposals: Sequence[Proposal], at_least: int) -> Iterator[str]:
    """One line for the names of one segment or loop that were seen as often."""
    if not proposals:
        return
    together: dict[tuple[bool, str, int], list[str]] = {}
    for proposal in sorted(proposals, key=lambda each: each.seen < at_least):
        place = place_of(proposal.name)
        owner = place.last.tag if place.element else proposal.name.rpartition("/")[0]
        together.setdefault((proposal.seen >= at_least, owner, proposal.seen), []).append(_text(proposal.name))
    yield f"{name} = ["
    for (sure, _, seen), names in together.items():
        for start in range(0, len(names), _NAMES_A_LINE):
            yield "  " + _entry(", ".join(names[start : start + _NAMES_A_LINE]) + ",", f"{seen} seen", sure)
    yield "]"


def _entry(text: str, told: str, sure: bool) -> str:
    return f"{'' if sure else '# '}{text}  # {told}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _text(value: str) -> str:
    """The value as a TOML string; what TOML forbids in strings and comments is written as an escape."""
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")
