"""Runs one folder of ``samples/`` through the pure core and tells what came out as files.

The clock stands still and control numbers count from 1, so that the same input gives the same files.
"""

import itertools
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.partner import Partner
from adapters.reading import Closing, Message
from adapters.translate import digest, read_delivery, render
from adapters.translation.hl7_render import Hl7Answer
from gateway.partners import PartnerBook

SAMPLES = Path(__file__).parents[2] / "samples"
SECRET = b"the key of the samples, known to everybody"
WRITTEN_AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

Files = dict[str, bytes]
"""Path under ``expected/`` to content."""


def sample_folders() -> list[Path]:
    """Every case: each folder that holds an input."""
    return sorted({found.parent for found in SAMPLES.glob("*/input.*")})


def input_of(folder: Path) -> Path:
    """The one input of a case."""
    (found,) = folder.glob("input.*")
    return found


def partners_of(folder: Path) -> PartnerBook:
    """The case's own partner where it has one, else the shared ones."""
    own = folder / "partner.toml"
    files = [own] if own.exists() else sorted((SAMPLES / "partners").glob("*.toml"))
    return PartnerBook(Partner.model_validate(tomllib.loads(file.read_text("utf-8"))) for file in files)


def outcome(folder: Path) -> Files:
    """What comes out of a case; a file with nothing to say is absent."""
    content = input_of(folder).read_bytes()
    documents: list[Any] = []
    rejected: list[Any] = []
    problems: list[Any] = []
    verdicts: list[Any] = []
    files: Files = {}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(1))
    items = read_delivery(content, digest(content), partners_of(folder).find, secret=SECRET, live=True)
    for item in items:
        if isinstance(item, Message):
            (documents if item.accepted else rejected).append(_message(item))
            if item.accepted:
                problems.extend(problem.to_data() | {"position": item.position} for problem in item.problems)
        else:
            verdicts.append(_verdict(item))
            problems.extend(problem.to_data() for problem in item.problems)
            for answer in (*([item.reply] if item.reply else ()), *item.sent):
                rendered, _ = render(answer, lambda scope: next(numbers[scope]), WRITTEN_AT)
                suffix = "hl7" if isinstance(answer, Hl7Answer) else "edi"
                files[f"acks/{len(files) + 1}-{answer.kind}.{suffix}"] = rendered
    told = {"documents": documents, "rejected": rejected, "problems": problems, "verdicts": verdicts}
    return files | {f"{name}.json": _text(rows) for name, rows in told.items() if rows}


def expected(folder: Path) -> Files:
    """What the case says must come out."""
    home = folder / "expected"
    return {found.relative_to(home).as_posix(): found.read_bytes() for found in home.rglob("*") if found.is_file()}


def write_expected(folder: Path, files: Files) -> None:
    """Replaces the expected files of a case."""
    home = folder / "expected"
    for name in expected(folder).keys() - files.keys():
        (home / name).unlink()
    for name, content in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)


def _message(message: Message) -> dict[str, Any]:
    return {
        "position": message.position,
        "partner": message.partner.name,
        "test": message.test,
        "document": message.document.to_data(),
    }


def _verdict(closing: Closing) -> dict[str, Any]:
    key = closing.key
    return {
        "partner": closing.partner.name,
        "interchange": key.control_number if key else None,
        "fatal": closing.fatal,
        "quarantine": closing.quarantine,
        "answers": [answer.kind for answer in closing.answers],
    }


def _text(rows: list[Any]) -> bytes:
    return (json.dumps(rows, indent=2, ensure_ascii=False) + "\n").encode()
