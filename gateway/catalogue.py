"""Every problem code that Wharf knows, of all families, in one place."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType, ModuleType
from typing import Final

from adapters.formats.hl7 import problems as hl7
from adapters.formats.x12 import problems as x12
from adapters.formats.xml import problems as xml
from adapters.mappings import problems as mappings
from adapters.transports.sftp import problems as sftp
from adapters.transports.soap import problems as soap
from adapters.transports.soap_calls import problems as soap_calls
from canonical.problem import ProblemKind
from gateway import problems_attention as attention
from gateway import problems_commands as commands
from gateway import problems_config as config
from gateway import problems_http as http
from gateway import problems_inbound as inbound
from gateway import problems_outbound as outbound
from gateway import problems_protection as protection
from gateway import problems_running as running
from gateway import problems_submission as submission
from gateway import problems_tracking as tracking
from gateway.care import problems as care
from gateway.disk import problems as disk
from gateway.ledger import problems_postgres as postgres
from gateway.nodes import problems as nodes
from gateway.publishers import problems as publishers
from gateway.routing import problems as routing
from gateway.routing import problems_config as routes
from gateway.xref import problems as references

SOURCES: Final = (
    x12, hl7, xml, soap, mappings, config, publishers, inbound, outbound, submission, commands, http, sftp,
    postgres, nodes, running, routing, routes, references, soap_calls, tracking, disk, care,
    attention, protection,
)  # fmt: skip
_CODE: Final = re.compile(r"([A-Z0-9]+?)[-_ ]?([EWI]?)(\d{4})")

_NUMBER: Final = re.compile(r"(\d{1,4})$")


def kinds(module: ModuleType) -> Iterator[ProblemKind]:
    """The problem kinds of a module, in the order of their numbers."""
    found = (value for value in vars(module).values() if isinstance(value, ProblemKind))
    return iter(sorted(found, key=lambda kind: kind.code[-4:]))


CATALOGUE: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {kind.code: kind for source in SOURCES for kind in kinds(source)}
)
"""Code -> kind, in the order of the families and of their numbers."""

_BY_NUMBER: Final[Mapping[tuple[str, str], ProblemKind]] = MappingProxyType(
    {(code.partition("-")[0], code[-4:]): kind for code, kind in CATALOGUE.items()}
)


def find(code: str) -> ProblemKind | None:
    """The kind with this code; letter case, hyphen and severity letter may differ or be left out: ``x12-0307``."""
    match = _CODE.fullmatch(code.strip().upper())
    if match is None:
        return None
    return CATALOGUE.get(f"{match[1]}-{match[2]}{match[3]}") or _BY_NUMBER.get((match[1], match[3]))


def suggest(code: str) -> tuple[str, ...]:
    """Codes that look like this one, the likeliest first, those with its number before all; for an unknown code."""
    text = code.strip().upper()
    number = _NUMBER.search(text)
    numbered = [known for known in CATALOGUE if number and known.endswith(number[1].zfill(4))]
    family = text.partition("-")[0]
    numbered.sort(key=lambda known: not known.startswith(f"{family}-"))
    near = get_close_matches(text, CATALOGUE, n=3, cutoff=0.6)
    return tuple(dict.fromkeys([*numbered, *near]))[:3]
