"""Writes docs/corpus.md: what reading makes of the folder of public files that WHARF_CORPUS names.

Run ``python -m tests.corpus_table`` to see the page, with ``--write`` to put it in its place.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from canonical.problem import ProblemKind
from gateway.catalogue import CATALOGUE
from tests.rigs.corpus import FILES, Read, read, warned, written_back

PAGE: Final = Path(__file__).parents[1] / "docs/corpus.md"

_INTRODUCTION: Final = """\
# Public sample files

How Wharf fares with {files} public X12 files, collected from other projects' tests and examples and from vendors'
pages, and kept as they were found. Many were edited by hand, and some are wrong on purpose; traffic between translators
is cleaner. The files are not part of this project. Where `WHARF_CORPUS` names their folder, `tests/test_corpus.py`
holds this page to what is found, and `python -m tests.corpus_table --write` writes it anew.

## What comes out

Plain splitting, which knows no guide and checks nothing, finds {sets} transaction sets (a TA1 counts as one). Each
comes out of Wharf once, in the same order and by the same name: {accepted} as documents, {warned} of them with
warnings, and {rejected} as rejections, each with the place of its error. Files without any interchange: {unreadable}.
Of the {described} sets whose kind has a guide, {fitting} are accepted.

The rows are the folders: the kind of set, `mixed` for several kinds, `none` for files without a kind in their name.

"""

_PROBLEMS: Final = """
## What is told

Each problem that is told of these files, the commonest first, and whose fault it is. *Sample*: the file is at fault, or
was made so on purpose. *Ours*: the file may be right, and Wharf does not know it.

"""

_BACK: Final = """
## Written back

Each accepted document of a kind that Wharf writes too, written as X12 under the strict rules and read again. *Told* is
one that differs where a problem said so when it was written: a count that was wrong, or segments that the sender had
out of order. *Refused* is one with a value that Wharf takes from others and does not send itself, as a code that no
list has; the refusal names the field.

"""

_JUDGED: Final[dict[str, tuple[str, str]]] = {
    "MAP-W0002": ("sample", "three digits for a date; values one element off"),
    "MAP-W0004": ("sample", "a level without a parent, wrong on purpose"),
    "MAP-W0006": ("sample", "a quantity without its unit"),
    "X12-E0101": ("sample", "a transaction set without its envelope"),
    "X12-E0105": ("sample", "numbers edited by hand"),
    "X12-E0202": ("sample", "numbers edited by hand"),
    "X12-E0301": ("sample", "an empty shipment number; edges tried on purpose; a missing terminator"),
    "X12-E0307": ("sample", "words of a form in place of values; repetitions where there are none"),
    "X12-E0401": ("ours", "kinds without a guide: 000, 180, 214, 275, 816, 830, 852, 857, 867, 875, 880, 940, 945"),
    "X12-E0403": ("sample", "numbers edited by hand"),
    "X12-E0407": ("sample", "sets cut short to try a parser; one older than 004010"),
    "X12-E0413": ("sample", "the same set twice, on purpose or copied"),
    "X12-I0110": ("sample", "blanks of the fixed width lost in an editor"),
    "X12-I0111": ("sample", "an editor's mark"),
    "X12-I0116": ("ours", "releases without a guide of their own, read with the nearest"),
    "X12-I0314": ("sample", "separators after the last element"),
    "X12-W0106": ("sample", "wrong count"),
    "X12-W0119": ("sample", "made-up qualifiers and versions; ISA11 blank"),
    "X12-W0203": ("sample", "one generator's count of two for one set"),
    "X12-W0205": ("sample", "no release at all in GS08"),
    "X12-W0206": ("sample", "the same group twice, on purpose"),
    "X12-W0208": ("sample", "a remark inside the number"),
    "X12-W0209": ("ours", "groups of the kinds without a guide; three wrong GS01"),
    "X12-W0302": ("sample", "a qualifier without its value, or the other way round"),
    "X12-W0303": ("sample", "elements of the sender's own, and two segments run into one"),
    "X12-W0304": ("sample", "six-digit dates in 004010; placeholders; short numbers"),
    "X12-W0305": ("sample", "placeholders; leading blanks"),
    "X12-W0308": ("sample", "made-up codes, values one element off, codes wrong on purpose"),
    "X12-W0309": ("sample", "placeholders, dates of three digits, values one element off"),
    "X12-W0310": ("sample", "values one element off"),
    "X12-W0311": ("sample", "two segments run into one"),
    "X12-W0312": ("sample", "a hyphen declared as repetition separator, and hyphens in the data"),
    "X12-W0404": ("sample", "wrong count"),
    "X12-W0405": ("sample", "made-up and mistyped segment ids; segments of before 004010"),
    "X12-W0406": ("sample", "loops opened in the wrong place, on purpose"),
    "X12-W0409": ("sample", "repeated on purpose"),
    "X12-W0410": ("sample", "segments of another set; one set older than 004010"),
    "X12-W0411": ("sample", "segments out of order"),
    "X12-W0412": ("sample", "GS01 of another kind, mostly one generator's"),
    "X12-W0414": ("sample", "a number of ten digits"),
    "X12-W0415": ("ours", "ISB and ISE, rare segments around groups, are told and not understood"),
    "X12-W0416": ("sample", "wrong count"),
    "X12-W0417": ("sample", "wrong sum"),
    "X12-W0501": ("sample", "made-up item numbers"),
    "X12-W0502": ("sample", "made-up item numbers"),
    "X12-W0504": ("sample", "a made-up party number"),
    "X12-W0505": ("sample", "a made-up party number"),
    "X12-W0506": ("sample", "made-up container codes"),
    "X12-W0511": ("sample", "totals that no way of adding gives"),
    "X12-W0512": ("sample", "totals that no way of adding gives"),
    "X12-W0522": ("sample", "wrong on purpose"),
}
"""Whose fault a problem is in these files, and why we think so, each looked at."""


def page() -> str:
    """The whole page, from the files as they are."""
    files = [read(path) for path in FILES]
    messages = [message for file in files for message in file.messages]
    described = [
        message for message in messages if not any(problem.code == "X12-E0401" for problem in message.problems)
    ]
    facts = {
        "files": len(files),
        "sets": sum(map(_sets, files)),
        "accepted": sum(message.accepted for message in messages),
        "warned": sum(map(warned, messages)),
        "rejected": sum(map(_rejected, files)),
        "unreadable": sum(file.unreadable for file in files),
        "described": len(described) - sum(file.unreadable for file in files),
        "fitting": sum(message.accepted for message in described),
    }
    return "".join((_INTRODUCTION.format(**facts), _outcomes(files), _PROBLEMS, _problems(files), _BACK, _back(files)))


def _sets(file: Read) -> int:
    return sum(len(interchange.sets) for interchange in file.plain)


def _rejected(file: Read) -> int:
    return 0 if file.unreadable else sum(not message.accepted for message in file.messages)


def _outcomes(files: Sequence[Read]) -> str:
    folders: defaultdict[str, list[Read]] = defaultdict(list)
    for file in files:
        folders[file.path.parent.name].append(file)
    rows = [(name, _outcome(members)) for name, members in sorted(folders.items())]
    heads = ("folder", "files", "sets", "accepted", "with warnings", "rejected", "unreadable files")
    return _table(heads, [*((name, *counts) for name, counts in rows), ("**all**", *_outcome(files))])


def _outcome(files: Sequence[Read]) -> tuple[int, ...]:
    messages = [message for file in files for message in file.messages]
    clean = sum(message.accepted and not warned(message) for message in messages)
    return (
        len(files), sum(map(_sets, files)), clean, sum(map(warned, messages)), sum(map(_rejected, files)),
        sum(file.unreadable for file in files),
    )  # fmt: skip


def _problems(files: Sequence[Read]) -> str:
    counted: Counter[str] = Counter()
    told_of: defaultdict[str, set[Path]] = defaultdict(set)
    for file in files:
        for problem in file.problems:
            counted[problem.code] += 1
            told_of[problem.code].add(file.path)
    order = sorted(counted, key=lambda code: (-counted[code], code))
    rows = []
    for code in order:
        kind: ProblemKind = CATALOGUE[code]
        whose, why = _JUDGED.get(code, ("not judged", ""))
        link = f"[{code}](problem-codes.md#{code.lower()})"
        rows.append((link, kind.title, counted[code], len(told_of[code]), whose, why))
    return _table(("code", "what is told", "times", "files", "whose", "why"), rows)


def _back(files: Sequence[Read]) -> str:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for file in files:
        for result in () if file.unreadable else written_back(file):
            outcome = "refused" if result.refused is not None else "told" if result.differences else "same"
            counts[result.document.document_type][outcome] += 1
    outcomes = ("same", "told", "refused")
    rows = [(f"`{kind}`", *(counts[kind][outcome] for outcome in outcomes)) for kind in sorted(counts)]
    whole = ("**all**", *(sum(count[outcome] for count in counts.values()) for outcome in outcomes))
    return _table(("document", *outcomes), [*rows, whole])


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return (
        "".join("| " + " | ".join(map(str, cells)) + " |\n" for cells in lines)
        .replace("| --- ", "|---")
        .replace("--- |\n", "---|\n")
    )


if __name__ == "__main__":
    if not FILES:
        sys.exit("WHARF_CORPUS does not name a folder with x12/*/*.edi")
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), "utf-8")
    else:
        print(page(), end="")
