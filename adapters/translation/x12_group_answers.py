"""The verdicts on the groups of an interchange, kept small until they are written.

A group may be smaller than its verdict: 1 MB of groups with nothing in them is 30,000 verdicts, which as models would
take 50 MB until the interchange ends. They are alike, so that a pack of them as compressed JSON takes a hundredth.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, overload

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from canonical.functional_acknowledgment import FunctionalAcknowledgment

_IN_A_PACK: Final = 128


class GroupAnswer(BaseModel):
    """One group's verdict, with the application parties of the group (GS02 and GS03 as sent)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sender: str
    receiver: str
    document: FunctionalAcknowledgment


_PACK: Final = TypeAdapter(list[GroupAnswer])


class GroupAnswers(Sequence[GroupAnswer]):
    """Verdicts in their order; as JSON a list of them."""

    def __init__(self, answers: Iterable[GroupAnswer] = ()) -> None:
        self._packs: list[bytes] = []
        self._latest: list[GroupAnswer] = []
        for answer in answers:
            self.append(answer)

    def append(self, answer: GroupAnswer) -> None:
        """Adds one at the end."""
        if len(self._latest) == _IN_A_PACK:
            text = _PACK.dump_json(self._latest, by_alias=True, exclude_none=True)
            self._packs.append(zlib.compress(text, 1))
            self._latest = []
        self._latest.append(answer)

    def __len__(self) -> int:
        return len(self._packs) * _IN_A_PACK + len(self._latest)

    def __iter__(self) -> Iterator[GroupAnswer]:
        for pack in self._packs:
            yield from _unpacked(pack)
        yield from self._latest

    @overload
    def __getitem__(self, at: int) -> GroupAnswer: ...
    @overload
    def __getitem__(self, at: slice) -> list[GroupAnswer]: ...
    def __getitem__(self, at: int | slice) -> GroupAnswer | list[GroupAnswer]:
        if isinstance(at, slice):
            return list(self)[at]
        pack, place = divmod(range(len(self))[at], _IN_A_PACK)
        return (_unpacked(self._packs[pack]) if pack < len(self._packs) else self._latest)[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupAnswers) and (self._packs, self._latest) == (other._packs, other._latest)

    def __hash__(self) -> int:
        return hash(tuple(self._packs))

    def __repr__(self) -> str:
        return f"<{len(self)} verdicts on groups>"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A field of this type takes a list, and writes one verdict after another."""
        # One by one in both directions, so that they are never all there as models.
        each = core_schema.generator_schema(handler(GroupAnswer))
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(cls, each)],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(iter, return_schema=each),
        )


def _unpacked(pack: bytes) -> list[GroupAnswer]:
    return _PACK.validate_json(zlib.decompress(pack))
