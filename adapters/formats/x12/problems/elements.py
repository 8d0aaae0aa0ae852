"""Elements and their values: problem codes X12-?03xx."""

from typing import Final

from canonical.problem import ProblemKind

ELEMENT_MISSING: Final = ProblemKind(
    "X12-E0301",
    "mandatory element is missing",
    "The segment cannot be understood without this element, and nothing was sent in its place.",
    "Ask the sender to fill the element.",
    "BEG*00*SA***20261120~   (BEG03, the purchase order number)",
)
CONDITION_MISSING: Final = ProblemKind(
    "X12-W0302",
    "element is missing that another one calls for",
    "Some elements only make sense together: a qualifier and its value, a quantity and its unit. One was sent without "
    "the other.",
    "Ask the sender for the element that is missing, or to leave out what calls for it.",
    "N1*ST*GENERAL HOSPITAL*92~   (a qualifier in N103, no identifier in N104)",
)
TOO_MANY_ELEMENTS: Final = ProblemKind(
    "X12-W0303",
    "segment has more elements than the standard knows",
    "More elements were sent than this segment has. The known ones were read. Often a separator stands inside a text, "
    "or the segment follows a later release than GS08 says.",
    "Look for the element separator inside a text. If there is none, ask the sender which release they write.",
    "N3*12*MAIN STREET*BUILDING 4~   (the address contained the separator)",
)
TOO_SHORT: Final = ProblemKind(
    "X12-W0304",
    "value is shorter than allowed",
    "The standard gives the element a least length. Often leading zeros were lost in a spreadsheet, or a code of "
    "another list was used.",
    "Compare the value with the sender's own paper; ask them to send it in full.",
    "N4*SPRINGFIELD*IL*627~   (a postal code has at least 4 characters)",
)
TOO_LONG: Final = ProblemKind(
    "X12-W0305",
    "value is longer than allowed",
    "The standard gives the element a greatest length. The value was kept whole here; a stricter system would cut or "
    "refuse it.",
    "Ask the sender to shorten the value, or to put the rest into the element meant for it.",
    "PER*OC*…*TE*0123…   (more characters than the element may hold)",
)
BAD_CHARACTER: Final = ProblemKind(
    "X12-W0306",
    "value has a character that X12 does not allow",
    "The value contains a control character, or one outside the agreed character set. Often a text was pasted from a "
    "word processor, or a file was converted between character sets.",
    "Ask the sender to take the character out.",
    "PID*F****SYRINGE\\x0b5 ML~",
)
NOT_A_NUMBER: Final = ProblemKind(
    "X12-E0307",
    "value is not a number",
    "A quantity, price or amount must be a number: digits, at most one point, a minus sign in front. Often a letter O "
    "stands for a zero, a comma for the point, or a currency sign was sent along.",
    "Ask the sender for the number they meant, and for a corrected document.",
    "PO1*3*1O*BX*13.45~   (one, letter O)",
)
BAD_CODE: Final = ProblemKind(
    "X12-W0308",
    "code is not in the standard's list",
    "The element takes a code from a list, and this value is not in the list of the release. The code was kept as it "
    "was sent. Often it is a word instead of its code, or a private code of the partner.",
    "Look the code up in the partner's guide. If it is agreed between you, it may stay; if not, ask for a listed one.",
    "PO1*1*10*BOX*13.45~   (the code for a box is BX)",
)
BAD_DATE: Final = ProblemKind(
    "X12-W0309",
    "date is not a date of the calendar",
    "A date has eight digits, year, month and day, as 20261120 (six in releases before 4010), and must exist in the "
    "calendar.",
    "Ask the sender for the date they meant.",
    "BEG*00*SA*4500012345**20261131~",
)
BAD_TIME: Final = ProblemKind(
    "X12-W0310",
    "time is not a time of day",
    "A time has four digits, hour and minute, as 0915, and may go on with seconds and fractions of a second.",
    "Ask the sender for the time they meant.",
    "BSN*00*SH88213*20261120*2561~",
)
EXCLUSION_VIOLATED: Final = ProblemKind(
    "X12-W0311",
    "elements were sent that exclude each other",
    "Only one of these elements may be used, because together they would say two things about the same matter.",
    "Ask the sender which of the two they mean, and to leave the other empty.",
    "QTY*01*10**SEE NOTE~   (a quantity in QTY02 and a text in QTY04)",
)
TOO_MANY_REPETITIONS: Final = ProblemKind(
    "X12-W0312",
    "element is repeated more often than allowed",
    "From release 4020 on an element may repeat within its segment, where the standard says so. Here it repeats more "
    "often; often the repetition separator simply stands inside a text.",
    "Look for the separator of ISA11 inside a text, and ask the sender to use another one.",
    "PID*F****SIZE 4^0 SUTURE~   (^ is the repetition separator)",
)
TOO_MANY_COMPONENTS: Final = ProblemKind(
    "X12-W0313",
    "element has more components than allowed",
    "The component separator occurs more often in the element than the standard allows. Often it simply stands inside "
    "a text.",
    "Look for the separator of ISA16 inside a text, and ask the sender to use another one.",
    "PO1*1*10*EA*9.95**VP*AB:12~   (: is the component separator)",
)
TRAILING_SEPARATORS: Final = ProblemKind(
    "X12-I0314",
    "segment ends with separators that say nothing",
    "Empty elements at the end of a segment are left out, with their separators. Nothing is lost.",
    "Nothing to do here. Stricter systems than this one will note it.",
    "REF*DP*0042****~",
)
