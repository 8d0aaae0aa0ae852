"""``python -m tests.chaos``: runs a campaign, or the controls, and writes the report."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.broken import CONTROLS
from tests.chaos.campaign import Result, run
from tests.chaos.report import CAUGHT, caught, report, table
from tests.chaos.schedule import read_schedule
from tests.chaos.tiers import MINUTE, control, night

EVERY = "all"


def main() -> int:
    """Exit 0 every promise was kept (with ``--control all``: every defect was caught), 1 not so."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long things are broken; 0 is the short tier")
    parser.add_argument("--seed", type=int, default=20261121, help="what is sent and what is broken follows from it")
    parser.add_argument("--ledger", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1, help="gateways on one ledger (postgres)")
    parser.add_argument("--schedule", type=Path, help="a schedule.json to play again")
    parser.add_argument("--folder", type=Path, help="an empty folder where journals, logs and the report stay")
    parser.add_argument(
        "--control", choices=[*CONTROLS, EVERY], help="a gateway with this defect, which must be caught"
    )
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="chaos-"))
    print(f"chaos: seed {chosen.seed}, in {folder}", flush=True)
    if chosen.control == EVERY:
        return _controls(folder, chosen.seed)
    if chosen.control:
        result = run(control(chosen.control), chosen.seed, folder, control=chosen.control)
    else:
        tier = night(chosen.minutes, chosen.ledger, chosen.nodes) if chosen.minutes else MINUTE
        schedule = read_schedule(chosen.schedule) if chosen.schedule else None
        result = run(tier, chosen.seed, folder, schedule=schedule)
    text = report(result)
    if result.control:
        text += "\n".join(["", *table(CAUGHT), caught(result), ""])
    (folder / "report.md").write_text(text)
    print(text)
    return 1 if result.violations else 0


def _controls(folder: Path, seed: int) -> int:
    """Each defect in a campaign of its own."""
    results: list[Result] = []
    for name in CONTROLS:
        results.append(run(control(name), seed, folder / name, control=name))
        print(caught(results[-1]), flush=True)
    text = "\n".join(["## Controls", "", *table(CAUGHT), *map(caught, results), ""])
    (folder / "controls.md").write_text(text)
    print(text)
    return 0 if all(_is_caught(result) for result in results) else 1


def _is_caught(result: Result) -> bool:
    assert result.control is not None
    return any(one.invariant == CONTROLS[result.control].invariant for one in result.violations)


if __name__ == "__main__":
    sys.exit(main())
