"""What can be wrong with the rules of routing."""

from typing import Final

from canonical.problem import ProblemKind

ROUTE_TWICE: Final = ProblemKind(
    "CFG-E0411",
    "two rules of routing have one name",
    "Parked documents and the ledger know a rule by its name.",
    "Give each rule a name of its own.",
)
ROUTE_NOT_POSSIBLE: Final = ProblemKind(
    "CFG-E0412",
    "rule of routing cannot do this",
    "The parts of the rule do not fit each other: a conversion of a document that it does not convert, a vendor "
    "where none "
    "can be told, a field that the document does not have.",
    "Correct the value that is named; docs/routes.md tells what fits what.",
    'when = { document_type = "invoice" }\nthen = { convert = "purchase_order", to = "vendor" }',
)
