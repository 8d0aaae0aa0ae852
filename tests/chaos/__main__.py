"""``python -m tests.chaos``: runs a campaign and writes its report."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.campaign import run
from tests.chaos.report import report
from tests.chaos.schedule import read_schedule
from tests.chaos.tiers import MINUTE, night


def main() -> int:
    """Exit 0 no promise was broken, 1 some was."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long things are broken; 0 is the short tier")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--schedule", type=Path, help="a schedule.json to play again")
    parser.add_argument("--folder", type=Path, help="where journals, logs and the report stay")
    parser.add_argument("--control", help="a defect that must be caught: see broken.py")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="chaos-"))
    tier = night(chosen.minutes) if chosen.minutes else MINUTE
    print(f"chaos: {tier.seconds / 60:.0f} minutes, seed {chosen.seed}, in {folder}", flush=True)
    result = run(
        tier, chosen.seed, folder, control=chosen.control,
        schedule=read_schedule(chosen.schedule) if chosen.schedule else None,
    )  # fmt: skip
    text = report(result)
    (folder / "report.md").write_text(text)
    print(text)
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
