"""What an accepted transaction set says that cannot be right, although its guide finds nothing wrong.

All of these are warnings that no acknowledgment tells: the document goes on, and a person may want to look.
"""

from collections.abc import Iterator, Sequence

from adapters.formats.x12.tree import Loop, Segment
from adapters.mappings.context import Finding
from adapters.translation.x12_amount_totals import amount_findings
from adapters.translation.x12_identifiers import identifier_findings
from adapters.translation.x12_levels import level_findings
from adapters.translation.x12_totals import total_findings


def content_findings(tree: Loop, release: str, segments: Sequence[Segment]) -> Iterator[Finding]:
    """Counts, sums, levels and identifiers that contradict themselves; ``segments`` are those of the tree."""
    yield from total_findings(tree)
    yield from amount_findings(tree)
    yield from level_findings(tree)
    yield from identifier_findings(tree, release, segments)
