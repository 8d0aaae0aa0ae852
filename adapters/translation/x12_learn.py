"""What a sender's files have in common: which sets, segments, elements and codes it uses, and how often.

Only counts, names and codes are kept, no values of free text. What was seen is told beside each proposal, so that a
person can judge whether it is a rule or an accident of few samples.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.contracts import Content
from adapters.formats.x12.cursor import Cursor, grammar
from adapters.formats.x12.events import GroupBegin, InterchangeBegin, SetRead
from adapters.formats.x12.guide import LoopUse, SetGuide, Use, nearest_release, segment_guide, set_guide
from adapters.formats.x12.reader import read_x12
from adapters.formats.x12.tree import Delimiters, Loop, Segment

MOST_CODES = 40
"""Different codes of one element from which on they are no rule."""
_ENVELOPE = frozenset({"ST", "SE"})

Path = tuple[str, ...]
"""The loops around, from the top of the set."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule that all samples keep."""

    name: str
    seen: int
    """The occasions on which it could have been broken."""


@dataclass(frozen=True, slots=True)
class SetProfile:
    """What is proposed for one kind of transaction set."""

    set_id: str
    name: str
    sets: int
    releases: tuple[str, ...]
    """GS08 as sent."""
    require: tuple[Proposal, ...]
    forbid: tuple[Proposal, ...]
    codes: tuple[tuple[Proposal, tuple[str, ...], tuple[str, ...]], ...]
    """The element, the codes that it takes, and those among them that the standard's list does not have."""
    max_uses: tuple[tuple[Proposal, int], ...]


@dataclass(slots=True)
class _Counts:
    """What was seen of one kind of transaction set."""

    sets: int = 0
    releases: set[str] = field(default_factory=set)
    loops: Counter[Path] = field(default_factory=Counter)
    present: Counter[Path] = field(default_factory=Counter)
    """In how many of the loops around (the last name left out) it stood at all."""
    most: dict[Path, int] = field(default_factory=dict)
    segments: Counter[str] = field(default_factory=Counter)
    filled: Counter[tuple[str, int]] = field(default_factory=Counter)
    values: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))


class Learner:
    """Counts what is in files, one after the other; then tells what they have in common."""

    def __init__(self) -> None:
        self.senders: dict[tuple[str, str], None] = {}
        """ISA05 and ISA06, in the order in which they came."""
        self.groups: dict[str, None] = {}
        """GS02."""
        self.separators: dict[Delimiters, None] = {}
        self.unknown: Counter[str] = Counter()
        """Transaction sets that no guide describes."""
        self._counts: dict[str, _Counts] = {}

    def read(self, content: Content) -> int:
        """Counts one file; returns the number of transaction sets that it holds. Never raises on its content."""
        sets = 0
        release = ""
        for event in read_x12(content):
            if isinstance(event, InterchangeBegin):
                self.senders.setdefault((event.header[5].strip(), event.header[6].strip()))
                self.separators.setdefault(event.header.delimiters)
            elif isinstance(event, GroupBegin):
                release = event.release
                self.groups.setdefault(event[2])
            elif isinstance(event, SetRead) and not event.headless:
                sets += 1
                self._count(event.segments, release)
        return sets

    def _count(self, segments: Sequence[Segment], release: str) -> None:
        set_id = segments[0][1].strip()
        known = grammar(set_id, nearest_release(release))
        if known is None:
            self.unknown[set_id[:6]] += 1
            return
        cursor = Cursor(known)
        counts = self._counts.setdefault(set_id, _Counts())
        counts.sets += 1
        counts.releases.add(release)
        for segment in segments:
            cursor.place(segment)
            _count_elements(counts, segment)
        _count_loop(counts, cursor.root, ())

    def profiles(self) -> Iterator[SetProfile]:
        """What is proposed, for each kind of transaction set."""
        for set_id, counts in sorted(self._counts.items()):
            guides = [
                guide
                for release in sorted({nearest_release(own) for own in counts.releases})
                if (guide := set_guide(set_id, release))
            ]
            yield _profile(counts, guides)


def _count_elements(counts: _Counts, segment: Segment) -> None:
    tag = segment.elements[0]
    if tag in _ENVELOPE:
        return
    counts.segments[tag] += 1
    for position, text in enumerate(segment.elements[1:], 1):
        if text:
            counts.filled[tag, position] += 1
            values = counts.values[tag, position]
            if len(values) <= MOST_CODES:
                values.add(text)


def _count_loop(counts: _Counts, loop: Loop, path: Path) -> None:
    counts.loops[path] += 1
    uses = Counter(child.id if isinstance(child, Loop) else child.elements[0] for child in loop.children)
    for tag, number in uses.items():
        place = (*path, tag)
        counts.present[place] += 1
        counts.most[place] = max(number, counts.most.get(place, 0))
    for child in loop.children:
        if isinstance(child, Loop):
            _count_loop(counts, child, (*path, child.id))


def _profile(counts: _Counts, guides: Sequence[SetGuide]) -> SetProfile:
    require: list[Proposal] = []
    forbid: list[Proposal] = []
    codes: list[tuple[Proposal, tuple[str, ...], tuple[str, ...]]] = []
    max_uses: list[tuple[Proposal, int]] = []
    newest = guides[-1]
    _propose_uses(counts, newest.children, (), require, forbid, max_uses)
    for tag, seen in counts.segments.items():
        guide = segment_guide(tag, newest.release)
        for use in guide.elements if guide is not None else ():
            proposal = Proposal(f"{tag}{use.position:02d}", seen)
            filled = counts.filled[tag, use.position]
            if not filled:
                forbid.append(proposal)
                continue
            if filled == seen and not use.required and _always_said(counts, tag, use.position):
                require.append(proposal)
            sent = counts.values[tag, use.position]
            listed = use.element.codes
            if listed is not None and use.repeats == 1 and len(sent) <= MOST_CODES:
                found = tuple(sorted(sent))
                foreign = tuple(code for code in found if code not in listed)
                codes.append((Proposal(proposal.name, filled), found, foreign))
    return SetProfile(
        newest.id, newest.name, counts.sets, tuple(sorted(counts.releases)), tuple(require), tuple(forbid),
        tuple(codes), tuple(max_uses),
    )  # fmt: skip


def _always_said(counts: _Counts, tag: str, position: int) -> bool:
    """Whether no value was all blanks, which is as good as nothing."""
    return all(value.strip(" ") for value in counts.values[tag, position])


def _propose_uses(
    counts: _Counts, children: Sequence[Use | LoopUse], path: Path, require: list[Proposal],
    forbid: list[Proposal], max_uses: list[tuple[Proposal, int]],
) -> None:  # fmt: skip
    """Proposals for what may stand in one kind of loop, and in the loops inside."""
    around = counts.loops[path]
    done = set(_ENVELOPE)
    for child in children:
        tag = child.id if isinstance(child, LoopUse) else child.tag
        place = (*path, tag)
        proposal = Proposal("/".join(place), around)
        seen = counts.present[place]
        if tag not in done:
            done.add(tag)
            if not seen:
                forbid.append(proposal)
            elif seen == around and not child.required:
                require.append(proposal)
            if seen and child.max != 1:
                max_uses.append((proposal, counts.most[place]))
        if isinstance(child, LoopUse) and seen:
            _propose_uses(counts, child.children[1:], place, require, forbid, max_uses)
