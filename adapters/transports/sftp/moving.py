"""Takes files that have their receipt out of the inbox on the server; many at a time. All functions block."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from adapters.crash import crash_point
from adapters.transports.drop.inbox import MARKER, Ripe
from adapters.transports.sftp.client import RemoteError, SftpClient
from adapters.transports.sftp.ripe import attributes_of, away, in_folder, name_of
from adapters.transports.sftp.settings import After, InboxSettings


@dataclass(frozen=True, slots=True)
class Move:
    """A file that is to leave the inbox."""

    ripe: Ripe
    delivery: str
    refused: bool
    unread: bool = False
    """It was never fetched, so it is moved in every case and not deleted."""


class Moved(StrEnum):
    """What became of it."""

    GONE = "gone"
    """It left the inbox, by us or by somebody else."""
    CHANGED = "changed"
    """Another file lies under its name, which is a new arrival and was left."""


@dataclass(frozen=True, slots=True)
class Result:
    """A move and what became of it; an error where the server said no."""

    move: Move
    outcome: Moved | RemoteError


def move_all(client: SftpClient, settings: InboxSettings, moves: Sequence[Move]) -> list[Result]:
    """Moves or deletes what is still the file that was taken. Raises LostError; then it may be called again."""
    found = client.lstat_all([_path(settings, move) for move in moves])
    results: list[Result] = []
    deletes: list[Move] = []
    renames: list[Move] = []
    for move, told in zip(moves, found, strict=True):
        if isinstance(told, RemoteError):
            results.append(Result(move, Moved.GONE if told.missing else told))
        elif (told.size, told.mtime or 0) != (move.ripe.entry.size, attributes_of(move.ripe.entry).mtime):
            results.append(Result(move, Moved.CHANGED))
        elif settings.after is After.DELETE and not move.unread:
            deletes.append(move)
        else:
            renames.append(move)
    crash_point("sftp.before_move")
    results += _delete(client, settings, deletes)
    results += _rename(client, settings, renames)
    crash_point("sftp.after_move")
    _remove_markers(client, settings, results)
    return results


def _delete(client: SftpClient, settings: InboxSettings, moves: Sequence[Move]) -> list[Result]:
    answers = client.remove_all([_path(settings, move) for move in moves])
    return [Result(move, _gone(answer)) for move, answer in zip(moves, answers, strict=True)]


def _rename(client: SftpClient, settings: InboxSettings, moves: Sequence[Move]) -> list[Result]:
    targets = [away(settings, move.ripe.entry, move.delivery, refused=move.refused) for move in moves]
    pairs = [(_path(settings, move), target.path) for move, target in zip(moves, targets, strict=True)]
    answers = client.rename_all(pairs)
    results: list[Result] = []
    denied: RemoteError | None = None
    for move, answer in zip(moves, answers, strict=True):
        outcome = Moved.GONE if answer is None else denied or _insist(client, settings, move)
        if isinstance(outcome, RemoteError) and outcome.denied:
            # It will be no different for the others.
            denied = outcome
        results.append(Result(move, outcome))
    return results


def _insist(client: SftpClient, settings: InboxSettings, move: Move) -> Moved | RemoteError:
    """The folder may be missing, or something may lie under the new name, or refused files may have no place of their
    own: each is tried, and the first error is told where nothing helps."""
    told: RemoteError | None = None
    for refused in dict.fromkeys((move.refused, False)):
        target = away(settings, move.ripe.entry, move.delivery, refused=refused)
        if target.folder is not None:
            with suppress(RemoteError):
                client.make_folder(target.folder)
        for path in (target.path, target.other):
            try:
                client.rename(_path(settings, move), path)
            except RemoteError as error:
                told = told or error
            else:
                return Moved.GONE
    return told if told is not None else Moved.GONE


def _remove_markers(client: SftpClient, settings: InboxSettings, results: Sequence[Result]) -> None:
    markers = [
        in_folder(settings.folder, name_of(result.move.ripe.entry) + MARKER.encode())
        for result in results
        if result.move.ripe.has_marker and result.outcome is Moved.GONE
    ]
    client.remove_all(markers)


def _gone(answer: RemoteError | None) -> Moved | RemoteError:
    return Moved.GONE if answer is None or answer.missing else answer


def _path(settings: InboxSettings, move: Move) -> bytes:
    return in_folder(settings.folder, name_of(move.ripe.entry))
