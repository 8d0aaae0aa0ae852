"""Cursors of pages: opaque to whoever gets one, and only good for the list that gave it."""

import base64
import binascii

from canonical.problem import Problem
from gateway.http.problems import ApiError
from gateway.problems_http import WRONG_PARAMETER

PATTERN = r"^[A-Za-z0-9_-]{1,64}$"


def cursor(of: str, place: int) -> str:
    """The cursor of a place in a list."""
    return base64.urlsafe_b64encode(f"{of} {place}".encode()).decode().rstrip("=")


def place_of(of: str, cursor: str | None) -> int | None:
    """The place; None for none. Raises ApiError where it is no cursor of this list."""
    if cursor is None:
        return None
    try:
        name, _, place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        if name == of and place.isascii() and place.isdigit() and len(place) < 19:
            return int(place)
    except (binascii.Error, UnicodeDecodeError):
        pass
    problem = Problem(
        code=WRONG_PARAMETER.code, severity=WRONG_PARAMETER.severity, message=WRONG_PARAMETER.title, path="after",
        expected="a cursor that this list gave",
    )  # fmt: skip
    raise ApiError(422, WRONG_PARAMETER, problems=[problem])
