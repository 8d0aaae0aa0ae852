"""Writes a complete working folder of settings for a first run."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

FILES = {
    "wharf.toml": "wharf.toml",
    "partners/acme.toml": "partners/acme.toml",
    "partners/unlisted.toml": "partners/unlisted.toml",
    ".gitignore": "gitignore",
}
"""What is written, and the template it comes from."""
FOLDERS = ("var/drop/in", "var/drop/done", "var/drop/rejected", "var/drop/out")


class AlreadyThereError(Exception):
    """Files would be overwritten; the message names them."""


def write_settings(directory: Path, *, force: bool = False) -> list[Path]:
    """Writes the files and folders and returns the files. Without ``force`` nothing that exists is touched."""
    there = [name for name in FILES if (directory / name).exists()]
    if there and not force:
        raise AlreadyThereError(f"{directory} has {', '.join(there)} already; nothing was written (--force overwrites)")
    templates = resources.files("gateway") / "templates"
    written = []
    for name, template in FILES.items():
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_template(templates, template).read_text(encoding="utf-8"), encoding="utf-8")
        written.append(target)
    for folder in FOLDERS:
        (directory / folder).mkdir(parents=True, exist_ok=True)
    return written


def _template(templates: Traversable, name: str) -> Traversable:
    for part in name.split("/"):
        templates = templates / part
    return templates
