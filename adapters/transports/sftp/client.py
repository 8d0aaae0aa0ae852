"""An SFTP client on a connection that is open: one duty a call, and every call blocks.

Many requests are under way at the same time, so that on a long line no file waits for the answer to the one before;
never more than ``OUTSTANDING``: a server that answers one request after the other must not be made to choke.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from adapters.contracts import AdapterError
from adapters.transports.sftp.packets import (
    BLOCK,
    FSYNC,
    POSIX_RENAME,
    Answer,
    Attributes,
    BrokenStreamError,
    Code,
    Kind,
    Named,
    Open,
    Splitter,
    answer_of,
    extensions_of,
    init,
    read_request,
    request,
    write_request,
)

T = TypeVar("T")

OUTSTANDING: Final = 64
"""Requests under way, as many as OpenSSH's own client has."""
_WORDS: Final[Mapping[int, str]] = {
    Code.NO_SUCH_FILE: "no such file or folder",
    Code.PERMISSION_DENIED: "permission denied",
    Code.FAILURE: "the server failed; its disk or a quota may be full",
    Code.OP_UNSUPPORTED: "the server cannot do that",
}


class LostError(AdapterError):
    """The connection ended, or nothing moved for too long."""


class RemoteError(AdapterError):
    """The server said no to one request; the connection is sound."""

    def __init__(self, code: int) -> None:
        super().__init__(_WORDS.get(code, f"the server answers with error {code}"))
        self.code = code

    @property
    def missing(self) -> bool:
        """Whether there is no such file or folder."""
        return self.code == Code.NO_SUCH_FILE

    @property
    def denied(self) -> bool:
        """Whether our user may not do it."""
        return self.code == Code.PERMISSION_DENIED


class Pipe(Protocol):
    """A connection as bytes in both directions; ``abort`` may be called by any thread and ends every call."""

    def send(self, data: bytes) -> None:
        """Sends all of it. Raises LostError."""

    def receive(self) -> bytes:
        """Some bytes. Raises LostError, also at the end."""

    def abort(self) -> None:
        """Breaks the connection off."""

    def usable(self) -> bool:
        """Whether it is open, as far as is known."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of a folder."""

    names: tuple[Named, ...]
    cut_short: bool
    """There are more than were asked for."""


class SftpClient:
    """Speaks over one pipe, for one thread at a time."""

    def __init__(self, pipe: Pipe) -> None:
        """Greets the server. Raises LostError."""
        self._pipe = pipe
        self._splitter = Splitter()
        self._answers: dict[int, Answer] = {}
        self._last = 0
        self.progress = 0
        """Grows with each packet, whole: a call that stands still, or trickles, can be told from one that is slow."""
        self._pipe.send(init())
        self._offered = self._greeted()

    def listing(self, folder: bytes, most: int) -> Listed:
        """All names of a folder, up to so many. Raises RemoteError, LostError."""
        handle = self._value(self._ask(Kind.OPENDIR, folder), Kind.HANDLE, Answer.text)
        names: list[Named] = []
        try:
            for _ in range(most + 1):
                answer = self._ask(Kind.READDIR, handle)
                if len(names) > most or answer.status() == Code.EOF:
                    break
                names += self._value(answer, Kind.NAME, lambda answer: [*answer.names()])
        except RemoteError:
            self._forget((self._send(Kind.CLOSE, handle),))
            raise
        self._forget((self._send(Kind.CLOSE, handle),))
        return Listed(tuple(names[:most]), len(names) > most)

    def lstat(self, path: bytes) -> Attributes:
        """A file's attributes, of a link those of the link. Raises RemoteError, LostError."""
        return self._value(self._ask(Kind.LSTAT, path), Kind.ATTRS, Answer.attributes)

    def lstat_all(self, paths: Sequence[bytes]) -> list[Attributes | RemoteError]:
        """The attributes of each path, or why there are none. Raises LostError."""
        return self._all(
            [(Kind.LSTAT, (path,)) for path in paths], lambda answer: self._value(answer, Kind.ATTRS, Answer.attributes)
        )

    def rename_all(self, pairs: Sequence[tuple[bytes, bytes]]) -> list[RemoteError | None]:
        """Renames each; what lies under a new name is not overwritten (section 6.5). Raises LostError."""
        return self._all([(Kind.RENAME, pair) for pair in pairs], self._done)

    def remove_all(self, paths: Sequence[bytes]) -> list[RemoteError | None]:
        """Removes each file. Raises LostError."""
        return self._all([(Kind.REMOVE, (path,)) for path in paths], self._done)

    def rename(self, old: bytes, new: bytes) -> None:
        """Renames; what lies under the new name is not overwritten. Raises RemoteError, LostError."""
        self._done(self._ask(Kind.RENAME, old, new))

    def rename_over(self, old: bytes, new: bytes) -> None:
        """Renames as POSIX does, where the server offers it. Raises RemoteError, LostError."""
        if POSIX_RENAME not in self._offered:
            raise RemoteError(Code.OP_UNSUPPORTED)
        self._done(self._ask(Kind.EXTENDED, POSIX_RENAME, old, new))

    def remove(self, path: bytes) -> None:
        """Removes a file. Raises RemoteError, LostError."""
        self._done(self._ask(Kind.REMOVE, path))

    def make_folder(self, path: bytes) -> None:
        """Makes a folder. Raises RemoteError, also where it is there; LostError."""
        self._done(self._ask(Kind.MKDIR, path, 0))

    def read(self, path: bytes, expected: Attributes, sink: Callable[[bytes], None], *, offset: int = 0) -> bool:
        """Hands the bytes of a file from an offset on to ``sink``, in order.

        Returns whether it was the file that was expected, of its size and time, and stayed so. Raises RemoteError,
        LostError.
        """
        handle = self._value(self._ask(Kind.OPEN, path, Open.READ, 0), Kind.HANDLE, Answer.text)
        before = self._send(Kind.FSTAT, handle)
        try:
            whole = self._read_blocks(handle, offset, expected.size or 0, sink)
        except RemoteError:
            self._forget((before, self._send(Kind.CLOSE, handle)))
            raise
        after, closed = self._send(Kind.FSTAT, handle), self._send(Kind.CLOSE, handle)
        told = [self._value(self._wait(number), Kind.ATTRS, Answer.attributes) for number in (before, after)]
        self._forget((closed,))
        return whole and all((each.size, each.mtime) == (expected.size, expected.mtime) for each in told)

    def write(self, path: bytes, content: bytes) -> None:
        """Writes a file anew and makes it durable, where the server offers that. Raises RemoteError, LostError.

        The size that the server tells afterwards is compared: a server may run out of room without a word.
        """
        handle = self._value(
            self._ask(Kind.OPEN, path, Open.WRITE | Open.CREATE | Open.TRUNCATE, 0), Kind.HANDLE, Answer.text
        )
        try:
            self._write_blocks(handle, content)
            if FSYNC in self._offered:
                self._done(self._ask(Kind.EXTENDED, FSYNC, handle))
            told = self._value(self._ask(Kind.FSTAT, handle), Kind.ATTRS, Answer.attributes)
        except RemoteError:
            self._forget((self._send(Kind.CLOSE, handle),))
            raise
        self._done(self._ask(Kind.CLOSE, handle))
        if told.size not in (None, len(content)):
            raise RemoteError(Code.FAILURE)

    def _read_blocks(self, handle: bytes, offset: int, end: int, sink: Callable[[bytes], None]) -> bool:
        waiting: deque[tuple[int, int, int]] = deque()
        ahead = offset
        try:
            while waiting or ahead < end:
                while ahead < end and len(waiting) < OUTSTANDING:
                    length = min(BLOCK, end - ahead)
                    waiting.append((self._send_raw(read_request(self._new(), handle, ahead, length)), ahead, length))
                    ahead += length
                number, at, length = waiting.popleft()
                answer = self._wait(number)
                if answer.status() == Code.EOF:
                    return False
                data = self._value(answer, Kind.DATA, Answer.text)
                if not 0 < len(data) <= length:
                    return False
                sink(data)
                if len(data) < length:
                    # A server may give less than was asked for (section 6.4): the rest is asked for, and comes next.
                    at, length = at + len(data), length - len(data)
                    waiting.appendleft((self._send_raw(read_request(self._new(), handle, at, length)), at, length))
            return True
        finally:
            self._forget(number for number, _, _ in waiting)

    def _write_blocks(self, handle: bytes, content: bytes) -> None:
        waiting: deque[int] = deque()
        try:
            for at in range(0, len(content), BLOCK):
                if len(waiting) == OUTSTANDING:
                    self._done(self._wait(waiting.popleft()))
                block = content[at : at + BLOCK]
                waiting.append(self._send_raw(write_request(self._new(), handle, at, block)))
            while waiting:
                self._done(self._wait(waiting.popleft()))
        finally:
            self._forget(waiting)

    def _all(
        self, requests: Sequence[tuple[Kind, tuple[bytes, ...]]], read: Callable[[Answer], T]
    ) -> list[T | RemoteError]:
        results: list[T | RemoteError] = []
        for start in range(0, len(requests), OUTSTANDING):
            numbers = [self._send(kind, *fields) for kind, fields in requests[start : start + OUTSTANDING]]
            for number in numbers:
                answer = self._wait(number)
                try:
                    results.append(read(answer))
                except RemoteError as error:
                    results.append(error)
        return results

    def _done(self, answer: Answer) -> None:
        if code := self._value(answer, Kind.STATUS, Answer.status):
            raise RemoteError(code)

    def _value(self, answer: Answer, kind: Kind, read: Callable[[Answer], T]) -> T:
        """What the answer holds. Raises RemoteError where it is a no, LostError where it is no answer at all."""
        try:
            if answer.kind == kind:
                return read(answer)
            if code := answer.status():
                raise RemoteError(code)
        except BrokenStreamError as error:
            raise LostError(str(error)) from None
        raise LostError("the server's answer does not belong to what was asked")

    def _ask(self, kind: Kind, *fields: bytes | int) -> Answer:
        return self._wait(self._send(kind, *fields))

    def _send(self, kind: Kind, *fields: bytes | int) -> int:
        return self._send_raw(request(kind, self._new(), *fields))

    def _send_raw(self, packet: bytes) -> int:
        self._pipe.send(packet)
        self.progress += 1
        return self._last

    def _new(self) -> int:
        self._last = (self._last + 1) & 0xFFFF_FFFF
        return self._last

    def _wait(self, number: int) -> Answer:
        while number not in self._answers:
            for kind, body in self._received():
                try:
                    answer = answer_of(kind, body)
                except BrokenStreamError as error:
                    raise LostError(str(error)) from None
                if len(self._answers) > 2 * OUTSTANDING:
                    raise LostError("the server answers what was not asked")
                self._answers[answer.request] = answer
                self.progress += 1
        return self._answers.pop(number)

    def _forget(self, numbers: Iterable[int]) -> None:
        """Takes answers that nobody needs, so that they are not taken for others."""
        for number in numbers:
            self._wait(number)

    def _received(self) -> list[tuple[int, bytes]]:
        data = self._pipe.receive()
        try:
            return list(self._splitter.feed(data))
        except BrokenStreamError as error:
            raise LostError(str(error)) from None

    def _greeted(self) -> Mapping[bytes, bytes]:
        packets: list[tuple[int, bytes]] = []
        while not packets:
            packets = self._received()
        try:
            return extensions_of(*packets[0])
        except BrokenStreamError as error:
            raise LostError(str(error)) from None
