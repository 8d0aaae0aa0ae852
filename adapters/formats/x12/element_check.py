"""Checking one element's text against its guide, slowly and completely: what is wrong, in which words.

The rules of the types are those of X12.6 (data element types); where senders are known to be looser without harm,
the fault is a warning, so that the acknowledgment tells it and the document still goes through.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from adapters.formats.x12 import problems
from adapters.formats.x12.guide import ElementGuide, ElementUse
from adapters.formats.x12.likely import implied_number, likely_code, likely_date, plain_number
from canonical.problem import ProblemKind, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CONTROLS: Final = r"\x00-\x1f\x7f-\x9f"
"""Control characters, as the inside of a character class."""
UNREADABLE: Final = r"\ufffd\ud800-\udfff"
"""What decoding leaves of bytes that are no text, as the inside of a character class."""
UNDIVIDED: Final = frozenset({"I15", "I65"})
"""Elements that name a separator, and so hold one."""

_CONTROL = re.compile(f"[{CONTROLS}]")
_UNREADABLE = re.compile(f"[{UNREADABLE}]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"-?[0-9]+")
_REAL = re.compile(r"-?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_REAL_EXPONENT = re.compile(_REAL.pattern + r"(?:E-?[0-9]{1,2})?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?")
_LONGEST_FOUND = 40
_CODES_TOLD = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong inside one segment; positions count from 1."""

    kind: ProblemKind
    severity: Severity
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    found: str | None = None
    """The value, shortened; ``None`` where it may hold patient data."""
    expected: str | None = None
    use: ElementUse | None = None
    """The element, or the component, that the guide has at this place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the segment a value stands."""

    use: ElementUse
    element: int
    component: int | None = None
    repetition: int | None = None

    def fault(self, kind: ProblemKind, severity: Severity, text: str | None, expected: str | None) -> Fault:
        """A fault of the value here."""
        found = None if text is None or self.use.element.sensitive else _shown(text)
        return Fault(kind, severity, self.element, self.component, self.repetition, found, expected, self.use)


def is_free(element: ElementGuide) -> bool:
    """Whether any text of the right length will do."""
    return element.type not in ("R", "DT", "TM") and not element.type.startswith("N") and element.codes is None


def value_fault(place: Place, text: str, release: str) -> Fault | None:
    """What is wrong with a value that was sent, without the separators around it."""
    element = place.use.element
    if element.number in UNDIVIDED:
        return _length_fault(place, text, len(text))
    if _CONTROL.search(text):
        return place.fault(problems.BAD_CHARACTER, ERROR, text, "printable characters")
    match element.type:
        case "R":
            return _real_fault(place, text, release)
        case "DT":
            return _date_fault(place, text)
        case "TM":
            return _time_fault(place, text)
        case type if type.startswith("N"):
            return _whole_fault(place, text)
    if element.codes is not None:
        if text in element.codes:
            return None
        return place.fault(problems.BAD_CODE, WARNING, text, _codes_told(element, text))
    if _UNREADABLE.search(text):
        return place.fault(problems.BAD_CHARACTER, WARNING, text, "readable text")
    return _length_fault(place, text, len(text))


def _length_fault(place: Place, text: str, length: int) -> Fault | None:
    element = place.use.element
    unit = "digit" if element.type == "R" or element.type.startswith("N") else "character"
    if length < element.min:
        return place.fault(problems.TOO_SHORT, WARNING, text, f"at least {_counted(element.min, unit)}")
    if length > element.max:
        return place.fault(problems.TOO_LONG, WARNING, text, f"at most {_counted(element.max, unit)}")
    return None


def _whole_fault(place: Place, text: str) -> Fault | None:
    decimals = int(place.use.element.type[1:])
    if _WHOLE.fullmatch(text):
        return _length_fault(place, text, len(text) - text.startswith("-"))
    wanted = f"digits, the last {_counted(decimals, 'digit')} after an implied point" if decimals else "digits alone"
    if decimals and (likely := implied_number(text, decimals)):
        wanted = f"{likely}: {wanted}"
    return place.fault(problems.NOT_A_NUMBER, _number_severity(text), text, wanted)


def _real_fault(place: Place, text: str, release: str) -> Fault | None:
    number = (_REAL if release < "005010" else _REAL_EXPONENT).fullmatch(text)
    if number is None:
        return place.fault(problems.NOT_A_NUMBER, _number_severity(text), text, _number_told(text))
    return _length_fault(place, text, len(number[1].replace(".", "")))


def _number_told(text: str) -> str:
    likely = plain_number(text)
    return f"a number without separators of thousands, as {likely}" if likely else "a number such as 12.5"


def _number_severity(text: str) -> Severity:
    """A warning where the number is clear although its form is not the standard's, or where nothing stands."""
    return WARNING if _DECIMAL.fullmatch(text) or not text.strip(" ") else ERROR


def _date_fault(place: Place, text: str) -> Fault | None:
    wanted = place.use.element.max
    form = "CCYYMMDD" if wanted == 8 else "YYMMDD"
    if _is_date(text):
        if place.use.element.min <= len(text) <= wanted:
            return None
        kind = problems.TOO_SHORT if len(text) < wanted else problems.TOO_LONG
        return place.fault(kind, WARNING, text, form)
    return place.fault(problems.BAD_DATE, ERROR if place.use.required else WARNING, text, _date_told(text, form))


def _date_told(text: str, form: str) -> str:
    likely = likely_date(text) if form == "CCYYMMDD" else None
    return f"a date as {form}: {likely}, if that day is meant" if likely else f"a date as {form}"


def _is_date(text: str) -> bool:
    """Whether the text is a day of the calendar, as CCYYMMDD or YYMMDD."""
    if len(text) not in (6, 8) or not (text.isascii() and text.isdigit()):
        return False
    # A year of two digits is read as of this century, where every fourth is a leap year, 00 too.
    digits = text if len(text) == 8 else "20" + text
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _time_fault(place: Place, text: str) -> Fault | None:
    if _TIME.fullmatch(text):
        return _length_fault(place, text, len(text))
    form = "HHMM" if place.use.element.max == 4 else "HHMM or HHMMSS"
    return place.fault(problems.BAD_TIME, WARNING, text, f"a time as {form}")


def _codes_told(element: ElementGuide, text: str) -> str:
    if likely := likely_code(element, text):
        return f"a code of list {element.number}, as {likely}"
    codes = element.codes or ()
    if len(codes) <= _CODES_TOLD:
        return "one of " + ", ".join(sorted(codes))
    return f"a code of list {element.number}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _shown(text: str) -> str:
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= _LONGEST_FOUND else text[: _LONGEST_FOUND - 1] + "…"
