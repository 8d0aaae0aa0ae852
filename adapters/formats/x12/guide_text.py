"""The text of the guides: lines, fields and words, before they become guides.

``guides/README.md`` tells the grammar. Files are read once, when something in them is asked for.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources


def lines_of(name: str) -> list[str]:
    """The lines of a guide file without comments; an indented ``...`` or ``|`` continues the one before."""
    file = resources.files(__package__) / "guides" / name
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].rstrip()
        if text.startswith(" ") and text.lstrip().startswith("|"):
            lines[-1] += text
        elif text.startswith("  ..."):
            lines[-1] += text.replace("...", "", 1)
        elif text:
            lines.append(text)
    return lines


def fields(line: str) -> list[str]:
    """The fields of a record, between its bars."""
    return [field.strip() for field in line.split("|")]


def holds(word: str, release: str) -> bool:
    """Whether a word counts in a release: always, unless it ends in another ``@release``."""
    _, mark, only = word.partition("@")
    return not mark or only == release


def bare(word: str) -> str:
    """A word without its ``@release``."""
    return word.partition("@")[0]


def expanded(text: str) -> Iterator[str]:
    """The words of a list of elements, ``2x(235 234)`` written out."""
    words = iter(text.split())
    for word in words:
        times, mark, first = word.partition("x(")
        if not mark:
            yield word
            continue
        group = [first]
        while not group[-1].endswith(")"):
            group.append(next(words))
        group[-1] = group[-1].removesuffix(")")
        yield from group * int(times)


@cache
def records(name: str) -> dict[str, tuple[str, ...]]:
    """The records of a file by their first field, without its ``@release``."""
    every = (tuple(fields(line)) for line in lines_of(name))
    return {bare(record[0]): record for record in every}


@cache
def set_ids() -> frozenset[str]:
    """The transaction sets that have a guide."""
    folder = resources.files(__package__) / "guides"
    names = (file.name.removesuffix(".txt") for file in folder.iterdir())
    return frozenset(name for name in names if name.isdecimal())


@cache
def functional_ids() -> dict[str, str]:
    """The functional id (GS01) by transaction set."""
    by_id = (fields(line) for line in lines_of("functional-ids.txt"))
    return {set_id: functional_id for functional_id, set_ids in by_id for set_id in set_ids.split()}


@cache
def codes(number: str, release: str) -> frozenset[str] | None:
    """The codes of an element in a release; ``None`` where no list is kept."""
    words = [word for line in _code_lines(number) for word in _code_words(line)]
    return frozenset(bare(word) for word in words if holds(word, release)) if words else None


@cache
def code_names(number: str) -> dict[str, str]:
    """The names of an element's codes, where they have one."""
    named = (fields(line) for line in _code_lines(number) if "|" in line)
    return {bare(code): name for code, name in named}


@cache
def coded_elements() -> frozenset[str]:
    """The elements that have a list of codes."""
    folder = resources.files(__package__) / "guides" / "codes"
    return frozenset(file.name.removesuffix(".txt") for file in folder.iterdir())


@cache
def loop_names() -> dict[str, tuple[str, tuple[int, ...]]]:
    """What each loop is, by its id, and the elements of its first segment that tell one from the next."""
    every = (fields(line) for line in lines_of("loops.txt"))
    return {loop: (name, tuple(map(int, told.split()))) for loop, name, told in every}


@cache
def position_names() -> dict[tuple[str, int], str]:
    """What stands at an element's position in a segment, where the element's own name does not say enough."""
    every = (fields(line) for line in lines_of("positions.txt"))
    named = ((tag, entry.partition(" ")) for tag, *entries in every for entry in entries)
    return {(tag, int(position)): name for tag, (position, _, name) in named}


@cache
def _code_lines(number: str) -> tuple[str, ...]:
    if number not in coded_elements():
        return ()
    return tuple(lines_of(f"codes/{number}.txt"))


def _code_words(line: str) -> list[str]:
    return [fields(line)[0]] if "|" in line else line.split()
