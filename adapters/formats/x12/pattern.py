"""A segment's guide as one regular expression that only a faultless segment matches.

Types, lengths, short code lists and relational rules are all in the expression; long code lists are looked up after
it, in ``codes``. What stands in an element excludes the separators, so there is one way at most to match a text and the
time is linear in its length.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from adapters.formats.x12.earlier_dates import with_short_dates
from adapters.formats.x12.element_check import CONTROLS, UNDIVIDED, UNREADABLE
from adapters.formats.x12.guide import ElementGuide, ElementUse, Rule, SegmentGuide, segment_guide
from adapters.formats.x12.tree import Delimiters

_INLINE_CODES = 12
"""Lists up to this length stand in the expression."""
_REMEMBERED = 4096
"""Sets of codes of one segment that are remembered as good."""

_MONTH_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_FOURTH = "(?:0[48]|[2468][048]|[13579][26])"
_DATE_8 = f"(?:(?!0000)[0-9]{{4}}{_MONTH_DAY}|(?:[0-9]{{2}}{_FOURTH}|{_FOURTH}00)0229)"
_DATE_6 = f"(?:[0-9]{{2}}{_MONTH_DAY}|(?:00|{_FOURTH})0229)"
_DATES = {(8, 8): _DATE_8, (6, 6): _DATE_6, (6, 8): f"{_DATE_8}|{_DATE_6}"}
_TIMES = {
    4: "(?:[01][0-9]|2[0-3])[0-5][0-9]",
    8: "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9][0-9]{0,2})?",
}


@dataclass(frozen=True, slots=True)
class SegmentPattern:
    """What a faultless segment looks like."""

    guide: SegmentGuide
    expression: re.Pattern[str] | None
    """``None`` where the guide cannot be told in an expression."""
    coded: tuple[int, ...] = ()
    """The groups whose text must be in a list."""
    codes: tuple[frozenset[str], ...] = ()
    """The list of each."""
    good: set[object] = field(default_factory=set, compare=False)
    """Texts of the ``coded`` groups that were found good: most segments of a sender use the same few codes."""

    def fits(self, text: str) -> bool:
        """Whether the text of a segment, without terminator, has no fault."""
        if self.expression is None or (match := self.expression.fullmatch(text)) is None:
            return False
        if not self.coded:
            return True
        found = match.group(*self.coded)
        return found in self.good or self._learn(found)

    def _learn(self, found: str | tuple[str | None, ...]) -> bool:
        values = (found,) if isinstance(found, str) or found is None else found
        for value, codes in zip(values, self.codes, strict=True):
            if value is not None and value not in codes:
                return False
        if len(self.good) >= _REMEMBERED:
            self.good.clear()
        self.good.add(found)
        return True


@lru_cache(maxsize=4096)
def segment_pattern(
    tag: str, release: str, delimiters: Delimiters, *, short_dates: bool = False
) -> SegmentPattern | None:
    """The pattern of a segment, kept for the next interchange with the same separators; ``None`` without a guide."""
    guide = segment_guide(tag, release)
    if guide is None:
        return None
    return compile_pattern(with_short_dates(guide) if short_dates else guide, delimiters)


def compile_pattern(guide: SegmentGuide, delimiters: Delimiters) -> SegmentPattern:
    """The pattern of any guide, as one that a partner's rules have changed."""
    separators = {delimiters.element, delimiters.component, delimiters.repetition or delimiters.element}
    if any(map(_stands_in_values, separators)) or any(
        use.repeats > 1 and _needs_groups(use.element) for use in guide.elements
    ):
        return SegmentPattern(guide, None)
    writer = _Writer(delimiters, guide.release)
    text = writer.segment(guide)
    coded = sorted(writer.coded)
    expression = re.compile(text)
    groups = tuple(expression.groupindex[name] for name in coded)
    return SegmentPattern(guide, expression, groups, tuple(writer.coded[name] for name in coded))


def _stands_in_values(separator: str) -> bool:
    """Whether a separator is also a character of numbers, dates and codes; an expression could take it for one."""
    return separator.isalnum() or separator in "-. "


def _needs_groups(element: ElementGuide) -> bool:
    """Whether a repetition of the element must be looked at by itself, which one expression cannot do."""
    if element.type == "composite":
        return bool(element.rules) or any(_needs_groups(use.element) for use in element.components)
    return element.codes is not None and len(element.codes) > _INLINE_CODES


class _Writer:
    """Writes the expression of one segment and collects its groups with long code lists."""

    def __init__(self, delimiters: Delimiters, release: str) -> None:
        self._element = re.escape(delimiters.element)
        self._component = re.escape(delimiters.component)
        self._repetition = re.escape(delimiters.repetition) if delimiters.repetition else None
        separators = self._element + self._component + (self._repetition or "")
        self._plain = f"[^{separators}{CONTROLS}{UNREADABLE}]"
        self._end = f"[{separators}]"
        self._exponent = "" if release < "005010" else "(?:E-?[0-9]{1,2})?"
        self.coded: dict[str, frozenset[str]] = {}

    def segment(self, guide: SegmentGuide) -> str:
        """The whole segment; no separator may stand at its end."""
        body = self._sequence(guide.elements, guide.rules, "e", self._element)
        return f"{re.escape(guide.tag)}{body}(?<!{self._element}){_rules(guide.rules, guide.elements, 'e')}"

    def _sequence(
        self, uses: tuple[ElementUse, ...], rules: tuple[Rule, ...], name: str, separator: str, *, led: bool = True
    ) -> str:
        """The elements, each after a separator (the first only if ``led``); those after the last required are free."""
        related = {position for rule in rules for position in rule.positions}
        text = ""
        required = False
        for use in reversed(uses):
            lead = separator if led or use.position > 1 else ""
            one = lead + self._use(use, name, use.position in related)
            required = required or use.required
            text = one + text if required else f"(?:{one}{text}|)"
        return text

    def _use(self, use: ElementUse, name: str, related: bool) -> str:
        group = f"{name}{use.position}"
        value = self._value(use, group)
        codes = use.element.codes
        if codes is not None and len(codes) > _INLINE_CODES:
            self.coded[group] = codes
            related = True
        if use.repeats > 1 and self._repetition:
            value = f"(?:{value})(?:{self._repetition}(?:{value})){{0,{use.repeats - 1}}}"
        value = f"(?P<{group}>{value})" if related else f"(?:{value})"
        return value if use.required else f"(?:{value}|)"

    def _value(self, use: ElementUse, group: str) -> str:
        element = use.element
        length = f"{{{element.min},{element.max}}}"
        if element.number in UNDIVIDED:
            return f"[^{self._element}]{length}"
        match element.type:
            case "composite":
                inner = self._sequence(element.components, element.rules, f"{group}c", self._component, led=False)
                rules = _rules(element.rules, element.components, f"{group}c")
                return f"(?=[^{self._element}]){inner}(?<!{self._component}){rules}"
            case "R":
                low, high = element.min, element.max
                digits = f"[0-9]{{{low},{high}}}(?![0-9.])"
                pointed = f"(?=[0-9.]{{{low + 1},{high + 1}}}(?![0-9.]))[0-9]*\\.[0-9]*"
                return f"-?(?:{digits}|{pointed}){self._exponent}"
            case "DT":
                return _DATES[element.min, element.max]
            case "TM":
                return _TIMES[element.max]
            case type if type.startswith("N"):
                return f"-?[0-9]{length}"
        if element.codes is not None and len(element.codes) <= _INLINE_CODES:
            return "|".join(sorted(map(re.escape, element.codes)))
        value = self._plain + length
        if use.required and element.codes is None and not element.number.startswith("I"):
            return f"(?! +(?:{self._end}|\\Z)){value}"
        return value


def _rules(rules: tuple[Rule, ...], uses: tuple[ElementUse, ...], name: str) -> str:
    """Every rule as conditions on the groups that matched, without a look at the text."""
    return "".join(_rule(rule, uses, name) for rule in rules)


def _rule(rule: Rule, uses: tuple[ElementUse, ...], name: str) -> str:
    def when(position: int, then: str, otherwise: str) -> str:
        if uses[position - 1].required:
            return then
        return f"(?({name}{position}){then}|{otherwise})"

    def any_of(positions: tuple[int, ...]) -> str:
        text = fail
        for position in reversed(positions):
            text = when(position, "", text)
        return text

    fail = "(?!)"
    first, *rest = rule.positions
    others = tuple(rest)
    all_others = "".join(when(position, "", fail) for position in others)
    match rule.kind:
        case "P":
            return when(first, all_others, "".join(when(position, fail, "") for position in others))
        case "C":
            return when(first, all_others, "")
        case "L":
            return when(first, any_of(others), "")
        case "R":
            return any_of(rule.positions)
        case "E":
            pairs = ((a, b) for at, a in enumerate(rule.positions) for b in rule.positions[at + 1 :])
            return "".join(when(a, when(b, fail, ""), "") for a, b in pairs)
