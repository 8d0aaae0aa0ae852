"""The rows of the failure model, as ``rows.toml`` tells them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TOLD = tomllib.loads(Path(__file__).with_name("rows.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Row:
    """One way to fail, and what holds then."""

    fails: str
    holds: str


SECTIONS: Mapping[str, Mapping[str, Row]] = {
    title: {id: Row(fails, holds) for id, (fails, holds) in section.items()}
    for title, section in _TOLD["sections"].items()
}
REASONS: Mapping[str, str] = _TOLD["reasons"]
"""Why a row has no test."""


def rows() -> dict[str, Row]:
    """All of them, by id."""
    return {id: row for section in SECTIONS.values() for id, row in section.items()}
