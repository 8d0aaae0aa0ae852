"""A message keeps every byte, shows every value, and knows where each stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.hl7 import problems
from adapters.formats.hl7.encoding import STANDARD, Encoding
from adapters.formats.hl7.escapes import escape, unescape
from adapters.formats.hl7.message import MOST_FIELDS, MOST_SEGMENTS, parse_message
from adapters.formats.hl7.paths import path_of

ORDER = (
    b"MSH|^~\\&|CABINET|3WEST^1.2.3^ISO|ERP|STEX|20261120091500||OMS^O05^OMS_O05|M1|P|2.5.1\r"
    b"PID|1||4711^^^STEX^MR~88^^^STATE^SS||Meyer&von^Ada\r"
    b"ORC|NW|R1^MM\r"
    b"RQD|1|GLV-200^Glove^L|||12|BX^Box\r"
    b"ZPM|V|CAB12||A\\T\\B\r"
)


def kinds(raw: bytes) -> list[str]:
    return [fault.kind.code for fault in parse_message(raw).faults]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("MSH-1", "|"),
        ("MSH-2", "^~\\&"),
        ("MSH-4.2", "1.2.3"),
        ("MSH-9.2", "O05"),
        ("RQD-5", "12"),
        ("RQD-6.2", "Box"),
        ("PID-3[2].1", "88"),
        ("PID-3[2].4.1", "STATE"),
        ("PID-5", "Meyer"),
        ("PID-5.1.2", "von"),
        ("ZPM-4", "A&B"),
        ("RQD-40", ""),
        ("RQD[2]-5", ""),
        ("PID-3[3]", ""),
    ],
)
def test_a_value_is_found_by_its_path(path: str, value: str) -> None:
    assert parse_message(ORDER).get(path) == value
    assert str(path_of(path)) == path


@pytest.mark.parametrize("name", ["RQD", "RQD-0", "rqd-5", "RQD-5[0]", "RQD5", "", "RQD-5.1.1.1", "RQD-5-1"])
def test_what_names_no_place_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="RQD-5"):
        parse_message(ORDER).get(name)


def test_every_segment_is_kept_and_the_bytes_too() -> None:
    message = parse_message(ORDER, offset=7)
    assert [segment.tag for segment in message.segments] == ["MSH", "PID", "ORC", "RQD", "ZPM"]
    assert message.raw == ORDER
    assert (message.type, message.control_id, message.version) == ("OMS^O05", "M1", "2.5.1")
    assert not message.faults


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("codec", ["utf-8", "latin-1"])
def test_a_place_is_that_of_the_bytes(end: str, codec: str) -> None:
    charset = "UNICODE UTF-8" if codec == "utf-8" else "8859/1"
    text = f"MSH|^~\\&|Kö|B|C|D|2026||OMS^O05|M1|P|2.5||||||{charset}\rNTE|1||Grüße\rRQD|1|é^Größe~b^ß|||12|BX"
    raw = text.replace("\r", end).encode(codec)
    message = parse_message(raw, offset=100)
    note, line = message.segments[1], message.segments[2]

    def shown(field: int, repetition: int = 1, component: int | None = None) -> str:
        offset, length = message.place(line, field, repetition, component)
        return raw[offset - 100 : offset - 100 + length].decode(codec)

    assert shown(5) == "12"
    assert shown(2) == "é^Größe"
    assert shown(2, 1, 2) == "Größe"
    assert shown(2, 2, 2) == "ß"
    offset, length = message.place(note)
    assert raw[offset - 100 : offset - 100 + length].decode(codec) == "NTE|1||Grüße"
    offset, length = message.place(message.header, 3)
    assert raw[offset - 100 : offset - 100 + length].decode(codec) == "Kö"
    assert message.place(line, 30) == (100 + len(raw), 0)


def test_separators_are_those_of_the_message() -> None:
    message = parse_message(b"MSH|~^\\&|A|B|C|D|2016||OMS~O05~OMS_O05|1|P|2.5\rRQD||1~x\\S\\y^2~b|")
    assert message.type == "OMS^O05"
    assert message.get("RQD-2.2") == "x~y"
    assert message.get("RQD-2[2].2") == "b"


@pytest.mark.parametrize(
    ("header", "component"),
    [(b"MSH|^~\\&|", "^"), (b"MSH|^~&|", "^"), (b"MSH|^|", "^"), (b"MSH|^~\\&#|", "^"), (b"MSH@~&#\\@", "~")],
)
def test_what_the_header_leaves_out_has_its_usual_character(header: bytes, component: str) -> None:
    message = parse_message(header + b"A")
    assert message.encoding.component == component


@pytest.mark.parametrize("header", [b"MSH|...|A", b"MSH|^^\\&|A", b"MSH|a~\\&|A", b"MSH|^~\\&#$|A"])
def test_separators_that_cannot_be_told_apart_are_an_error(header: bytes) -> None:
    assert kinds(header) == ["HL7-E0102"]


@pytest.mark.parametrize(
    ("charset", "raw", "codec", "told"),
    [
        ("", "Grüße".encode(), "utf-8", []),
        ("", "Grüße".encode("cp1252"), "cp1252", []),
        ("UNICODE UTF-8", "Grüße".encode(), "utf-8", []),
        ("UTF-8", "Grüße".encode(), "utf-8", []),
        ("8859/1", "Grüße".encode("latin-1"), "iso8859-1", []),
        ("8859/2", "Łódź".encode("iso8859-2"), "iso8859-2", []),
        ("ISO IR87", "手袋".encode("iso2022_jp"), "iso2022_jp", []),
        ("GB 18030-2000", "手套".encode("gb18030"), "gb18030", []),
        ("BIG-5", "功能".encode("big5"), "big5", []),
        ("ASCII", "Grüße".encode(), "utf-8", ["HL7-W0110"]),
        ("UNICODE UTF-8", "Grüße".encode("cp1252"), "cp1252", ["HL7-W0110"]),
        ("DOS850", "Grüße".encode(), "utf-8", ["HL7-W0111"]),
        ("", b"\x81\xff", "cp1252", ["HL7-W0112"]),
    ],
)
def test_characters_are_found(charset: str, raw: bytes, codec: str, told: list[str]) -> None:
    header = f"MSH|^~\\&|A|B|C|D|2026||OMS^O05|1|P|2.5||||||{charset}~X".encode()
    message = parse_message(header + b"\rNTE|1||" + raw + b"|end")
    assert message.encoding.codec == codec
    assert [fault.kind.code for fault in message.faults] == told
    assert message.get("NTE-3") == raw.decode(codec, "replace")
    assert message.get("NTE-4") == "end"


def test_what_was_agreed_goes_before_what_is_declared() -> None:
    raw = b"MSH|^~\\&|A|B|C|D|2026||OMS^O05|1|P|2.5||||||ASCII\rNTE|1||\xa3"
    message = parse_message(raw, charset="iso8859-2")
    assert (message.get("NTE-3"), message.faults) == ("Ł", [])


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
        ("one\\.br\\two\\.sp2\\three\\.ce\\four", "one\ntwo\n\nthree\nfour"),
        ("\\H\\bold\\N\\", "bold"),
        ("\\X0D0A\\", "\r\n"),
        ("\\XC3BC\\", "ü"),
        ("\\.sp999999\\", "\n" * 100),
        ("a\\.in+4\\b", "ab"),
        ("C:\\dir\\file", "C:\\dir\\file"),
        ("C:\\dir\\S\\x", "C:\\dir^x"),
        ("half\\", "half\\"),
        ("\\Zown\\", "\\Zown\\"),
        ("\\C2842\\", "\\C2842\\"),
        ("\\X0\\", "\\X0\\"),
        ("", ""),
    ],
)
def test_escapes_mean_what_the_standard_says(sent: str, meant: str) -> None:
    assert unescape(sent, STANDARD) == meant


def test_an_escape_yields_the_messages_own_separator() -> None:
    own = Encoding("@", "~", "&", "#", "\\")
    assert unescape("#F##S##T##R##E#", own) == "@~\\&#"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n|^~\\&#")))
@settings(max_examples=200)
def test_what_is_escaped_comes_back(text: str) -> None:
    for encoding in (STANDARD, Encoding("@", "~", "&", "#", "\\"), Encoding(truncation="#")):
        assert unescape(escape(text, encoding), encoding) == text


def test_a_broken_line_belongs_to_the_field_before_it() -> None:
    message = parse_message(ORDER + b"NTE|1||Call before\rdelivery, dock 2\r\r  ZZ1|indented\r")
    assert [segment.tag for segment in message.segments][-2:] == ["NTE", "ZZ1"]
    assert message.get("NTE-3") == "Call before\rdelivery, dock 2"
    assert [fault.kind for fault in message.faults] == [problems.CONTINUATION_LINE]
    offset, length = message.place(message.segments[-1], 1)
    assert message.raw[offset : offset + length] == b"indented"


def test_limits_are_told() -> None:
    head = b"MSH|^~\\&|A|B|C|D|2026||OMS^O05|1|P|2.5\r"
    assert kinds(head + b"NTE|1\r" * (MOST_SEGMENTS + 1)) == ["HL7-E0105"]
    assert kinds(head + b"NTE" + b"|" * (MOST_FIELDS + 1)) == ["HL7-E0105"]
    assert kinds(head + b"NTE|1|" + b"~" * 10_001) == ["HL7-E0105"]
    assert kinds(head + b"NTE|1\r" * 3_000) == []


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_nothing_brings_it_down(rest: bytes) -> None:
    for head in (b"MSH", b"MSH|^~\\&|A|B|C|D|2026||OMS^O05|1|P|2.5||||||ISO IR87\r"):
        message = parse_message(head + rest)
        assert message.header.tag == "MSH"
        for segment in message.segments:
            for field in range(1, len(segment.fields) + 1):
                segment.value(field, 2, 2, 2)
                offset, length = message.place(segment, field, 2, 2)
                assert 0 <= offset <= offset + length <= len(message.raw)
