"""A target for atheris, which looks for files that break the reader for as long as it is let.

atheris is no dependency of the project. In an environment of its own:

    python3 -m venv fuzzing
    fuzzing/bin/pip install -r requirements/core.txt
    fuzzing/bin/pip install atheris hypothesis pytest
    PYTHONPATH=. fuzzing/bin/python tests/fuzz/x12_target.py --seeds FOLDER
    PYTHONPATH=. fuzzing/bin/python tests/fuzz/x12_target.py -max_total_time=600 -max_len=4096 -timeout=20 FOLDER

The first line with ``--seeds`` fills an empty folder with the samples; the second reads and extends it. What broke the
reader is left in the working directory as ``crash-*``, and given alone as an argument it is run once more.
"""

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["adapters", "canonical"]):
    from tests.rigs.x12_invariants import examine_answers, examine_reading

from tests.rigs.x12_mutations import SEEDS


def examine(content: bytes) -> None:
    """One execution."""
    examine_reading(content)
    examine_answers(content)


def main() -> None:
    """Writes the seeds, or runs."""
    if sys.argv[1:2] == ["--seeds"]:
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        for content in SEEDS:
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
        return
    atheris.Setup(sys.argv, examine)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
