"""The one door for XML from strangers: bytes to a tree, or what is wrong with them.

No DTD, no entities but the five of XML, no processing instructions, nothing fetched, and limits on all that grows.
What libxml2 would tolerate (a DOCTYPE) or take too much memory for (millions of elements, an element of a
million attributes) is found in the bytes before it sees them, in time proportional to them.
"""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from adapters.formats.xml import problems as kinds
from canonical.problem import Problem, ProblemKind

_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_DECLARATION: Final = re.compile(rb"<\?xml\s([^?]{0,200})\?>")
_ENCODING: Final = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
_ASIDE: Final = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
"""Where markup is text: comments and CDATA. One without an end goes on to the last byte, so that work stays linear."""

_LIMITS_OF_LIBXML2: Final = frozenset({110, 114})
"""XML_ERR_NAME_TOO_LONG and XML_ERR_RESOURCE_LIMIT, which is for depth and long texts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what one message may hold."""

    bytes: int = 16 << 20
    elements: int = 200_000
    depth: int = 100
    attributes: int = 64
    """Of one element, namespace declarations counted."""
    all_attributes: int = 200_000
    text: int = 10_000_000
    """Characters of one text; libxml2 has no more without ``huge_tree`` either (XML_MAX_TEXT_LENGTH)."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why bytes are not taken."""

    problem: Problem


def read_xml(content: bytes, limits: Limits | None = None) -> etree._Element | Unreadable:
    """The root element, comments left out; or the one problem that stood in the way."""
    limits = limits or Limits()
    refusal = _before_parsing(content, limits)
    if refusal is not None:
        return refusal
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        # Its text may quote the content; only the place is told.
        line, column = error.position
        if getattr(error, "code", 0) in _LIMITS_OF_LIBXML2:
            return _refused(kinds.TOO_MANY_PARTS, line=line, expected=_allowed(limits))
        return _refused(kinds.NOT_WELL_FORMED, line=max(line, 1), found=f"column {column}" if column else None)
    except (etree.LxmlError, ValueError):
        return _refused(kinds.NOT_WELL_FORMED, line=1)
    if root.getroottree().docinfo.internalDTD is not None:
        return _refused(kinds.DOCTYPE)
    return _measured(root, limits)


def xml_problem(
    kind: ProblemKind, *, line: int | None = None, path: str | None = None, found: str | None = None,
    expected: str | None = None,
) -> Problem:  # fmt: skip
    """A problem of this kind at its place."""
    return Problem(
        code=kind.code, severity=kind.severity, message=kind.title, line=line, path=path, found=found,
        expected=expected, help=kind.help,
    )  # fmt: skip


def _parser() -> etree.XMLParser:
    """A new one for each message: a parser keeps state, and may not be shared by threads."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=False,
        remove_blank_text=False,
        strip_cdata=True,
        collect_ids=False,
    )


def _before_parsing(content: bytes, limits: Limits) -> Unreadable | None:
    if len(content) > limits.bytes:
        found, expected = f"{len(content):,} bytes", f"at most {limits.bytes:,}"
        return _refused(kinds.TOO_LARGE, found=found, expected=expected)
    # UTF-16 and UTF-32 put a zero byte into every letter of the markup; XML has no character of that code.
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        return _refused(kinds.ENCODING, line=1)
    body = content.removeprefix(_UTF8_MARK)
    declaration = _DECLARATION.match(body)
    if declaration is not None:
        named = _ENCODING.search(b" " + declaration[1])
        if named is not None and named[1].decode("latin-1").lower() not in _ENCODINGS:
            return _refused(kinds.ENCODING, line=1)
        body = body[declaration.end() :]
    head = len(content) - len(body)
    markup = _ASIDE.sub(b"", body) if b"<!" in body else body
    for sign, kind in ((b"<!", kinds.DOCTYPE), (b"<?", kinds.PROCESSING_INSTRUCTION)):
        if sign in markup:
            return _refused(kind, line=content.count(b"\n", 0, content.find(sign, head)) + 1)
    # An element has two tags at most, each with its "<", and an attribute its "=". Texts may have some "=" too.
    many = markup.count(b"<") > 2 * limits.elements or markup.count(b"=") > limits.all_attributes
    if many or _crowded(limits.attributes).search(markup):
        return _refused(kinds.TOO_MANY_PARTS, expected=_allowed(limits))
    return None


def _crowded(attributes: int) -> re.Pattern[bytes]:
    """A start tag with more attributes. "<" stands in no attribute's value, so no byte is looked at twice."""
    one = rb"""[^<>"']*+(?:"[^"<]*+"|'[^'<]*+')"""
    return re.compile(rb"<[^\s<>/!?\"']++(?:%s){%d}" % (one, attributes + 1))


def _measured(root: etree._Element, limits: Limits) -> etree._Element | Unreadable:
    """The root, where neither depth nor the length of any text goes beyond the limit."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > limits.depth or any(
            not isinstance(each.tag, str) or max(len(each.text or ""), len(each.tail or "")) > limits.text
            for each in level
        ):
            return _refused(kinds.TOO_MANY_PARTS, expected=_allowed(limits))
        level = [child for each in level for child in each]
    return root


def _allowed(limits: Limits) -> str:
    return (
        f"at most {limits.elements:,} elements, {limits.depth} deep, {limits.attributes} attributes of one and "
        f"{limits.all_attributes:,} of all, {limits.text:,} characters of one text"
    )


def _refused(
    kind: ProblemKind, *, line: int | None = None, found: str | None = None, expected: str | None = None
) -> Unreadable:
    return Unreadable(xml_problem(kind, line=line, found=found, expected=expected))
