"""One small broken input for each class of rule, and how the acknowledgment tells it.

The table in docs/acknowledgments.md is made of these cases, and tests compare each with what is really written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.partner import Duplicates
from tests.rigs.x12_bytes import group, interchange, transaction_set

NUMBER = "4500012345"
ORDER = (
    f"BEG*00*NE*{NUMBER}**20261120", "CUR*BY*USD", "REF*DP*0042", "PER*OC*BUYER*TE*5551234",
    "N1*ST*St. Example*UL*9501101530003", "PO1*1*12*BX*13.4500**VN*GLV-M-200", "CTT*1",
)  # fmt: skip
"""A good order: ST is segment 1, BEG 2, CUR 3, REF 4, PER 5, N1 6, PO1 7, CTT 8."""


@dataclass(frozen=True)
class Case:
    """A rule, what breaks it, and the segments that tell of it."""

    rule: str
    code: str
    """Of the problem."""
    shown: str
    """The broken line, as the table shows it."""
    told: tuple[str, ...]
    """All segments of the 997 from AK2 to AK9 in 005010, or the TA1 from TA104 on."""
    older: tuple[tuple[str, str], ...] = ()
    """What stands otherwise for a group of 004010, because its elements have other numbers."""
    lowered: tuple[tuple[str, str], ...] = ()
    """What a 997 in 004010 says otherwise, because its lists lack the code."""
    rows: tuple[str, ...] = ORDER
    sets: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """(ST01, ST02, rows) where there are several, or others than an 850 with 0001."""
    functional_id: str = "PO"
    raw: tuple[tuple[str, str], ...] = ()
    """Replacements in the finished interchange, which break its counts."""
    version: str | None = None
    duplicates: Duplicates = field(default_factory=Duplicates)
    quoted: frozenset[str] = frozenset()
    """Problems that our own reader finds in the answer, because it quotes what was wrong as it was sent."""

    @property
    def interchange(self) -> bool:
        """Whether a TA1 tells it."""
        return not self.told[0].startswith("AK")

    def content(self, release: str, ask: str = "0") -> bytes:
        """The broken interchange with a group of this release."""
        sets = [transaction_set(rows, set_id=set_id, number=number) for set_id, number, rows in self.sets]
        version = self.version or ("00401" if release < "005" else "00501")
        made = group(*(sets or [transaction_set(self.rows)]), functional_id=self.functional_id, release=release)
        content = interchange(made, version=version, ask=ask).decode()
        for old, new in self.raw:
            assert old in content, (self.rule, old)
            content = content.replace(old, new, 1)
        return content.encode()

    def expected(self, release: str, kind: str) -> list[str]:
        """The segments of a 997 or 999 for that group, from AK2 to AK9."""
        pairs = (self.older if release < "005" else ()) + (self.lowered if release < "005" and kind == "997" else ())
        lines: list[str] = []
        for told in self.told:
            line = told
            for old, new in pairs:
                line = line.replace(old, new)
            own = "I" + line[1:] if kind == "999" and line[:3] in ("AK3", "AK4", "AK5") else line
            lines.append(own)
            if own.startswith("IK3") and self.number and self.number.isprintable():
                lines.append(f"CTX*BEG03>{self.number}")
        return lines

    @property
    def number(self) -> str:
        """The order's number, BEG03."""
        return next((row.split("*")[3] for row in self.rows if row.startswith("BEG")), "")


def swap(row: str, *new: str, rows: Sequence[str] = ORDER) -> tuple[str, ...]:
    """The order with other rows in place of the one that begins so."""
    out: list[str] = []
    for one in rows:
        out.extend(new if one.startswith(row) else [one])
    return tuple(out)


def before(row: str, *new: str) -> tuple[str, ...]:
    """The order with rows put in front of the one that begins so."""
    return swap(row, *new, next(one for one in ORDER if one.startswith(row)))


def noted(*lines: str) -> tuple[str, ...]:
    """An accepted set with errors in its segments."""
    return ("AK2*850*0001", *lines, "AK5*E*5", "AK9*E*1*1*1")


def refused(*lines: str) -> tuple[str, ...]:
    """A rejected set with errors in its segments."""
    return ("AK2*850*0001", *lines, "AK5*R*5", "AK9*R*1*1*0")


def _element(rule: str, code: str, row: str, told: tuple[str, ...], at: str, **more: object) -> Case:
    return Case(rule, code, row.replace("\x0b", "␋"), told, rows=swap(at, row), **more)  # type: ignore[arg-type]


def _inserted(rule: str, code: str, row: str, told: tuple[str, ...], at: str = "N1") -> Case:
    return Case(rule, code, row, told, rows=before(at, row))


QUANTITY = (("*380*", "*330*"),)
"""PO102 is another data element in 004010."""

ELEMENTS = (
    _element("mandatory element", "X12-E0301", "BEG*00*NE***20261120",
             refused("AK3*BEG*2**8", "AK4*3*324*1"), "BEG"),
    _element("P: paired elements", "X12-W0302", "N1*ST*St. Example*UL",
             noted("AK3*N1*6**8", "AK4*4*67*2"), "N1"),
    _element("R: at least one", "X12-W0302", "REF*DP",
             noted("AK3*REF*4**8", "AK4*2*127*2"), "REF"),
    _element("C: if one, then the other", "X12-W0302", "PO1*1**BX*13.4500**VN*GLV-M-200",
             noted("AK3*PO1*7**8", "AK4*2*380*2"), "PO1", older=QUANTITY),
    _element("L: if one, then one of the others", "X12-W0302", "CUR*BY*USD********007",
             noted("AK3*CUR*3**8", "AK4*11*373*2"), "CUR"),
    Case("E: not both", "X12-W0311", "QTY*01*10**SEE NOTE", noted("AK3*QTY*8**8", "AK4*4*61*10"),
         rows=before("CTT", "QTY*01*10**SEE NOTE")),
    _element("too many elements", "X12-W0303", "N1*ST*St. Example*UL*9501101530003***X",
             noted("AK3*N1*6**8", "AK4*7**3"), "N1"),
    _element("too short", "X12-W0304", "CUR*BY*US", noted("AK3*CUR*3**8", "AK4*2*100*4*US"), "CUR"),
    _element("too long", "X12-W0305", "BEG*00*NE*45000123454500012345450**20261120",
             noted("AK3*BEG*2**8", "AK4*3*324*5*45000123454500012345450"), "BEG"),
    _element("character not allowed", "X12-W0306", "BEG*00*NE*45\x0b12**20261120",
             refused("AK3*BEG*2**8", "AK4*3*324*6"), "BEG"),
    _element("not a number", "X12-E0307", "PO1*1*1O*BX*13.4500**VN*GLV-M-200",
             refused("AK3*PO1*7**8", "AK4*2*380*6*1O"), "PO1", older=QUANTITY),
    _element("code not in the list", "X12-W0308", "PO1*1*12*BOX*13.4500**VN*GLV-M-200",
             noted("AK3*PO1*7**8", "AK4*3*355*7*BOX"), "PO1"),
    _element("code in a component", "X12-W0308", "REF*DP*0042**Q8Q>1",
             noted("AK3*REF*4**8", "AK4*4>1*128*7*Q8Q"), "REF"),
    _element("not a date", "X12-W0309", f"BEG*00*NE*{NUMBER}**20261131",
             refused("AK3*BEG*2**8", "AK4*5*373*8*20261131"), "BEG"),
    _inserted("not a time", "X12-W0310", "DTM*002*20261201*2561", noted("AK3*DTM*6**8", "AK4*3*337*9*2561")),
    _element("too many repetitions", "X12-W0312", "REF*DP*0042^0043",
             noted("AK3*REF*4**8", "AK4*2*127*12"), "REF", lowered=(("*127*12", "*127*3"),), version="00501"),
    _element("too many components", "X12-W0313", "REF*DP*00>42",
             noted("AK3*REF*4**8", "AK4*2*127*13"), "REF", lowered=(("*127*13", "*127*3"),)),
    _element("free text is not copied", "X12-W0305", f"N1*ST*{'St. Example ' * 6}*UL*9501101530003",
             noted("AK3*N1*6**8", "AK4*2*93*5"), "N1"),
    _element("several elements of a segment", "X12-E0307", "PO1*1*1O*BOX*13.4500**VN*GLV-M-200",
             refused("AK3*PO1*7**8", "AK4*2*380*6*1O", "AK4*3*355*7*BOX"), "PO1", older=QUANTITY),
)  # fmt: skip

SEGMENTS = (
    _inserted("unknown segment", "X12-W0405", "PQ1*1", noted("AK3*PQ1*6**1")),
    _inserted("unexpected segment", "X12-W0406", "SCH*12*BX***002*20261201", noted("AK3*SCH*6**2")),
    Case("mandatory segment", "X12-E0407", "(no BEG)", refused("AK3*BEG*2**3"), rows=ORDER[1:]),
    Case("loop too often", "X12-W0408", "SAC*A*C310***500 (26 times)", noted("AK3*SAC*31**4"),
         rows=before("N1", *["SAC*A*C310***500"] * 26)),
    Case("segment too often", "X12-W0409", "CUR*BY*USD (twice)", noted("AK3*CUR*4**5"),
         rows=before("REF", "CUR*BY*USD")),
    _inserted("segment of another set", "X12-W0410", "BIG*20261120*90417", noted("AK3*BIG*6**6")),
    Case("segment out of order", "X12-W0411", "CUR*BY*USD (after PER)", noted("AK3*CUR*5**7"),
         rows=tuple(row for row in before("N1", "CUR*BY*USD")[:1] + before("N1", "CUR*BY*USD")[2:])),
    Case("several faults of a segment", "X12-W0409", "CUR*BY*US (the second)",
         noted("AK3*CUR*4**5", "AK3*CUR*4**8", "AK4*2*100*4*US"), rows=before("REF", "CUR*BY*US")),
    Case("inside a loop of LS and LE", "X12-E0307", "LS*LDT~ LDT*AF*X*DA~ LE*LDT",
         refused("AK3*LDT*9*LDT*8", "AK4*2*380*6*X"), rows=before("CTT", "LS*LDT", "LDT*AF*X*DA", "LE*LDT")),
)  # fmt: skip

SETS = (
    Case("set not supported", "X12-E0401", "ST*830*0001", ("AK2*830*0001", "AK5*R*1", "AK9*R*1*1*0*1"),
         sets=(("830", "0001", ("BFR*00",)),), functional_id="PS"),
    Case("kind of the set", "X12-E0422", "ST*85*0001", ("AK2*85*0001", "AK5*R*6", "AK9*R*1*1*0"),
         sets=(("85", "0001", ORDER),), quoted=frozenset({"X12-W0308"})),
    Case("set trailer missing", "X12-E0402", "(no SE)", ("AK2*850*0001", "AK5*R*2", "AK9*R*1*1*0"),
         raw=(("SE*9*0001~\n", ""),)),
    Case("numbers of ST and SE differ", "X12-E0403", "SE*9*0002", ("AK2*850*0001", "AK5*R*3", "AK9*R*1*1*0"),
         raw=(("SE*9*0001", "SE*9*0002"),)),
    Case("number of segments", "X12-W0404", "SE*7*0001", ("AK2*850*0001", "AK5*E*4", "AK9*E*1*1*1"),
         raw=(("SE*9*0001", "SE*7*0001"),)),
    Case("set number twice in the group", "X12-E0413", "ST*850*0001 (twice)",
         ("AK2*850*0001", "AK5*A", "AK2*850*0001", "AK5*R*23", "AK9*P*2*2*1"),
         sets=(("850", "0001", ORDER), ("850", "0001", ORDER))),
    Case('the same, duplicates.set = "accept"', "X12-E0413", "ST*850*0001 (twice)",
         ("AK2*850*0001", "AK5*A", "AK2*850*0001", "AK5*E*23", "AK9*E*2*2*2"),
         sets=(("850", "0001", ORDER), ("850", "0001", ORDER)), duplicates=Duplicates(set="accept")),
    Case("set of another group", "X12-W0412", "GS*IN*… ST*850*0001", ("AK2*850*0001", "AK5*E*18", "AK9*E*1*1*1"),
         functional_id="IN", lowered=(("AK5*E*18", "AK5*E*6"),)),
    Case("form of the set number", "X12-W0414", "ST*850*1", ("AK2*850*1", "AK5*E*7", "AK9*E*1*1*1"),
         sets=(("850", "1", ORDER),), quoted=frozenset({"X12-W0304"})),
)  # fmt: skip

_GOOD = ("AK2*850*0001", "AK5*A")
GROUPS = (
    Case("group not supported", "X12-W0209", "GS*HC*…", ("AK2*850*0001", "AK5*E*18", "AK9*E*1*1*1*1"),
         functional_id="HC", lowered=(("AK5*E*18", "AK5*E*6"),)),
    Case("release not known", "X12-W0205", "GS*…*X*4010", (*_GOOD, "AK9*E*1*1*1*2"),
         raw=(("*X*00", "*X*"),)),
    Case("group trailer missing", "X12-E0201", "(no GE)", (*_GOOD, "AK9*R*1*1*0*3"), raw=(("GE*1*7~\n", ""),)),
    Case("numbers of GS and GE differ", "X12-E0202", "GE*1*8", (*_GOOD, "AK9*R*1*1*0*4"), raw=(("GE*1*7", "GE*1*8"),)),
    Case("number of sets", "X12-W0203", "GE*2*7", (*_GOOD, "AK9*E*2*1*1*5"), raw=(("GE*1*7", "GE*2*7"),)),
    Case("form of the group number", "X12-W0208", "GS*…*A7*X*…", (*_GOOD, "AK9*E*1*1*1*6"),
         raw=(("*0915*7*X", "*0915*A7*X"), ("GE*1*7", "GE*1*A7")), quoted=frozenset({"X12-E0307"})),
    Case("segments behind no ST", "X12-E0419", "GS*…~ BEG*00*…", (*_GOOD, "AK9*E*1*1*1*5"),
         raw=(("ST*850", "BEG*00*NE*1**20261120~\nST*850"),)),
)  # fmt: skip

_QUOTED = frozenset({"X12-W0119"})
INTERCHANGES = (
    Case("numbers of ISA and IEA differ", "X12-E0105", "IEA*1*000000999", ("R*001",),
         raw=(("IEA*1*000000123", "IEA*1*000000999"),)),
    Case("sender's qualifier", "X12-W0119", "ISA05 is X1", ("E*005",),
         raw=(("*01*123456789 ", "*X1*123456789 "),), quoted=_QUOTED),
    Case("receiver's qualifier", "X12-W0119", "ISA07 is X1", ("E*007",),
         raw=(("*01*987654321 ", "*X1*987654321 "),), quoted=_QUOTED),
    Case("receiver", "X12-W0119", "ISA08 is blank", ("E*008",), raw=(("987654321", " " * 9),), quoted=_QUOTED),
    Case("authorization qualifier", "X12-W0119", "ISA01 is 99", ("E*010",), raw=(("ISA*00", "ISA*99"),)),
    Case("security qualifier", "X12-W0119", "ISA03 is 99", ("E*012",), raw=((" *00*  ", " *99*  "),)),
    Case("interchange date", "X12-W0119", "ISA09 is 261131", ("E*014",),
         raw=(("*261120*", "*261131*"),), quoted=frozenset({"X12-W0309"})),
    Case("interchange time", "X12-W0119", "ISA10 is 2561", ("E*015",),
         raw=(("*0915*", "*2561*"),), quoted=frozenset({"X12-W0310"})),
    Case("interchange standard", "X12-W0119", "ISA11 is X", ("E*016",),
         raw=(("*0915*U*", "*0915*X*"),), version="00401"),
    Case("interchange version", "X12-W0119", "ISA12 is 00040", ("E*017",),
         raw=(("*00401*", "*00040*"),), version="00401"),
    Case("interchange control number", "X12-W0114", "ISA13 is 00000012A", ("E*018",),
         raw=(("*000000123*", "*00000012A*"), ("IEA*1*000000123", "IEA*1*00000012A")), quoted=frozenset({"X12-E0307"})),
    Case("acknowledgment requested", "X12-W0119", "ISA14 is 7", ("E*019",), raw=(("*1*P*", "*7*P*"),)),
    Case("test indicator", "X12-W0119", "ISA15 is Q", ("E*020",), raw=(("*1*P*", "*1*Q*"),)),
    Case("number of groups", "X12-W0106", "IEA*2*000000123", ("E*021",), raw=(("IEA*1*", "IEA*2*"),)),
    Case("segment between sets", "X12-W0415", "SE*…~ PO1*… (before GS)", ("E*022",), raw=(("GS*", "PO1*1~\nGS*"),)),
    Case("set outside a group", "X12-E0207", "ISA*…~ GZ*…~ ST*850*0001", ("R*022",),
         raw=(("GS*PO*ACME*", "GZ*PO*ACME*"), ("IEA*1*", "IEA*0*"))),
    Case("interchange ends early", "X12-E0104", "(no IEA)", ("R*023",), raw=(("IEA*1*000000123~\n", ""),)),
)  # fmt: skip

CASES = (*ELEMENTS, *SEGMENTS, *SETS, *GROUPS, *INTERCHANGES)
