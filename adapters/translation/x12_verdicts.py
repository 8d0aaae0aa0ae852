"""The verdict on one transaction set, from what was found in it."""

from collections.abc import Sequence

from adapters.formats.x12.events import SetRead
from adapters.formats.x12.verdict import LONGEST_CONTEXT, acknowledge_set, bounds_of
from adapters.mappings.registry import named_number
from canonical.functional_acknowledgment import ContextIdentifier, SetAcknowledgment
from canonical.problem import Problem, Severity


def verdict_on(event: SetRead, own: Sequence[Problem], *, taken_along: bool) -> SetAcknowledgment:
    """The verdict on a set with these problems of its own; ``taken_along`` where another set's error rejects it.

    Errors of the envelopes around it are told in the acknowledgment of those, not here.
    """
    first = event.segments[0]
    message_type = first[1].strip()
    named = named_number(message_type, event.segments) if own else None
    return acknowledge_set(
        message_type,
        first[2].strip(),
        first[3].strip() or None,
        own,
        accepted=not taken_along and not any(problem.severity is Severity.ERROR for problem in own),
        bounds=bounds_of(event.segments) if own else (),
        about=ContextIdentifier(name=named[0], value=named[1][:LONGEST_CONTEXT]) if named else None,
    )
