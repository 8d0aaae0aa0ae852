"""What is wrong in the settings, as values, and the one error that carries all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from canonical.problem import ProblemKind


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong in the settings, with its place, what was found, what is expected and what to do."""

    kind: ProblemKind
    file: str
    """Path as a person would name it, or ``environment``."""
    key: str
    """Dotted name as ``http.listen``, or the environment variable; empty for a whole file."""
    line: int | None = None
    """Line in the file, from 1."""
    found: str | None = None
    """The value as written; never a secret."""
    expected: str | None = None
    help: str | None = None

    @property
    def code(self) -> str:
        """Stable code, as ``CFG-E0004``."""
        return self.kind.code

    @property
    def place(self) -> str:
        """``wharf.toml:14``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain JSON values, with the field names of all diagnostics."""
        return {
            "code": self.code,
            "severity": self.kind.severity.value,
            "message": self.kind.title,
            "file": self.file,
            "line": self.line,
            "key": self.key or None,
            "found": self.found,
            "expected": self.expected,
            "help": self.help or self.kind.help,
        }


class ConfigError(Exception):
    """The settings are refused; ``problems`` names everything that is wrong at once."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(render_problems(self.problems))


def render_problem(problem: ConfigProblem) -> str:
    """One problem as a few lines of plain text for a terminal."""
    lines = [
        f"{problem.kind.severity.value}[{problem.code}]: {problem.kind.title}",
        f"  --> {problem.place}" + (f"   {problem.key}" if problem.key else ""),
    ]
    if problem.found is not None:
        lines.append(f"   = found: {problem.found}")
    if problem.expected is not None:
        lines.append(f"   = expected: {problem.expected}")
    lines.append(f"   = help: {problem.help or problem.kind.help}")
    return "\n".join(lines)


def render_problems(problems: Sequence[ConfigProblem]) -> str:
    """All problems with a blank line between, and how many there are."""
    count = sum(problem.kind.severity.value == "error" for problem in problems)
    told = "\n\n".join(render_problem(problem) for problem in problems)
    return f"{told}\n\n{count} {'thing is' if count == 1 else 'things are'} wrong in the settings." if count else told
