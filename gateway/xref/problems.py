"""What can be wrong with cross-reference tables."""

from typing import Final

from canonical.problem import ProblemKind

TABLE_NOT_READABLE: Final = ProblemKind(
    "CFG-E0401",
    "cross-reference table cannot be read",
    "A table is a CSV file in UTF-8: a line of column names, then one row a line, separated by commas. The file "
    "cannot be "
    "read as that, or is far too large.",
    "Look at the named line; a text that holds a comma or a quotation mark stands in double quotes. Spreadsheets "
    "save this "
    'form as "CSV UTF-8".',
)
WRONG_HEADER: Final = ProblemKind(
    "CFG-E0402",
    "columns of a cross-reference table are not right",
    "The first line names the columns, in any order. One of them is not known to this table, stands there twice, or is "
    "missing.",
    "Use the names of the columns that docs/cross-references.md lists for this table.",
    "item,mine,theirs",
)
WRONG_CELL: Final = ProblemKind(
    "CFG-E0403",
    "row of a cross-reference table is not right",
    "A cell that is needed is empty, or holds what does not fit its column: a day that does not exist, a factor "
    "that is no "
    "number, a partner that the settings do not have.",
    "Correct the cell that is named.",
    "acme,S10442,GLV-N-M,,21.11.2026",
)
ROWS_OVERLAP: Final = ProblemKind(
    "CFG-E0404",
    "two rows of a cross-reference table hold at the same time",
    "Both rows say something about the same entry, and there are days on which both are valid. Nobody could say "
    "which of "
    "them answers.",
    "Remove one, or let the older one end (valid_to) on the day before the newer one begins (valid_from).",
)
UNITS_CONTRADICT: Final = ProblemKind(
    "CFG-E0405",
    "factors between units contradict each other",
    "Over one way the rows give another factor than over the other: from box to each and back, or over a third "
    "unit. An "
    "order would be for another quantity, depending on the way that is taken.",
    "Correct the factor that is wrong. A row works in both directions, so that the way back needs no row of its own.",
    "acme,S10442,BX,EA,100 and acme,S10442,EA,BX,0.1",
)
TABLE_UNKNOWN: Final = ProblemKind(
    "CFG-W0406",
    "file in xref/ belongs to no table",
    "Each CSV file in the folder xref has the name of its table. This one has another name and is not read.",
    "Rename it to item.csv, unit.csv, vendor.csv, location.csv or account.csv, or move it elsewhere.",
)
