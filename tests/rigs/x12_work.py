"""How much work reading a delivery is: function calls, and bytes that are looked at."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Final, SupportsIndex, overload

from tests.rigs.x12_invariants import items_of

_BYTES_A_CALL: Final = 64
"""Bytes that are copied or searched in the time of a call, or fewer."""


class _Watched(bytes):
    """Bytes that count how many of them are copied and searched."""

    seen = 0

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice[Any, Any, Any], /) -> bytes: ...
    def __getitem__(self, key: Any, /) -> Any:
        found = super().__getitem__(key)
        if isinstance(found, bytes):
            self.seen += len(found)
        return found

    def find(self, sub: Any, start: Any = 0, end: Any = None, /) -> int:
        found = super().find(sub, start, end)
        self.seen += (found if found >= 0 else len(self) if end is None else end) - start
        return found

    def rfind(self, sub: Any, start: Any = 0, end: Any = None, /) -> int:
        found = super().rfind(sub, start, end)
        self.seen += (len(self) if end is None else end) - (found if found >= 0 else start)
        return found


def work_of(content: bytes) -> int:
    """The work of reading the content once, in calls; the same each time but for what is made when first needed."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    watched = _Watched(content)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        items_of(watched)
    finally:
        sys.setprofile(before)
    return calls + watched.seen // _BYTES_A_CALL
