"""The ripe-file rules: which files of a folder are whole and may be taken, told from scan to scan.

No I/O and no clock: a scan (what lies in the folder) and its monotonic time go in, a verdict comes out.
A file is whole when one of these holds:

- marked: a regular file ``<name>.done`` lies beside it, not older than the file itself;
- renamed: it came to its name from a temporary one. Either the watch saw that move, or the scan before saw the
  same inode with the same size and time under a temporary name. Inode numbers alone prove nothing: a file system
  gives the number of a deleted file to the next one;
- rested: inode, size and time are the same in two scans at least ``settle`` seconds apart, and in all between.
  An empty file rests ten times as long, because many uploads begin as one.

Whatever changes starts to rest anew. A file under way is not offered again until it is settled, put back or
failed; one that failed is offered again later and later.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

MARKER = ".done"
EMPTY_FACTOR = 10
"""An empty file rests this many times longer."""
FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0
"""Seconds between two offers of a file whose handler failed: doubled from the first to the longest."""

_TEMPORARY_SUFFIXES = (
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".uploading", ".upload",
    ".writing", ".inprogress", ".incomplete", ".swp", ".lock", "~",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the folder, as ``lstat`` shows it."""

    name: str
    """As the file system gives it, undecodable bytes as surrogates; opaque."""
    inode: int
    device: int
    size: int
    mtime_ns: int
    is_regular: bool = True
    ctime_ns: int = field(default=0, compare=False)
    """Changes with every move of the file, and with no crash of ours."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A move inside the folder that the watch saw after the scan before."""

    source: str
    target: str


class Whole(StrEnum):
    """Why a file counts as whole."""

    MARKED = "marked"
    RENAMED = "renamed"
    RESTED = "rested"


class Wait(StrEnum):
    """Why a file is not taken yet."""

    SETTLING = "settling"
    """It has not rested long enough."""
    EMPTY = "empty"
    """It is empty and may still get its content."""
    RETRY = "retry"
    """Its handler failed; it is offered again later."""


class Ignored(StrEnum):
    """Why a name is never taken."""

    TEMPORARY = "temporary"
    MARKER = "marker"
    NOT_REGULAR = "not regular"
    """A folder, link, pipe, socket or device."""


@dataclass(frozen=True, slots=True)
class Ripe:
    """A file to take now, exactly as the scan saw it."""

    entry: Entry
    why: Whole
    has_marker: bool
    """A marker lies beside it, to be removed together with the file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do after a scan."""

    ripe: tuple[Ripe, ...]
    """Oldest first, by time and then by name."""
    waiting: dict[str, Wait]
    ignored: dict[str, Ignored]
    next_look: float | None
    """The monotonic time at which the first waiting file may become ripe, if it rests."""


@dataclass(frozen=True, slots=True)
class _Track:
    """One file's rest so far."""

    entry: Entry
    since: float
    failures: int = 0
    not_before: float = 0.0


def is_temporary(name: str) -> bool:
    """Whether a name says that its file is still being written."""
    return name.startswith(".") or name.lower().endswith(_TEMPORARY_SUFFIXES)


def is_marker(name: str) -> bool:
    """Whether a name is that of a marker for another file."""
    return name.endswith(MARKER) and len(name) > len(MARKER)


class Inbox:
    """The memory between scans of one folder."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._tracks: dict[str, _Track] = {}
        self._temporaries: dict[tuple[int, int], Entry] = {}
        self._under_way: dict[str, _Track] = {}

    @property
    def under_way(self) -> Collection[str]:
        """Names that were given as ripe and are not settled, put back or failed yet."""
        return self._under_way.keys()

    def scan(
        self, entries: Iterable[Entry], now: float, renames: Iterable[Rename] = (), unseen: Collection[str] = ()
    ) -> Verdict:
        """Judges one scan begun at the monotonic time ``now``; what it gives as ripe is then under way.

        ``unseen`` are names that lie in the folder but were not looked at, because they were under way.
        """
        seen = list(entries)
        markers = {entry.name.removesuffix(MARKER): entry for entry in seen if is_marker(entry.name)}
        renamed = {move.target for move in renames if is_temporary(move.source)}
        tracks = {name: self._tracks[name] for name in unseen if name in self._tracks}
        temporaries: dict[tuple[int, int], Entry] = {}
        ripe: list[Ripe] = []
        waiting: dict[str, Wait] = {}
        ignored: dict[str, Ignored] = {}
        next_look: float | None = None
        for entry in seen:
            if (reason := _never(entry)) is not None:
                ignored[entry.name] = reason
                if reason is Ignored.TEMPORARY:
                    temporaries[entry.inode, entry.device] = entry
                continue
            if entry.name in self._under_way:
                continue
            track = self._tracks.get(entry.name)
            if track is None or track.entry != entry:
                track = _Track(entry, now)
            tracks[entry.name] = track
            marked = _is_marked(entry, markers.get(entry.name))
            came_whole = entry.name in renamed or self._was_temporary(entry)
            due, why = self._due(track, now, marked=marked, came_whole=came_whole)
            if due <= now:
                ripe.append(Ripe(entry, why, has_marker=marked))
            else:
                waiting[entry.name] = _wait(track, now)
                next_look = due if next_look is None else min(next_look, due)
        for file in ripe:
            self._under_way[file.entry.name] = tracks.pop(file.entry.name)
        self._tracks, self._temporaries = tracks, temporaries
        ripe.sort(key=lambda file: (file.entry.mtime_ns, file.entry.name))
        return Verdict(tuple(ripe), waiting, ignored, next_look)

    def settled(self, name: str) -> None:
        """The file left the folder."""
        self._under_way.pop(name, None)

    def put_back(self, name: str) -> None:
        """The file changed before it was read, or was replaced before it was moved: it rests anew."""
        self._under_way.pop(name, None)

    def failed(self, name: str, now: float) -> int:
        """The handler failed, or the file could not be read: it is offered again later. Returns the failures so far."""
        track = self._under_way.pop(name)
        pause = min(FIRST_RETRY * 2.0 ** min(track.failures, 30), LONGEST_RETRY)
        self._tracks[name] = _Track(track.entry, track.since, track.failures + 1, now + pause)
        return track.failures + 1

    def _was_temporary(self, entry: Entry) -> bool:
        before = self._temporaries.get((entry.inode, entry.device))
        return before is not None and (before.size, before.mtime_ns) == (entry.size, entry.mtime_ns)

    def _due(self, track: _Track, now: float, *, marked: bool, came_whole: bool) -> tuple[float, Whole]:
        """When the file may be taken, and why then."""
        if track.failures:
            return track.not_before, Whole.RESTED
        if marked:
            return now, Whole.MARKED
        if came_whole:
            return now, Whole.RENAMED
        rest = self._settle if track.entry.size else self._settle * EMPTY_FACTOR
        return track.since + rest, Whole.RESTED


def _never(entry: Entry) -> Ignored | None:
    if not entry.is_regular:
        return Ignored.NOT_REGULAR
    if is_temporary(entry.name):
        return Ignored.TEMPORARY
    if is_marker(entry.name):
        return Ignored.MARKER
    return None


def _is_marked(entry: Entry, marker: Entry | None) -> bool:
    """A marker older than the file speaks of an earlier file of that name."""
    return marker is not None and marker.is_regular and marker.mtime_ns >= entry.mtime_ns


def _wait(track: _Track, now: float) -> Wait:
    if track.not_before > now:
        return Wait.RETRY
    return Wait.SETTLING if track.entry.size else Wait.EMPTY
