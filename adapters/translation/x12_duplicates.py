"""What a control number means that comes again inside its envelope, as the partner's switches say."""

from adapters.formats.x12 import problems
from adapters.partner import Partner
from canonical.problem import ProblemKind, Severity


def usual_severity(kind: ProblemKind, partner: Partner) -> Severity:
    """The severity of a fault of an envelope: that of its kind, or as ``duplicates.group`` and ``.set`` say."""
    if kind is problems.GROUP_NUMBER_REPEATED:
        return Severity.ERROR if partner.duplicates.group == "reject" else Severity.WARNING
    if kind is problems.SET_NUMBER_REPEATED:
        return Severity.ERROR if partner.duplicates.set == "reject" else Severity.WARNING
    return kind.severity
