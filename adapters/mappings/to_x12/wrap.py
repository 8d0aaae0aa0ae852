"""Long texts in pieces that reading joins again with a blank."""

from collections.abc import Iterator


def pieces(text: str, longest: int) -> Iterator[str]:
    """The text cut at blanks into pieces of at most so many characters; one word longer than that stays whole.

    Joined with one blank the pieces are the text again. A blank that would begin or end a piece is no place to cut:
    blanks at the ends of an element are not sent.
    """
    while len(text) > longest:
        at = _cut(text, longest)
        if at < 0:
            break
        yield text[:at]
        text = text[at + 1 :]
    if text:
        yield text


def _cut(text: str, longest: int) -> int:
    """The last single blank that leaves a piece short enough, else the first one at all, else -1."""
    places: list[int] = [*range(longest, 0, -1), *range(longest + 1, len(text) - 1)]
    for at in places:
        if text[at] == " " and text[at - 1] != " " and text[at + 1] != " ":
            return at
    return -1
