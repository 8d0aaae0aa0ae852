"""Segments are checked completely, and the fast way agrees with the slow one."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.x12 import problems
from adapters.formats.x12.check import Checker, Fault, segment_faults
from adapters.formats.x12.guide import RELEASES, ElementUse, LoopUse, SegmentGuide, Use, segment_guide, set_guide
from adapters.formats.x12.pattern import segment_pattern
from adapters.formats.x12.tree import Delimiters, Segment
from canonical.problem import Severity

OLD = Delimiters("*", ":", "~")
NEW = Delimiters("*", ":", "~", "^")
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def faults_of(text: str, release: str = "004010", delimiters: Delimiters = NEW) -> list[Fault]:
    """What the checker finds, after making sure that the slow way finds the same."""
    segment = Segment(text.split(delimiters.element), 1, 0, len(text))
    guide = segment_guide(segment.tag, release)
    assert guide is not None
    found = list(Checker(release, delimiters).faults(segment, text))
    assert found == segment_faults(segment, guide, delimiters)
    return found


def only_fault(text: str, release: str = "004010") -> Fault:
    found = faults_of(text, release)
    assert len(found) == 1, found
    return found[0]


GOOD = [
    "BEG*00*SA*4500012345**20261120*C-778",
    "BEG*00*SA*4500012345**20240229",
    "REF*CT*C-778",
    "PER*OC*J DOE*TE*6125550100",
    "N1*ST*GENERAL HOSPITAL*UL*0012345000027",
    "PO1*1*12*BX*14.50*PE*VC*AB-1001*IN*90001",
    "PO1**-3*EA*.5",
    "PO1*1*7.",
    "PID*F****Gloves, naïve µ-filter",
    "TDS*277077",
    "TDS*-500",
    "SAC*C*D240***1000",
    "CTP**CON*12.5*1*EA",
    "CTP**CON*12.5*1*EA:2:.5",
    "ISS*12*CA",
    "AK4*5:2*235*7*XX",
    "TA1*000000905*261120*0915*A*000",
    "HL*1**S",
    "SLN*1**I",
    "SLN*1**I*4*EA*2.5*PE",
    "CUR*BY*USD",
    "DTM*002*20261125*2359",
    "DTM*002*20261125*235959",
    "DTM*002*20261125*23595912",
    "LIN**VC*AB-1001*LT*L4711",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_segment_has_no_fault(text: str) -> None:
    assert faults_of(text) == []


FAULTY = [
    ("BEG*00*SA***20261120", problems.ELEMENT_MISSING, ERROR, 3),
    ("PO1*1*twelve*EA", problems.NOT_A_NUMBER, ERROR, 2),
    ("PO1*1*1,000*EA", problems.NOT_A_NUMBER, ERROR, 2),
    ("PO1*1*1E999999999*EA", problems.NOT_A_NUMBER, ERROR, 2),
    ("PO1*1*+5*EA", problems.NOT_A_NUMBER, WARNING, 2),
    ("PO1*1* *EA", problems.NOT_A_NUMBER, WARNING, 2),
    ("PO1*1*٣*EA", problems.NOT_A_NUMBER, ERROR, 2),
    ("PO1*1*1234567890123456*EA", problems.TOO_LONG, WARNING, 2),
    ("TDS*500.00", problems.NOT_A_NUMBER, WARNING, 1),
    ("TDS*5OO", problems.NOT_A_NUMBER, ERROR, 1),
    ("PO1*1*12*EACH", problems.BAD_CODE, WARNING, 3),
    ("PO1*1*12*ea", problems.BAD_CODE, WARNING, 3),
    ("PO1*1*12*EA:BX", problems.BAD_CODE, WARNING, 3),
    ("BEG*00*SA*4500012345**20261131", problems.BAD_DATE, ERROR, 5),
    ("BEG*00*SA*4500012345**20230229", problems.BAD_DATE, ERROR, 5),
    ("BEG*00*SA*4500012345**19000229", problems.BAD_DATE, ERROR, 5),
    ("BEG*00*SA*4500012345**00000101", problems.BAD_DATE, ERROR, 5),
    ("BEG*00*SA*4500012345**261120", problems.TOO_SHORT, WARNING, 5),
    ("DTM*002*PO DATE", problems.BAD_DATE, WARNING, 2),
    ("DTM*002*20261125*2460", problems.BAD_TIME, WARNING, 3),
    ("DTM*002*20261125*123", problems.BAD_TIME, WARNING, 3),
    ("TA1*000000905*261120*091500*A*000", problems.TOO_LONG, WARNING, 3),
    ("BEG*00*SA*" + "4" * 23 + "**20261120", problems.TOO_LONG, WARNING, 3),
    ("N1*ST**UL*1", problems.TOO_SHORT, WARNING, 4),
    ("N1*ST**UL", problems.CONDITION_MISSING, WARNING, 4),
    ("N1*ST*HOSPITAL**0012345000027", problems.CONDITION_MISSING, WARNING, 3),
    ("REF*CT", problems.CONDITION_MISSING, WARNING, 2),
    ("MSG*ONE\x07TWO", problems.BAD_CHARACTER, ERROR, 1),
    ("MSG*ONE\ufffdTWO", problems.BAD_CHARACTER, WARNING, 1),
    ("MSG*NOTE: TWO", problems.TOO_MANY_COMPONENTS, WARNING, 1),
    ("REF*CT*A^B", problems.TOO_MANY_REPETITIONS, WARNING, 2),
    ("REF*CT*A*B*C*D*E", problems.TOO_MANY_ELEMENTS, WARNING, 5),
    ("REF*CT*C-778**", problems.TRAILING_SEPARATORS, INFO, 3),
    ("N2* ", problems.ELEMENT_MISSING, ERROR, 1),
]


@pytest.mark.parametrize(("text", "kind", "severity", "element"), FAULTY)
def test_a_fault_is_told_at_its_element(text: str, kind: object, severity: Severity, element: int) -> None:
    found = [fault for fault in faults_of(text) if fault.kind is kind]
    assert [(fault.severity, fault.element) for fault in found] == [(severity, element)]


def test_every_fault_of_a_segment_is_told() -> None:
    found = faults_of("BEG*XX*SA**R*20261340**??**")
    assert {(fault.kind, fault.element) for fault in found} == {
        (problems.BAD_CODE, 1),
        (problems.ELEMENT_MISSING, 3),
        (problems.BAD_DATE, 5),
        (problems.BAD_CODE, 7),
        (problems.TRAILING_SEPARATORS, 8),
    }


def test_a_fault_in_a_composite_names_its_component() -> None:
    fault = only_fault("AK4*5:x*235*7", "005010")
    assert (fault.kind, fault.element, fault.component) == (problems.NOT_A_NUMBER, 1, 2)
    assert fault.use is not None
    assert fault.use.element.number == "1528"
    missing = only_fault("REF*CT*C-778**LT", "005010")
    assert (missing.kind, missing.element, missing.component) == (problems.ELEMENT_MISSING, 4, 2)
    crowded = only_fault("AK4*5:1:1:1*235*7", "005010")
    assert (crowded.kind, crowded.element) == (problems.TOO_MANY_COMPONENTS, 1)


def test_pairs_in_a_composite_stay_together() -> None:
    fault = only_fault("REF*CT*C-778**LT:1:SE")
    assert (fault.kind, fault.element, fault.component) == (problems.CONDITION_MISSING, 4, 4)


def test_repetitions_are_checked_one_by_one() -> None:
    assert faults_of("CTX*A:1^B:2", "005010") == []
    fault = only_fault("CTX*A:1^B:" + "2" * 36, "005010")
    assert (fault.kind, fault.element, fault.component, fault.repetition) == (problems.TOO_LONG, 1, 2, 2)
    crowded = only_fault("CTX*" + "^".join("A" * 11), "005010")
    assert (crowded.kind, crowded.repetition) == (problems.TOO_MANY_REPETITIONS, 11)


def test_elements_that_exclude_each_other_are_told() -> None:
    fault = only_fault("QTY*33*5**TEXT")
    assert (fault.kind, fault.element) == (problems.EXCLUSION_VIOLATED, 4)


def test_exponents_came_with_the_later_release() -> None:
    assert faults_of("PO1*1*12E3*EA", "005010") == []
    assert only_fault("PO1*1*12E3*EA", "004010").kind is problems.NOT_A_NUMBER


def test_without_a_repetition_separator_the_caret_is_text() -> None:
    assert faults_of("REF*CT*A^B", "004010", OLD) == []


def test_text_that_may_hold_patient_data_is_never_shown() -> None:
    for text in (
        "N1*ST*" + "JOHN DOE " * 8,
        "MSG*JOHN\x07DOE",
        "PER*OC*" + "JOHN DOE " * 8,
        "REF*EA*" + "12345678" * 5,
    ):
        found = faults_of(text)
        assert found
        assert all(fault.found is None for fault in found)
    assert only_fault("PO1*1*twelve*EA").found == "twelve"


def test_a_long_value_is_shown_shortened() -> None:
    found = faults_of("PO1*1*" + "x" * 100_000 + "*EA")[0].found
    assert found is not None
    assert len(found) <= 40


def test_an_interchange_header_holds_its_own_separators() -> None:
    header = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261120*0915*^*00501*000000905*0*P*:"
    assert faults_of(header, "005010") == []
    trimmed = header.replace("SENDER         ", "SENDER")
    assert [(fault.kind, fault.element) for fault in faults_of(trimmed, "005010")] == [(problems.TOO_SHORT, 6)]


def test_a_segment_without_a_guide_has_no_faults_here() -> None:
    assert Checker("004010", OLD).faults(Segment(["ZZZ", "x"], 1, 0, 5), "ZZZ*x") == ()


@pytest.mark.parametrize("separator", [".", "-", " ", "|", "\\", "]", "^", "\x1d", "$"])
def test_any_separator_will_do(separator: str) -> None:
    delimiters = Delimiters(separator, ":", "~")
    assert faults_of(separator.join(["TDS", "27707"]), "004010", delimiters) == []
    assert faults_of(separator.join(["REF", "CT"]), "004010", delimiters)
    assert faults_of(separator.join(["PO1", "1", "x", "DZ"]), "004010", delimiters)


def test_numbers_do_not_swallow_a_separator_that_looks_like_a_point() -> None:
    found = faults_of("PO1.1.5.XX", "004010", Delimiters(".", ":", "~"))
    assert [(fault.kind, fault.element) for fault in found] == [(problems.BAD_CODE, 3)]


def all_tags() -> list[tuple[str, str]]:
    """Every segment of every guide, with its release."""
    tags = {("ISA", release) for release in RELEASES} | {("TA1", release) for release in RELEASES}

    def look(children: tuple[Use | LoopUse, ...], release: str) -> None:
        for child in children:
            if isinstance(child, LoopUse):
                look(child.children, release)
            else:
                tags.add((child.tag, release))

    for set_id in ("850", "855", "856", "810", "997", "999"):
        for release in RELEASES:
            if guide := set_guide(set_id, release):
                look(guide.children, release)
    return sorted(tags)


TAGS = all_tags()
INSERTED = ["*", ":", "^", " ", ".", "-", "0", "x", "\x00", "\ufffd", "E1"]


def good_value(use: ElementUse, random: Random) -> str:
    element = use.element
    if element.codes:
        return random.choice(sorted(element.codes))
    length = random.randint(element.min, max(element.min, min(element.max, element.min + 12)))
    match element.type:
        case "composite":
            filled = random.randint(1, len(element.components))
            parts = [
                good_value(part, random) if part.required or random.random() < 0.7 else ""
                for part in element.components[:filled]
            ]
            return ":".join(parts).rstrip(":")
        case "DT":
            day = random.choice(["20261120", "20240229", "20000229", "19991231", "20300430"])
            return day[-element.max :] if element.max == 8 else day[2:]
        case "TM":
            return random.choice(["0000", "2359"] if element.max == 4 else ["0000", "235959", "12000007"])
        case "R":
            digits = "".join(random.choices("0123456789", k=length))
            at = random.randint(0, length)
            return random.choice(["", "-"]) + digits[:at] + random.choice(["", "."]) + digits[at:]
        case type if type.startswith("N"):
            return random.choice(["", "-"]) + "".join(random.choices("0123456789", k=length))
    return "".join(random.choices("ABZ az09.,#é", k=length - 1)) + "X"


def written(guide: SegmentGuide, random: Random) -> str:
    """A segment that is good, or nearly."""
    last = max([use.position for use in guide.elements if use.required], default=0)
    end = random.choice([last, random.randint(last, len(guide.elements)), len(guide.elements)])
    share = random.choice([0.2, 0.8, 1.0])
    values = [
        good_value(use, random) if use.required or random.random() < share else "" for use in guide.elements[:end]
    ]
    text = "*".join([guide.tag, *values])
    return text if random.random() < 0.1 else text.rstrip("*")


def mutated(text: str, tag: str, random: Random) -> str:
    """The text with a few characters or elements changed, the segment id left."""
    elements = text.split("*")[1:]
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        if not elements:
            break
        at = random.randrange(len(elements))
        value = elements[at]
        spot = random.randint(0, len(value))
        match random.randrange(7):
            case 0:
                elements[at] = ""
            case 1:
                elements[at] = value[:spot] + random.choice(INSERTED) + value[spot:]
            case 2:
                elements[at] = value[:spot] + value[spot + 1 :]
            case 3:
                elements.insert(at, random.choice(elements))
            case 4:
                elements.append("")
            case 5:
                elements[at] = value * random.choice([2, 9])
            case _:
                elements[at] = " " * random.randint(1, 4)
    return "*".join([tag, *elements])


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(TAGS), st.integers(0, 2**64), st.sampled_from([OLD, NEW]))
def test_the_fast_way_accepts_exactly_what_is_faultless(
    chosen: tuple[str, str], seed: int, delimiters: Delimiters
) -> None:
    tag, release = chosen
    random = Random(seed)
    guide = segment_guide(tag, release)
    pattern = segment_pattern(tag, release, delimiters)
    assert guide is not None
    assert pattern is not None
    text = mutated(written(guide, random), tag, random)
    faults = segment_faults(Segment(text.split("*"), 1, 0, len(text)), guide, delimiters)
    if pattern.expression is not None:
        assert pattern.fits(text) == (not faults), (text, faults)
    else:
        assert not pattern.fits(text)


def test_the_writer_of_the_test_writes_faultless_segments_too() -> None:
    random = Random(7)
    accepted = 0
    for tag, release in TAGS * 10:
        guide = segment_guide(tag, release)
        pattern = segment_pattern(tag, release, NEW)
        assert guide is not None
        assert pattern is not None
        accepted += pattern.fits(written(guide, random))
    assert accepted > len(TAGS) * 2


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TAGS), st.text(max_size=60))
def test_no_text_whatever_makes_the_checker_raise(chosen: tuple[str, str], text: str) -> None:
    tag, release = chosen
    checker = Checker(release, NEW)
    whole = f"{tag}*{text}"
    faults = checker.faults(Segment(whole.split("*"), 1, 0, len(whole)), whole)
    assert all(fault.element is None or fault.element >= 1 for fault in faults)


def test_only_segments_with_repeated_lists_lack_a_pattern() -> None:
    without = {tag for tag, release in TAGS if (found := segment_pattern(tag, release, NEW)) and not found.expression}
    assert without == {"DMG"}


def test_a_hostile_segment_takes_linear_time() -> None:
    # Were the pattern to try every way of cutting these, the test would not end.
    for text in (
        "PO1" + "*1" * 50_000,
        "PO1*1*" + "1" * 200_000 + "x",
        "SLN*1**I*4*" + "EA:" * 60_000,
        "LIN" + "*" * 200_000,
    ):
        assert faults_of(text)
