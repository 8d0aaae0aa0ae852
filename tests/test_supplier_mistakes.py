"""docs/supplier-mistakes.md shows what the commands really print."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

import pytest

from gateway.cli.main import run
from tests.rigs.supplier_mistakes import MISTAKES, Mistake

PAGE = Path(__file__).parents[1] / "docs/supplier-mistakes.md"
WIDTH = 120
NOT_TOLD = "(nothing: the 997 accepts it, and only a mail can tell)"
INTRODUCTION = """\
# Ten mistakes, as a supplier should see them

What goes wrong most often in the files of suppliers, what `wharf check FILE` prints for it, and what the supplier's own
system is told by the acknowledgment. Each section can be pasted into a mail as it stands. All names are invented; the
files are those of `wharf sample`, with one thing changed.

Whoever gets such a mail can look each code up with `wharf explain CODE`, or in [problem-codes.md](problem-codes.md).
How the acknowledgments say what was wrong, rule by rule, is in [acknowledgments.md](acknowledgments.md).
"""


def printed(mistake: Mistake, capfd: pytest.CaptureFixture[str]) -> str:
    """What ``wharf check`` prints of the file in the current folder."""
    capfd.readouterr()
    assert run(["check", mistake.file]) in (0, 1)
    return capfd.readouterr().out.rstrip()


def told(mistake: Mistake, capfd: pytest.CaptureFixture[str]) -> str:
    """The segments of the answer that say what was wrong."""
    capfd.readouterr()
    run(["ack", mistake.file])
    rows = capfd.readouterr().out.splitlines()
    kept = [row for row in rows if row.startswith(("TA1", "AK2", "AK3", "AK4", "AK5", "AK9"))]
    assert kept
    return "\n".join(kept) if "AK5*A~" not in kept else NOT_TOLD


def section(number: int, mistake: Mistake, capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    """One mistake: what was sent, the terminal, the acknowledgment, what to do."""
    rows = mistake.content().decode().splitlines()
    sent = [row for text in rows for row in re.findall(r"[^~]+~", text) if row.startswith(mistake.sent)]
    assert all(any(row.startswith(start) for row in sent) for start in mistake.sent)
    yield from (f"## {number}. {mistake.title}", "", fill(mistake.why, WIDTH), "", "What was sent:", "")
    yield from ("```text", *sent, "```", "", f"`wharf check {mistake.file}`", "")
    yield from ("```text", printed(mistake, capfd), "```", "", "What the acknowledgment says:", "")
    yield from ("```text", told(mistake, capfd), "```", "", f"*To mend it:* {mistake.mend}", "")


def test_the_page_of_mistakes_is_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], update_golden: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    for mistake in MISTAKES:
        Path(mistake.file).write_bytes(mistake.content())
    sections = [
        "\n".join(section(number, mistake, capfd)) for number, mistake in enumerate(MISTAKES, start=1)
    ]  # fmt: skip
    wanted = "\n".join([INTRODUCTION, *sections])
    if update_golden:
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted, "write it anew with --update-golden"


def test_there_are_ten() -> None:
    assert len({mistake.file for mistake in MISTAKES}) == len(MISTAKES) == 10
