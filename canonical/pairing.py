"""Which document of one delivery belongs to which of another: by type, number, order and purpose."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from canonical.document import Document

Pair = tuple[Document | None, Document | None]


def pairs(left: Sequence[Document], right: Sequence[Document]) -> list[Pair]:
    """The documents that belong together, in the order of the left side; then those that stand on the right alone.

    The surest match comes first: the same type, number, order and purpose. A document whose purpose or order differs is
    still that document. Of several that are alike, the first belongs to the first.
    """
    found: dict[int, int] = {}
    free = dict.fromkeys(range(len(right)))
    for identity in (_exactly, _of_order, _by_number):
        waiting = _by(identity, right, free)
        for at, document in enumerate(left):
            places = waiting.get(identity(document))
            if at not in found and places:
                found[at] = places.pop()
                del free[found[at]]
    together: list[Pair] = [(document, right[found[at]] if at in found else None) for at, document in enumerate(left)]
    return [*together, *((None, right[at]) for at in free)]


def _by(
    identity: Callable[[Document], Hashable], documents: Sequence[Document], free: dict[int, None]
) -> dict[Hashable, list[int]]:
    """The places of documents by identity, the first one last."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for at in reversed(free):
        places[identity(documents[at])].append(at)
    return places


def _exactly(document: Document) -> Hashable:
    return document.document_type, document.number, document.correlation, document.purpose


def _of_order(document: Document) -> Hashable:
    return document.document_type, document.number, document.correlation


def _by_number(document: Document) -> Hashable:
    return document.document_type, document.number
