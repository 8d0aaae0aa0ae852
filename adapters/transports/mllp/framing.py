"""MLLP frames: VT, content, FS CR. Sans-IO: fed with any cut of a stream, it gives the same frames.

Source: HL7 2.x Appendix C, "Minimal Lower Layer Protocol", and what senders make of it: no CR after FS, line ends and
other text between frames, a frame begun anew in the middle of another.
"""

from dataclasses import dataclass
from enum import Enum, auto

VT, FS, CR = b"\x0b", b"\x1c", b"\r"
END = FS + CR
_VT, _CR = VT[0], CR[0]

SHOWN = 4096
"""First bytes of a frame beyond the limit that are kept, so that somebody can refuse it by name."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A frame beyond the limit: what it begins with. Nothing comes after it."""

    beginning: bytes


Event = bytes | TooLarge
"""The content of a whole frame, or a frame that is too large."""


class _State(Enum):
    OUTSIDE = auto()
    INSIDE = auto()
    ENDING = auto()
    """Inside, and the last byte was FS: what comes next says whether that was the end."""
    SKIPPING = auto()
    """Inside a frame beyond the limit."""
    OVER = auto()
    """Behind a frame beyond the limit: all that comes is dropped."""


class Decoder:
    """Collects the frames of one stream, each of at most ``max_bytes`` bytes. Linear in the bytes fed.

    A frame ends with FS CR; also with FS where a VT follows, or nothing (``silence``). Any other FS is content. A VT
    inside a frame begins it anew: its sender broke off and started over, so what was there is dropped and counted.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._state = _State.OUTSIDE
        self._held = bytearray()
        self._fs_pending = False
        self.junk = 0
        """Bytes between frames, line ends not counted."""
        self.stubs = 0
        """Frames that were begun and never ended."""

    @property
    def held(self) -> int:
        """Bytes kept of a frame that is not whole."""
        return len(self._held)

    @property
    def collecting(self) -> bool:
        """Whether a frame has begun and is not whole."""
        return self._state in (_State.INSIDE, _State.ENDING, _State.SKIPPING)

    @property
    def ending(self) -> bool:
        """Whether the frame is whole if nothing follows now."""
        return self._state is _State.ENDING

    @property
    def over(self) -> bool:
        """Whether a frame beyond the limit has come to its end."""
        return self._state is _State.OVER

    def feed(self, data: bytes) -> list[Event]:
        """Takes the next bytes; gives every frame that is whole now."""
        events: list[Event] = []
        at, fs, vt = 0, -1, -1
        while at < len(data):
            if self._state is _State.INSIDE:
                # Each byte is searched once for each mark: a mark found is kept until it was passed.
                fs = _find(data, FS, at) if fs < at else fs
                vt = _find(data, VT, at) if vt < at else vt
                at = self._inside(data, at, fs, vt, events)
            elif self._state is _State.OUTSIDE:
                at = self._outside(data, at)
            elif self._state is _State.ENDING:
                at = self._ending(data, at, events)
            else:
                at = self._skip(data, at)
        return events

    def silence(self) -> list[Event]:
        """Nothing follows for now, or ever: a frame that lacks only its CR is whole."""
        return [self._whole(b"")] if self._state is _State.ENDING else []

    def _outside(self, data: bytes, at: int) -> int:
        begin = _find(data, VT, at)
        gap = data[at:begin]
        self.junk += len(gap) - gap.count(b"\r") - gap.count(b"\n")
        if begin < len(data):
            self._state = _State.INSIDE
        return begin + 1

    def _inside(self, data: bytes, at: int, fs: int, vt: int, events: list[Event]) -> int:
        if vt < fs:
            if len(self._held) + vt - at > self._max:
                events.append(self._too_large(data[at:vt]))
                return vt
            if self._held or vt > at:
                self.stubs += 1
            else:
                self.junk += 1
            self._held.clear()
            return vt + 1
        following = data[fs + 1] if fs + 1 < len(data) else -1
        ended = following in (_CR, _VT)
        to = fs if ended or fs + 1 >= len(data) else fs + 1
        if len(self._held) + min(to, len(data)) - at > self._max:
            events.append(self._too_large(data[at:to]))
            return to
        if ended:
            events.append(self._whole(data[at:fs]))
            if following == _VT:
                self._state = _State.INSIDE
            return fs + 2
        self._held += data[at:to]
        if fs + 1 == len(data):
            self._state = _State.ENDING
            return fs + 1
        return to

    def _ending(self, data: bytes, at: int, events: list[Event]) -> int:
        if data[at] in (_CR, _VT):
            events.append(self._whole(b""))
            if data[at] == _VT:
                self._state = _State.INSIDE
            return at + 1
        if len(self._held) + 1 > self._max:
            events.append(self._too_large(FS))
            return at
        self._held += FS
        self._state = _State.INSIDE
        return at

    def _whole(self, rest: bytes) -> bytes:
        self._state = _State.OUTSIDE
        if not self._held:
            return rest
        self._held += rest
        content = bytes(self._held)
        self._held.clear()
        return content

    def _too_large(self, rest: bytes) -> TooLarge:
        self._state = _State.SKIPPING
        shown = min(SHOWN, self._max)
        beginning = bytes(self._held[:shown]) + rest[: max(0, shown - len(self._held))]
        self._held.clear()
        return TooLarge(beginning)

    def _skip(self, data: bytes, at: int) -> int:
        if self._state is _State.SKIPPING:
            if (self._fs_pending and data[at] == _CR) or data.find(END, at) >= 0:
                self._state = _State.OVER
            self._fs_pending = data.endswith(FS)
        return len(data)


def framed(content: bytes) -> bytes:
    """The content as one frame. Raises ValueError where it holds VT or FS, which a receiver would take for marks."""
    if VT in content or FS in content:
        raise ValueError("the content holds a byte that begins or ends an MLLP frame")
    return b"".join((VT, content, END))


def _find(data: bytes, mark: bytes, at: int) -> int:
    """Where the mark is next, or the end."""
    found = data.find(mark, at)
    return found if found >= 0 else len(data)
