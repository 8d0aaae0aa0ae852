"""Finds which tests show which rows, and writes the page of them."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.failures.rows import REASONS, SECTIONS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "failure-model.md"
_MARK = "failure"
_HEAD = Path(__file__).with_name("head.md")


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """One test."""

    path: str
    name: str


def marked(folder: Path) -> Iterator[tuple[str, Shown]]:
    """Each mark: the row that it names, and the test. A mark of a module is of all its tests."""
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text("utf-8")
        if f".{_MARK}(" not in text:
            continue
        tree = ast.parse(text)
        of_module = [
            row
            for node in tree.body
            if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "pytestmark" for each in node.targets)
            for row in _rows(node.value)
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                own = [row for decorator in node.decorator_list for row in _rows(decorator)]
                for row in dict.fromkeys([*of_module, *own]):
                    yield row, Shown(path.relative_to(ROOT).as_posix(), node.name)


def shown_by(folder: Path) -> dict[str, list[Shown]]:
    """The tests of each row that has any."""
    found: dict[str, list[Shown]] = {}
    for row, test in marked(folder):
        found.setdefault(row, []).append(test)
    return {row: sorted(tests) for row, tests in found.items()}


def page(shown: Mapping[str, Sequence[Shown]], points: int) -> str:
    """The page as Markdown."""
    count = sum(len(rows) for rows in SECTIONS.values())
    parts = [_HEAD.read_text("utf-8").format(count=count, shown=count - len(REASONS), points=points)]
    for title, rows in SECTIONS.items():
        parts.append(f"## {title}\n\n| | what fails | what holds | shown by |\n|---|---|---|---|\n")
        for id, row in rows.items():
            tests = "<br>".join(_link(test) for test in shown.get(id, ()))
            parts.append(f"| {id} | {row.fails} | {row.holds} | {tests or f'*{REASONS[id]}*'} |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _link(test: Shown) -> str:
    return f"[{test.name.removeprefix('test_').replace('_', ' ')}](../{test.path})"


def _rows(node: ast.AST) -> Iterator[str]:
    """The arguments of every ``pytest.mark.failure(...)`` in an expression."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == _MARK:
            for argument in each.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
