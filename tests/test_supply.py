"""What is installed is what was locked, and nothing that comes in is ever run."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUNS = {"eval", "exec", "compile", "__import__"}
UNPACKS = {"pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"}
SHAPES = "canonical/wire_shapes.py"
"""Writes functions from our own models, before anything comes in."""
PROFILES = "gateway/opinion/profile_worker.py"
"""Reads profiles of hl7apy, which are pickles: in a process of its own, and plain data alone."""


@pytest.mark.failure("L5")
@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_dependency_is_locked_to_its_digests(path: Path) -> None:
    entries = re.split(
        r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE).strip()
    )
    assert entries
    assert [entry for entry in entries if "==" not in entry.split()[0] or "--hash=sha256:" not in entry] == []


@pytest.mark.failure("L7")
def test_nothing_that_comes_in_becomes_code() -> None:
    found = []
    for folder in ("canonical", "adapters", "gateway"):
        for path in (ROOT / folder).rglob("*.py"):
            place = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module]
                if called or any(name.partition(".")[0] in UNPACKS for name in names):
                    found.append(place)
    assert set(found) == {PROFILES, SHAPES}
