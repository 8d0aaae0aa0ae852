"""Our own running, told in structured lines that cannot hold a payload.

Only fields of the allow-list pass, only short identifiers pass as their values, and only plain words pass as the
event. What does not pass is left out and counted in ``withheld``. Messages of libraries are told by their place in
the source, never by their text, since that may hold what they were working on.
"""

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

IDENTIFIERS = frozenset((
    "attempt", "attempts", "broker", "channel", "code", "component", "count", "delivery", "document", "document_type",
    "error_type", "event_id", "exit_code", "folder", "group", "host", "interchange", "kind", "lease", "level",
    "limit",
    "logger", "oldest_seconds", "outcome", "parcel", "partner", "pid", "port", "seconds", "sha256", "signal", "size",
    "source", "state", "status", "timestamp", "transaction", "url", "version", "withheld",
))  # fmt: skip
"""Fields whose values are names, numbers and digests."""
SENTENCES = frozenset(("error", "reason", "help"))
"""Fields whose values are sentences that we wrote ourselves."""
COUNTS = frozenset(("accepted", "rejected", "documents", "events", "deliveries", "parcels", "exceptions", "problems"))
"""Fields whose values are numbers only."""

_EVENT = re.compile(r"[a-z][a-z0-9_.,;:()' -]{0,119}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/@+\-\[\]]{0,256}")
_SENTENCE = re.compile(r"[ -~·–…]{0,400}")
_OWN = ("adapters.", "gateway.", "canonical.")
_LIBRARIES = ("aio_pika", "aiormq", "uvicorn", "sqlalchemy", "watchdog", "paramiko", "asyncssh", "alembic", "asyncio")
UNHEARD = ("aio_pika", "aiormq", "pamqp", "watchdog", "paramiko", "asyncssh")
"""Every cut connection, or folder let go, is an error to them; we tell it in our own words where it is one."""


def configure_logging(*, level: str, format: str, stream: TextIO | None = None) -> None:
    """Sets up structlog and the logging of libraries for this process; called once, by the command that runs.

    ``format`` is ``console``, ``json`` or ``auto``: console where the stream (standard error by default) is a
    terminal, JSON otherwise.
    """
    target = stream or sys.stderr
    console = format == "console" or (format == "auto" and target.isatty())
    processors = _processors(console=console, colors=target.isatty())
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Libraries(processors, structlog.WriteLogger(target))]
    root.setLevel(logging.WARNING)
    for name in _LIBRARIES:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(logging.WARNING)
    for name in UNHEARD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)


def allow_list(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Keeps what is known to be harmless, and counts the rest."""
    kept: dict[str, Any] = {}
    withheld = 0
    for key, value in event_dict.items():
        if key == "event":
            passes = isinstance(value, str) and bool(_EVENT.fullmatch(value))
            kept[key] = value if passes else "withheld"
        elif key == "frames" and isinstance(value, tuple):
            passes, kept[key] = True, value
        else:
            passes = _harmless(key, value)
            if passes:
                kept[key] = str(value) if isinstance(value, PurePath) else value
        withheld += not passes
    if withheld:
        kept["withheld"] = withheld
    return kept


def without_message(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Turns an exception into its type and the places it passed; its text is told only for errors of our own."""
    info = event_dict.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else sys.exc_info()[1] if info is True else None
    if isinstance(info, tuple):
        error = info[1]
    if error is not None:
        event_dict.update(describe(error))
    return event_dict


def describe(error: BaseException) -> Mapping[str, Any]:
    """An exception as log fields: type, places, and the message where it is one that we wrote."""
    told: dict[str, Any] = {"error_type": type(error).__qualname__, "frames": frames(error)}
    if type(error).__module__.startswith(_OWN):
        told["error"] = str(error)
    elif isinstance(error, OSError) and error.strerror:
        told["error"] = error.strerror
    return told


def frames(error: BaseException) -> tuple[str, ...]:
    """The places that an exception passed, innermost last: file, line and function, no values."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return tuple(places[-12:])


def _harmless(key: str, value: Any) -> bool:
    if value is None or isinstance(value, (bool, int, float)):
        return key in IDENTIFIERS or key in SENTENCES or key in COUNTS
    if isinstance(value, (str, PurePath, datetime)):
        text = str(value)
        if key in SENTENCES:
            return bool(_SENTENCE.fullmatch(text))
        return key in IDENTIFIERS and bool(_IDENTIFIER.fullmatch(text))
    return False


def _processors(*, console: bool, colors: bool) -> list[Processor]:
    renderer: Processor
    if console:
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    else:
        renderer = structlog.processors.JSONRenderer()
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_message,
        allow_list,
        renderer,
    ]


class _Libraries(logging.Handler):
    """Takes what libraries log to the same place, told by logger, source line and type of exception alone.

    Modules of our own that log this way are told in their words, under the same rules as everything else.
    """

    def __init__(self, processors: list[Processor], logger: WrappedLogger) -> None:
        super().__init__(logging.WARNING)
        self._processors = processors
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line; arguments and text of a library's record stay out of it."""
        method = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "critical"}.get(record.levelname, "warning")
        fields: MutableMapping[str, Any] = {"logger": record.name, "source": f"{record.module}:{record.lineno}"}
        if record.name.startswith(_OWN):
            fields["event"] = re.sub(r"\W*%[sd]", "", str(record.msg))
            if record.args:
                fields["reason"] = ", ".join(map(str, record.args))
        else:
            fields["event"] = "a library reports"
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        line: Any = fields
        for processor in self._processors:
            line = processor(self._logger, method, line)
        write: Callable[[str], None] = self._logger.msg
        write(line)
