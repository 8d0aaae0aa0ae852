"""Where the samples lie: beside the source, or inside the installed package."""

from pathlib import Path

_HERE = Path(__file__).parent


def samples_folder() -> Path:
    """The folder of the samples. Raises FileNotFoundError where the installation has none."""
    for folder in (_HERE.parent / "samples", _HERE / "_samples"):
        if (folder / "demo.txt").is_file():
            return folder
    raise FileNotFoundError(2, "the samples are not part of this installation", str(_HERE / "_samples"))


def demo_cases() -> list[Path]:
    """The folders that the demo feeds, in their order."""
    folder = samples_folder()
    lines = (folder / "demo.txt").read_text("utf-8").splitlines()
    return [folder / line.strip() for line in lines if line.strip() and not line.startswith("#")]
