"""Documents that someone filled in wrongly: canonical data of the samples, changed by chance."""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from adapters.mappings.to_x12.registry import X12_BUILDERS
from tests.rigs.samples import input_of, sample_folders
from tests.rigs.x12_written import messages

_ODD: Final[tuple[Any, ...]] = (
    None, "", " ", "*", "~", ">", "A*B~C>D^E", "\n", "\x00", "\ud800", "é", "№" * 3, "9" * 400, "-1", "1E9", "1.005",
    "2026-02-30", "2026-11-20", "25:61", "UL", "XX", "ZZZZ", 0, -1, 10**18, 1.5, True, [], {}, [None], ["x"],
    {"x12": None}, {"x12": {}}, {"x12": ["no segment"]}, {"x12": [{"segment": "", "elements": []}]},
    {"x12": [{"segment": "REF", "elements": ["IV", "1"]}]}, {"x12": [{"segment": "IEA~", "elements": ["1"]}]},
    {"x12": [{"segment": "REF", "elements": ["IV"], "loop": "N1[9]"}]},
    {"x12": [{"segment": "HL", "elements": ["1"], "loop": "HL[1]/HL[2]"}]},
    {"x12": [{"segment": "SE", "elements": ["1", "0001"]}]},
    {"x12": [{"segment": "PID", "elements": ["F", "", "", "", "x"], "loop": "PO1[1]/PID[0]"}]},
)  # fmt: skip
"""Values of another type, form or length than a field takes, and kept segments that never stood there."""

_TEXTS: Final = [one for one in _ODD if isinstance(one, str)]

_Draw = Callable[[st.SearchStrategy[int]], int]
_PLACES: Final = st.integers(0, 9_999)


@cache
def document_seeds() -> list[str]:
    """The documents of the samples that can be written, as JSON text; those with codes of a partner's own cannot."""
    folders = [folder for folder in sample_folders() if not folder.name.startswith(("overlay", "hl7"))]
    found = [message for path in map(input_of, folders) for message in messages(path.read_bytes())]
    documents = [message.document for message in found if message.accepted]
    return sorted({json.dumps(one.to_data()) for one in documents if one.document_type in X12_BUILDERS})


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each holder in the data with one of its keys or indexes."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield value, key
        yield from _places(below)


def _change(draw: _Draw, data: Any) -> None:
    places = [place for place in _places(data) if place[1] != "documentType"]
    holder, key = places[draw(_PLACES) * len(places) // 10_000]
    match draw(st.integers(0, 6)):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.extend(copy.deepcopy(holder[key]) for _ in range(draw(st.integers(1, 40))))
        case 2 if isinstance(holder[key], str):
            mark = "*~>^ \n"[draw(st.integers(0, 5))]
            holder[key] = mark.join((holder[key], holder[key]))
        case 3:
            other, name = places[draw(_PLACES) * len(places) // 10_000]
            if name in other if isinstance(other, dict) else name < len(other):
                holder[key] = copy.deepcopy(other[name])
        case 4 if isinstance(holder, dict) and "extensions" in holder:
            holder["extensions"] = copy.deepcopy(_ODD[draw(st.integers(0, len(_ODD) - 1))])
        case 5 if isinstance(holder[key], str):
            holder[key] = _TEXTS[draw(st.integers(0, len(_TEXTS) - 1))]
        case _:
            holder[key] = copy.deepcopy(_ODD[draw(st.integers(0, len(_ODD) - 1))])


@st.composite
def broken_documents(draw: st.DrawFn, most: int = 3) -> Any:
    """The data of a document with up to so many changes; often no document any more."""
    seeds = document_seeds()
    data = json.loads(seeds[draw(st.integers(0, len(seeds) - 1))])
    for _ in range(draw(st.integers(1, most))):
        _change(draw, data)
    return data
