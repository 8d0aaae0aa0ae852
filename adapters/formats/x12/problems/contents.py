"""What a set says of itself: problem codes X12-?05xx."""

from typing import Final

from canonical.problem import ProblemKind

ITEM_CHECK_DIGIT_WRONG: Final = ProblemKind(
    "X12-W0501",
    "check digit of the item number is wrong",
    "The last digit of a GTIN (UPC, EAN) follows from the others. Here it does not, so a digit was mistyped or two "
    "were swapped, and the number may name another item or none. It was passed on as it was sent.",
    "Ask the sender to correct the number in their item master.",
    "PO1*1*2*BX*17.50**UP*036000291453~",
)
ITEM_FORM_WRONG: Final = ProblemKind(
    "X12-W0502",
    "item number has another form than its qualifier says",
    "The qualifier names the kind of number, and each kind has its length and its signs: a GTIN-12 has twelve digits, "
    "a national drug code ten or eleven. It was passed on as it was sent; a search by it may find nothing.",
    "Ask the sender to send the right qualifier, or the number whole.",
    "LIN**N4*0123-4567-89~   (N4 is 5-4-2)",
)
HIBC_CHECK_WRONG: Final = ProblemKind(
    "X12-W0503",
    "check character of the health industry bar code is wrong",
    "The last character of a HIBC follows from the others. Here it does not, so a character was mistyped or cut off.",
    "Ask the sender to correct the code in their item master.",
    "LIN**HI*+A123BJC5D6E71F~",
)
PARTY_CHECK_DIGIT_WRONG: Final = ProblemKind(
    "X12-W0504",
    "check digit of the party's id is wrong",
    "The last digit of a GLN, a DEA number or an NPI follows from the others. Here it does not, so the id may name "
    "another place or none: goods can go to the wrong door.",
    "Ask the sender to compare the id with the one that the party gave them.",
    "N1*ST*NORTH CLINIC*UL*9501101530004~",
)
PARTY_FORM_WRONG: Final = ProblemKind(
    "X12-W0505",
    "party's id has another form than its qualifier says",
    "The qualifier names the kind of id: a GLN has thirteen digits, a health industry number nine letters and digits. "
    "It was passed on as it was sent; a search by it may find nothing.",
    "Ask the sender to send the right qualifier, or the id whole.",
    "N1*ST*NORTH CLINIC*21*1234~",
)
SSCC_WRONG: Final = ProblemKind(
    "X12-W0506",
    "serial shipping container code does not fit",
    "An SSCC has eighteen digits, and the last follows from the others. This one does not fit, so the label of the "
    "package will not be found by it when it is scanned on receipt.",
    "Ask the sender to send the number that is printed on the label.",
    "MAN*GM*00340123450000000019~",
)
INVOICE_TOTAL_WRONG: Final = ProblemKind(
    "X12-W0511",
    "invoice total is not the sum of its parts",
    "TDS01 says what is to be paid. Lines, charges, allowances and taxes as they were sent add up to another amount; "
    "all usual ways to count them were tried. The invoice was passed on as it was sent.",
    "Have accounts payable look at the invoice before it is paid, and ask the sender how they add it up.",
    "IT1*1*10*BX*5.00~ TDS*5500~",
)
ORDER_TOTAL_WRONG: Final = ProblemKind(
    "X12-W0512",
    "order total is not the sum of its lines",
    "AMT*TT says what the order is worth. Quantities times prices add up to another amount, so a line, a quantity or a "
    "price may not be what the buyer sees.",
    "Compare the lines with the sender's own paper.",
    "PO1*1*10*BX*5.00~ CTT*1~ AMT*TT*55~",
)
LEVEL_MISPLACED: Final = ProblemKind(
    "X12-W0521",
    "level of the shipment stands where it does not belong",
    "A ship notice goes from the shipment over orders and packages to the items. This level stands under one that "
    "cannot hold it, or the shipment is not at the top, so what lies in which package may be read wrongly.",
    "Ask the sender to name the right parent in HL02.",
    "HL*1**O~ HL*2*1*S~",
)
LEVEL_CHILDREN_WRONG: Final = ProblemKind(
    "X12-W0522",
    "HL04 and the levels below it disagree",
    "HL04 says whether a level has others below it. What was sent says otherwise: levels may be missing, or the code "
    "is filled in without a look.",
    "Compare the shipment with the paper. If nothing is missing, ask the sender to correct HL04.",
    "HL*2*1*O*0~ HL*3*2*I~",
)
