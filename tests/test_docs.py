"""The documentation names every command and every setting, and its links lead somewhere."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from adapters.hl7_settings import Hl7Settings, OwnSegmentMap
from adapters.overlay import SetOverlay, Words, Writing, X12Overlay
from adapters.partner import Acknowledgments, Agreement, Batch, Duplicates, Identity, Partner, Send
from adapters.translation.x12_strictness import FAULTS
from gateway.cli.lazy import load_command
from gateway.cli.main import run
from gateway.cli.table import COMMANDS
from gateway.config.channels import TABLES as KINDS
from gateway.config.channels import CallTlsTable, SoapCallTable, TlsTable
from gateway.config.limits import LimitsTable
from gateway.config.outbound import OutboundTable
from gateway.config.retention import RetentionTable
from gateway.config.routes import Route, Then, When
from gateway.config.settings import (
    BrokerTable,
    GatewayTable,
    HttpTable,
    LedgerTable,
    LoggingTable,
)
from gateway.xref.entries import TABLES as XREF

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")])
CAPTURED = [page for page in PAGES if "```console" in page.read_text("utf-8")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
TABLES: dict[str, type[BaseModel]] = {
    "gateway": GatewayTable,
    "ledger": LedgerTable,
    "broker": BrokerTable,
    "http": HttpTable,
    "logging": LoggingTable,
    "[routes]": Route,
    "channels.NAME.tls": TlsTable,
    "channels.NAME.connect_tls": CallTlsTable,
    "channels.NAME.call": SoapCallTable,
    "outbound": OutboundTable,
    "limits": LimitsTable,
    "retention": RetentionTable,
    "agreements.NAME": Agreement,
    "agreements.NAME.batch": Batch,
    "acknowledgments": Acknowledgments,
    "duplicates": Duplicates,
    "x12": X12Overlay,
    "x12.words": Words,
    "x12.write": Writing,
    "x12.sets.NNN": SetOverlay,
    "hl7": Hl7Settings,
    "hl7.segments.ZZZ": OwnSegmentMap,
}


def commands() -> Iterator[str]:
    """Every command that can be run, with its group before it."""
    for name in COMMANDS:
        yield from _named(f"wharf {name}", load_command(name, COMMANDS))


def _named(name: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if not below:
        yield name
    for sub, each in (below or {}).items():
        yield from _named(f"{name} {sub}", each)


def setting_rows(heading: str) -> set[str]:
    """The settings that the table under a heading of docs/configuration.md describes."""
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    section = text.partition(f"\n## `{heading}`")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_commands_are_documented_as_they_are() -> None:
    """The tables of docs/commands.md hold exactly the commands that there are."""
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `(wharf [^`]+)`", text, re.MULTILINE)) == sorted(commands())


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_is_documented(heading: str) -> None:
    """The tables of docs/configuration.md hold exactly the settings that there are."""
    assert setting_rows(f"[{heading}]") == set(TABLES[heading].model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_of_a_channel_is_documented(kind: str) -> None:
    """So do the tables of each kind of channel."""
    assert setting_rows(f"[channels.NAME]` of kind `{kind}") == set(KINDS[kind].model_fields)


@pytest.mark.parametrize(("heading", "model"), [("when", When), ("then", Then)])
def test_every_part_of_a_rule_is_documented(heading: str, model: type[BaseModel]) -> None:
    """The tables of docs/routes.md hold exactly what a rule can say."""
    text = (ROOT / "docs/routes.md").read_text("utf-8")
    section = text.partition(f"\n## `{heading}`")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z0-9_]+)` \|", section, re.MULTILINE)) == set(model.model_fields)


def test_every_column_of_a_cross_reference_is_documented() -> None:
    """So do those of docs/cross-references.md for each table; what all tables have stands at the top."""
    text = (ROOT / "docs/cross-references.md").read_text("utf-8")
    everywhere = {"partner", "valid_from", "valid_to"}
    for name, table in XREF.items():
        section = text.partition(f"\n## {name}.csv")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
        assert {found for row in rows for found in re.findall(r"`([a-z_]+)`", row)} | everywhere == set(table.columns)


def test_every_partner_setting_is_documented() -> None:
    """So does the table of the partner files, with the settings inside its values."""
    assert setting_rows("partners/*.toml") == set(Partner.model_fields)
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    for inner in (*Identity.model_fields, *Send.model_fields):
        assert f"`{inner}`" in text


def test_every_fault_that_can_be_judged_is_named(update_golden: bool) -> None:
    """The table of names in docs/configuration.md is that of the program; --update-golden writes it."""
    page = ROOT / "docs/configuration.md"
    before, heading, after = page.read_text("utf-8").partition("\n## Names of faults\n")
    assert heading
    intro, _, _ = after.partition("|---|---|\n")
    rows = "".join(f"| `{name}` | {kind.code} |\n" for name, kind in FAULTS.items())
    wanted = f"{before}{heading}{intro}|---|---|\n{rows}"
    if update_golden:
        page.write_text(wanted, "utf-8")
    assert page.read_text("utf-8") == wanted, "new names: add them with --update-golden"


@pytest.mark.parametrize("page", CAPTURED, ids=lambda page: page.stem)
def test_captures_show_what_the_commands_print(page: Path, update_golden: bool) -> None:
    """Each block of `console` is what its commands print in the project's folder; --update-golden writes them."""

    def printed(block: re.Match[str]) -> str:
        lines: list[str] = []
        for command in re.findall(r"^\$ (.+)$", block[1], re.MULTILINE):
            script = f'wharf() {{ "{sys.executable}" -m gateway "$@"; }}\n{command}'
            done = subprocess.run(
                ["sh", "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60,
                env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            )  # fmt: skip
            lines += [f"$ {command}", *(done.stdout + done.stderr).splitlines()]
        return "```console\n" + "\n".join(lines) + "\n```"

    text = page.read_text("utf-8")
    wanted = re.sub(r"```console\n(.*?)\n```", printed, text, flags=re.DOTALL)
    if update_golden:
        page.write_text(wanted, "utf-8")
    assert page.read_text("utf-8") == wanted, "new output: write it with --update-golden"


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


def test_every_dependency_has_a_reason() -> None:
    """docs/dependencies.md has a row for each package that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    asked = [*project["project"]["dependencies"], *(line for group in groups for line in group)]
    names = {re.split(r"[^a-z0-9-]", line)[0] for line in asked}
    rows = re.findall(r"^\| ([a-z0-9, -]+) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} - {"package"} == names


def test_the_readme_shows_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The diagnosis in README.md is the real one."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["check", "samples/bad-quantity/input.edi"]) == 1
    shown = (ROOT / "README.md").read_text("utf-8").partition("```\n")[2].partition("```")[0]
    assert shown.strip()
    assert shown.strip() in capsys.readouterr().out


def test_the_readme_shows_the_real_message_id(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id in README.md is the one that this input always gets."""
    monkeypatch.chdir(ROOT)
    assert run(["decode", "samples/850-stock-order/input.edi"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert re.findall(r"message_id +(\S+)", (ROOT / "README.md").read_text("utf-8")) == [event["id"]]
