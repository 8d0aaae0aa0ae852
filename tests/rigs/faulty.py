"""Faulty interchanges with the problems that stand in them, for tests of how problems are shown."""

from dataclasses import dataclass, field
from typing import Any

from adapters.formats.x12 import problems as x12
from canonical.problem import Problem, ProblemKind

HEADER = (
    "ISA*00*          *00*          *01*123456789      *01*987654321      *261120*0915*U*00401*000000123*0*P*>~"
    "GS*PO*123456789*987654321*20261120*0915*7*X*004010~"
)
ORDER = (
    "ST*850*0001~BEG*00*SA*4500012345**20261131~REF*DP*0042****~N1*ST*GENERAL HOSPITAL*92~"
    "PO1*1*10*EA*9.95**VN*GLV-M-100~"
    "PID*F****EXAMINATION GLOVE, NITRILE, MEDIUM, POWDER FREE, NOT STERILE, BOX OF ONE HUNDRED, LATEX FREE\x0b~"
    "PO1*3*1O*BX*13.45**VN*GLV-M-200~PO1*4*2*BOX*13.45**VN*手袋-200~PO1*5*12*BOX*13.45**VN*手袋-300~CTT*4~SE*22*0001~"
)
TRAILER = "GE*1*7~IEA*1*000000124~"


@dataclass(frozen=True)
class Faulty:
    """A delivery's text, and a maker of problems that stand at a given piece of it."""

    text: str
    envelope: dict[str, Any] = field(
        default_factory=lambda: {
            "interchange": "000000123",
            "group": "7",
            "transaction": "0001",
            "message_type": "850",
        }
    )

    @property
    def content(self) -> bytes:
        return self.text.encode()

    def problem(self, kind: ProblemKind, context: str, piece: str | None = None, **details: Any) -> Problem:
        """A problem at ``piece`` within the first ``context``; an empty piece is the end of the context."""
        start = self.text.index(context)
        piece = context if piece is None else piece
        start += context.rindex(piece) if piece else len(context)
        offset = len(self.text[:start].encode())
        return Problem.model_validate(
            {
                "code": kind.code,
                "severity": kind.severity,
                "message": kind.title,
                "line": self.text[:start].count("\n") + 1,
                "offset": offset,
                "length": len(piece.encode()),
                "ack": x12.ACK_CODES.get(kind.code),
                **self.envelope,
                **details,
            }
        )


ORDER_FILE = Faulty(HEADER + ORDER + TRAILER)


def order_problems() -> list[Problem]:
    """One problem of each shape: wrong, missing, repeated, hidden, counted, envelope."""
    file = ORDER_FILE
    nothing = dict.fromkeys(("group", "transaction", "message_type"))
    return [
        file.problem(
            x12.BAD_DATE,
            "20261131",
            segment="BEG",
            segment_index=2,
            element=5,
            element_number="373",
            element_name="Date",
            found="20261131",
            expected="a date as YYYYMMDD",
        ),
        file.problem(x12.TRAILING_SEPARATORS, "****~", "****", segment="REF", segment_index=3),
        file.problem(
            x12.CONDITION_MISSING,
            "HOSPITAL*92",
            "",
            segment="N1",
            segment_index=4,
            loop="N1[1]",
            element=4,
            element_number="67",
            element_name="Identification Code",
            expected="a value, because N103 was sent",
        ),
        file.problem(
            x12.BAD_CHARACTER,
            "EXAMINATION GLOVE, NITRILE, MEDIUM, POWDER FREE, NOT STERILE, BOX OF ONE HUNDRED, LATEX FREE\x0b",
            "\x0b",
            segment="PID",
            segment_index=6,
            loop="PO1[1]/PID[1]",
            element=5,
            element_number="352",
            element_name="Description",
        ),
        file.problem(
            x12.NOT_A_NUMBER,
            "PO1*3*1O",
            "1O",
            message="quantity is not a number",
            segment="PO1",
            segment_index=7,
            loop="PO1[2]",
            element=2,
            element_number="330",
            element_name="Quantity Ordered",
            found="1O",
            expected="a number, 1 to 15 digits",
            help="Did the sender mean 10? Ask for a corrected 850.",
            path="lines[1].quantity.value",
        ),
        file.problem(
            x12.BAD_CODE,
            "PO1*5*12*BOX",
            "BOX",
            segment="PO1",
            segment_index=9,
            loop="PO1[4]",
            element=3,
            element_number="355",
            element_name="Unit or Basis for Measurement Code",
            found="BOX",
            expected="a code of the list, as BX",
        ),
        file.problem(
            x12.SEGMENT_COUNT_WRONG,
            "SE*22",
            "22",
            segment="SE",
            segment_index=11,
            element=1,
            element_number="96",
            element_name="Number of Included Segments",
            found="22",
            expected="11",
        ),
        file.problem(
            x12.INTERCHANGE_NUMBERS_DIFFER,
            "000000124",
            segment="IEA",
            element=2,
            element_number="I12",
            element_name="Interchange Control Number",
            found="000000124",
            expected="000000123",
            **nothing,
        ),
    ]
