"""Tells a drop channel that something moved in its folder, so that it looks sooner; never needed for correctness."""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileClosedEvent, FileCreatedEvent, FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from adapters.transports.drop.inbox import Rename

_MOST_RENAMES = 10_000
_STOP_SECONDS = 5.0


class Watch(FileSystemEventHandler):
    """A watch on one folder; ``wake`` is called on the event loop after something happened.

    Events may be lost or late (full kernel queue, network file systems, a folder that was replaced). Start and stop
    block and run off the loop.
    """

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop, wake: Callable[[], None]) -> None:
        self._folder = folder
        self._loop = loop
        self._wake = wake
        self._renames: deque[Rename] = deque(maxlen=_MOST_RENAMES)
        self._signalled = False
        self._observer = Observer()

    def start(self) -> None:
        """Begins to watch; raises OSError where the system has no watch to give."""
        kinds: list[type[FileSystemEvent]] = [FileMovedEvent, FileClosedEvent, FileCreatedEvent]
        self._observer.schedule(self, str(self._folder), recursive=False, event_filter=kinds)
        self._observer.start()

    def stop(self) -> None:
        """Ends the watch and its threads, started or not."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(_STOP_SECONDS)

    def alive(self) -> bool:
        """Whether the watch still sees anything; it dies with its folder."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def renames(self) -> list[Rename]:
        """The moves inside the folder since the last call."""
        return [self._renames.popleft() for _ in range(len(self._renames))]

    def dispatch(self, event: FileSystemEvent) -> None:
        """Takes one event on the watch's own thread."""
        if isinstance(event, FileMovedEvent):
            self._renames.append(Rename(_name(event.src_path), _name(event.dest_path)))
        if not self._signalled and not self._loop.is_closed():
            self._signalled = True
            self._loop.call_soon_threadsafe(self._on_loop)

    def _on_loop(self) -> None:
        self._signalled = False
        self._wake()


def _name(path: bytes | str) -> str:
    return os.path.basename(os.fsdecode(path))  # noqa: PTH119 - a name of any bytes, not a path
