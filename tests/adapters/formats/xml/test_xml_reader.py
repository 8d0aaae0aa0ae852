"""The door for XML: what a stranger can send that would do harm, and what must still come through."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.formats.xml.reader import Limits, Unreadable, read_xml

LIMITS = Limits(bytes=1 << 20, elements=1000, depth=20, attributes=10, all_attributes=1500, text=50_000)

BOMB = b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (i, b"&a%s;" % (b"" if i == 1 else b"%d" % (i - 1)) * 10) for i in range(1, 10)
)


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    found = read_xml(content, limits)
    assert isinstance(found, Unreadable)
    return found.problem.code


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><a/>',
        b"<!DOCTYPE a><a/>",
        BOMB + b"]><l>&a9;</l>",
        b"<!-- <![CDATA[ --><!DOCTYPE a><a/>",
        b"<![CDATA[ <!-- ]]><!DOCTYPE a><a/><!-- -->",
        b"\xef\xbb\xbf<!DOCTYPE a><a/>",
        b'<?xml version="1.0"?>\n<!DOCTYPE a><a/>',
    ],
)
@pytest.mark.failure("W1")
def test_a_document_type_is_refused_wherever_it_hides(content: bytes) -> None:
    assert refusal(content) == "XML-E0103"


@pytest.mark.parametrize(
    "content",
    [
        "<a/>".encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-32"),
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>",
    ],
)
def test_other_encodings_are_refused(content: bytes) -> None:
    assert refusal(content) == "XML-E0102"


@pytest.mark.parametrize("encoding", ["UTF-8", "iso-8859-1", "windows-1252", "US-ASCII"])
def test_usual_encodings_are_read(encoding: str) -> None:
    text = "Müller" if encoding != "US-ASCII" else "Miller"
    root = read_xml(f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'.encode(encoding))
    assert not isinstance(root, Unreadable)
    assert root.text == text


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 21 + b"</a>" * 21,
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a>" + b"<b/>" * 2001 + b"</a>",
        b"<a " + b" ".join(b'x%d="1"' % i for i in range(11)) + b"/>",
        b"<a " + b" ".join(b"x%d = '>'" % i for i in range(11)) + b"/>",
        b"<a>" + b'<b x="1" y="2"/>' * 751 + b"</a>",
        b"<a>" + b"x" * 50_001 + b"</a>",
        b"<a><b/>" + b"x" * 50_001 + b"</a>",
    ],
)
@pytest.mark.failure("W1")
def test_what_grows_without_measure_is_refused(content: bytes) -> None:
    assert refusal(content) == "XML-E0105"


def test_what_libxml2_itself_refuses_is_told_the_same() -> None:
    huge = Limits(bytes=20_000_000, text=20_000_000, depth=1000, elements=1000)
    assert refusal(b"<a>" + b"x" * 10_100_000 + b"</a>", huge) == "XML-E0105"
    assert refusal(b"<a>" * 300 + b"</a>" * 300, huge) == "XML-E0105"


@pytest.mark.failure("W1")
def test_more_bytes_than_the_limit_are_not_looked_at() -> None:
    found = read_xml(b"<a/>" + b" " * (1 << 20), LIMITS)
    assert isinstance(found, Unreadable)
    assert (found.problem.code, found.problem.expected) == ("XML-E0104", "at most 1,048,576")


@pytest.mark.parametrize("content", [b"", b" ", b"<a", b"<a><b></a>", b"<a>\xff</a>", b"<a>&unknown;</a>", b"ISA*00*"])
def test_what_is_no_xml_is_told_with_its_line(content: bytes) -> None:
    assert refusal(content) == "XML-E0101"


def test_the_place_is_told_and_the_content_is_not() -> None:
    found = read_xml(b"<a>\n<b>SECRET</c>\n</a>")
    assert isinstance(found, Unreadable)
    assert found.problem.line == 2
    assert "SECRET" not in found.problem.model_dump_json()


def test_processing_instructions_are_refused() -> None:
    assert refusal(b'<a><?php echo "x"?></a>') == "XML-E0106"
    assert refusal(b"<?run <!-- ?><a/><!-- -->") == "XML-E0106"


def test_markup_inside_text_is_text() -> None:
    text = '<!DOCTYPE a [<!ENTITY b "c">]> <? x ?> {"a<b": ' + '"1", ' * 50 + "}"
    root = read_xml(f"<a><![CDATA[{text}]]><!-- <!DOCTYPE x> {'<b/>' * 5000} --></a>".encode(), LIMITS)
    assert not isinstance(root, Unreadable)
    assert root.text == text


@pytest.mark.parametrize("piece", [b"<!--", b"<![CDATA[", b'<a b="', b"<a b='\"", b"<a ", b"<?x ", b"<a><!-- -->"])
@pytest.mark.failure("W1")
def test_work_is_in_proportion_to_the_bytes(piece: bytes) -> None:
    limits = Limits(elements=10_000_000)
    content = piece * (8_000_000 // len(piece))
    began = time.perf_counter()
    assert isinstance(read_xml(content, limits), Unreadable)
    assert time.perf_counter() - began < 5


@given(st.binary(max_size=300) | st.text(alphabet="<>!-[]?&;\"'/= axCDT\n", max_size=200).map(str.encode))
def test_any_bytes_are_a_tree_or_a_problem(content: bytes) -> None:
    found = read_xml(content, LIMITS)
    if isinstance(found, Unreadable):
        assert found.problem.code.startswith("XML-E01")
    else:
        assert etree.tostring(found)
        assert b"<!DOCTYPE" not in etree.tostring(found.getroottree())
