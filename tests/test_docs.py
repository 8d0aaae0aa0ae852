"""The documentation names every command and every setting, and its links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import BaseModel

from adapters.partner import Acknowledgments, Duplicates, Identity, Partner, Send
from gateway.cli.main import app
from gateway.config.settings import BrokerTable, DropChannel, GatewayTable, HttpTable, LedgerTable, LoggingTable

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
TABLES: dict[str, type[BaseModel]] = {
    "gateway": GatewayTable,
    "ledger": LedgerTable,
    "broker": BrokerTable,
    "http": HttpTable,
    "logging": LoggingTable,
    "channels.NAME": DropChannel,
    "acknowledgments": Acknowledgments,
    "duplicates": Duplicates,
}


def commands(command: Any, path: str = "wharf") -> Iterator[str]:
    """Every command that can be run, with the groups before it."""
    below = getattr(command, "commands", None)
    if not below:
        yield path
        return
    for name, sub in below.items():
        if not sub.hidden:
            yield from commands(sub, f"{path} {name}")


def setting_rows(heading: str) -> set[str]:
    """The settings that the table under a heading of docs/configuration.md describes."""
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    section = text.partition(f"\n## `{heading}`")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("command", sorted(commands(typer.main.get_command(app))))
def test_every_command_is_documented(command: str) -> None:
    """Each command stands, as one types it, in the table of docs/commands.md."""
    assert f"`{command}" in (ROOT / "docs/commands.md").read_text("utf-8")


def test_no_command_is_documented_that_does_not_exist() -> None:
    """What the table of commands promises can be run."""
    known = set(commands(typer.main.get_command(app)))
    rows = re.findall(r"^\| `(wharf [^`]+)`", (ROOT / "docs/commands.md").read_text("utf-8"), re.MULTILINE)
    assert rows
    assert [row for row in rows if not any(row == name or row.startswith(name + " ") for name in known)] == []


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_is_documented(heading: str) -> None:
    """The tables of docs/configuration.md hold exactly the settings that there are."""
    assert setting_rows(f"[{heading}]") == set(TABLES[heading].model_fields)


def test_every_partner_setting_is_documented() -> None:
    """So does the table of the partner files, with the settings inside its values."""
    assert setting_rows("partners/*.toml") == set(Partner.model_fields)
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    for inner in (*Identity.model_fields, *Send.model_fields):
        assert f"`{inner}`" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file that is there, and an anchor that it has."""
    for target in LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), target
