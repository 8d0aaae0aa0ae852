"""What pyx12 says of one interchange. Run as a script of its own, which may hang, crash or grow without harm.

Reads the interchange from standard input and writes one JSON object to standard output: ``errors`` (level, code, text,
the segment of the interchange counted from 1), ``segments`` that were read, ``failed`` where it gave up, ``validated``
where it has a map of every group: the sets that it checked, and ``findings`` in them.
It imports nothing of the gateway, so that its limits hold for pyx12 alone.
"""

import io
import json
import logging
import resource
import sys
from typing import Any

MEMORY = 1 << 30
"""Bytes of address space."""
PROCESSOR = 20
"""Seconds of processor time."""
MOST = 500
"""Errors that are told of one interchange."""
UNUSABLE = frozenset({"997.4010.xml"})
"""Maps that refuse every set: in this one AK1 has the place of ST."""
LONGEST = 300
"""Characters of an error's text."""


def opinion(text: str) -> dict[str, Any]:
    """The errors that pyx12's reader finds, and what its maps say where it has them."""
    import pyx12.x12file

    told: dict[str, Any] = {"errors": [], "segments": 0}
    groups: list[tuple[str, str]] = []
    try:
        reader = pyx12.x12file.X12Reader(io.StringIO(text))
        for segment in reader:
            told["segments"] += 1
            if segment.get_seg_id() == "GS":
                groups.append((segment.get_value("GS01") or "", segment.get_value("GS08") or ""))
            _collect(reader, told)
        reader.cleanup()
        _collect(reader, told)
    except Exception as error:  # noqa: BLE001 - whatever pyx12 meets is told, not raised
        return told | {"failed": f"{type(error).__name__}: {error}"[:LONGEST]}
    if groups and all(_has_map(reader.icvn, *group) for group in groups):
        told |= _validated(text)
    return told


def _collect(reader: Any, told: dict[str, Any]) -> None:
    for level, code, text, _, segment in reader.pop_errors():
        if len(told["errors"]) < MOST:
            told["errors"].append([level, code, str(text)[:LONGEST], segment or told["segments"]])


def _has_map(version: str, functional_id: str, release: str) -> bool:
    import pyx12.map_index

    found = pyx12.map_index.map_index(None).get_filename(version, release, functional_id)
    return found is not None and found not in UNUSABLE


def _validated(text: str) -> dict[str, Any]:
    """What pyx12's maps find, as [ST01, ST02, segment of the set, segment id, element, code, text]."""
    import pyx12.params
    import pyx12.x12n_document

    found = io.StringIO()
    source, answer = io.StringIO(text), io.StringIO()
    try:
        pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), source, answer, None, fd_json=found)
        report = json.loads(found.getvalue())
    except Exception:  # noqa: BLE001 - a map that breaks off leaves the reader's opinion
        return {}
    sets, findings = [], []
    for one in (one for interchange in report["interchanges"] for group in interchange["groups"]
                for one in group["transactions"]):  # fmt: skip
        named = [one["trn_set_id"], one["trn_set_control_num"]]
        sets.append(named)
        for segment in one["segments"]:
            place = [*named, segment["seg_count"], segment["seg_id"]]
            findings += [[*place, None, error["err_cde"], error["err_str"][:LONGEST]] for error in segment["errors"]]
            findings += [
                [*place, element["ele_pos"], error["err_cde"], error["err_str"][:LONGEST]]
                for element in segment["elements"]
                for error in element["errors"]
            ]
    return {"validated": sets[:MOST], "findings": findings[:MOST]}


def main() -> None:
    """Reads, limits itself, answers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)
    text = sys.stdin.buffer.read().decode("latin-1")
    sys.stdout.write(json.dumps(opinion(text)))


if __name__ == "__main__":
    main()
