"""What can differ between an order and what came of it: for buyers and for accounts payable."""

from typing import Final

from canonical.problem import ProblemKind

REFUSED_AS_UNREADABLE: Final = ProblemKind(
    "BUS-E0123",
    "the seller's system refused the order as unreadable",
    "A 997, 999, TA1 or 824 rejects the order, so nobody at the seller has seen it. Nothing will be shipped.",
    "See in the acknowledgment what was refused, mend it, and send the order anew.",
)
ORDER_REJECTED: Final = ProblemKind(
    "BUS-E0124",
    "the seller rejects the order",
    "The 855 rejects the order as a whole, or each of its lines. Nothing will be shipped.",
    "Ask the seller for the reason, or order elsewhere.",
)
LINE_REJECTED: Final = ProblemKind(
    "BUS-E0125",
    "the seller rejects a line",
    "The 855 rejects or cancels the line, or a part of its quantity. It will not come. The code (X12 668) says more: "
    "R1 is no contract item, R2 a wrong item number, R3 a wrong unit.",
    "Correct the item and order it anew, or order it elsewhere.",
)
BACKORDERED: Final = ProblemKind(
    "BUS-W0126",
    "the seller ships a part of the line later",
    "The 855 puts the line, or a part of its quantity, on backorder. This ends by itself when the rest is shipped.",
    "See whether the stock lasts until the day that is promised; else order elsewhere and cancel the rest by an 860.",
)
SUBSTITUTED: Final = ProblemKind(
    "BUS-W0127",
    "another item comes in place of the ordered one",
    "The answer, the ship notice or the invoice names an item with another number than the one that was ordered.",
    "Have somebody judge who knows the use of the item. Where it will not do, send it back or cancel the line.",
)
PRICE_CONFIRMED: Final = ProblemKind(
    "BUS-W0128",
    "the confirmed price is not the ordered one",
    "The 855 names another price than the order, by more than the agreement tolerates. The invoice will follow it.",
    "Compare with the contract before goods are shipped; it is easier now than at the invoice.",
)
QUANTITY_CONFIRMED: Final = ProblemKind(
    "BUS-W0129",
    "the answered quantity is not the ordered one",
    "What the 855 accepts, backorders and rejects of the line is in sum not what was ordered.",
    "Ask the seller what becomes of the difference, or change the order by an 860.",
)
ON_HOLD: Final = ProblemKind(
    "BUS-W0130",
    "the seller holds the line back",
    "The 855 says that the line is on hold, as for a credit check or a missing licence.",
    "Ask the seller what it waits for.",
)
UNIT_DIFFERS: Final = ProblemKind(
    "BUS-E0131",
    "another unit than the ordered one, and no known factor between them",
    "A document counts the line in another unit than the order. How many of one are in the other is not known for this "
    "item, so the quantity is not compared and counts nowhere.",
    "Give the factor in xref/unit.csv, or have the seller write the ordered unit.",
)
NOT_ON_ORDER: Final = ProblemKind(
    "BUS-E0132",
    "a line that the order does not have",
    "A document names the order, with a line whose number and item are none of the order's.",
    "Find out whether it was ordered by telephone, or belongs to another order.",
)
OVER_SHIPPED: Final = ProblemKind(
    "BUS-E0133",
    "more was shipped or received than was ordered",
    "The ship notices, or the receipts, of a line are in sum more than the order has.",
    "Keep it by an 860 that orders more, or send the rest back.",
)
SHORT_RECEIVED: Final = ProblemKind(
    "BUS-W0134",
    "not all that was shipped arrived well",
    "A receipt has less than the ship notices, or says that a part is damaged or wrong.",
    "Claim it from the seller or the carrier; what did not arrive well should not be paid.",
)
LOT_EXPIRED: Final = ProblemKind(
    "BUS-E0135",
    "a lot has expired when it arrives",
    "The expiry in the ship notice or the receipt is before the day of arrival.",
    "Do not put it on the shelf. Send it back and ask for another lot.",
)
LOT_SHORT_DATED: Final = ProblemKind(
    "BUS-W0136",
    "a lot expires sooner than agreed",
    "The agreement says how long goods must keep from their arrival on; this lot keeps less long.",
    "Use it first where that can be done, or send it back.",
)
NOT_SHIPPED: Final = ProblemKind(
    "BUS-E0137",
    "a line should have been shipped and was not",
    "The day that the seller promised, or that the order asks for, is over, and no notice has all of the line.",
    "Ask the seller for a new day, and whether the notice was forgotten.",
)
NOT_INVOICED: Final = ProblemKind(
    "BUS-W0138",
    "what was shipped is not invoiced in time",
    "The agreement says how soon an invoice follows a shipment, and that time is over.",
    "Ask the seller for the invoice; a discount for early payment may depend on it.",
)
CHANGE_REFUSED: Final = ProblemKind(
    "BUS-E0139",
    "the seller does not take a change of the order",
    "The 865 rejects the change (860), or a line of it. The order stands as it was before.",
    "Ask the seller for the reason. Perhaps the goods are on their way already.",
)
PRICE_INVOICED: Final = ProblemKind(
    "BUS-E0140",
    "the invoiced price is not the ordered one",
    "The invoice names another price than the order, by more than the agreement tolerates.",
    "Compare with the contract. Accept it, or dispute the difference with the seller.",
)
OVER_INVOICED: Final = ProblemKind(
    "BUS-E0141",
    "more is invoiced than was ordered or delivered",
    "The invoices of a line, less credit memos, are in sum more than was ordered, or than was received well; where "
    "the line has no receipt, more than was shipped.",
    "Pay what was delivered, and ask for a credit memo for the rest.",
)
DUPLICATE_INVOICE: Final = ProblemKind(
    "BUS-E0142",
    "an invoice of this number was there before",
    "A second invoice or credit memo has the number of an earlier one for this order, and does not say that it "
    "replaces it. The first one counts.",
    "Pay one of them. Where their contents differ, ask the seller which is right.",
)
INVOICED_NOT_DELIVERED: Final = ProblemKind(
    "BUS-E0143",
    "invoiced, and neither shipped nor received",
    "An invoice has a line of which no ship notice and no receipt is known.",
    "Ask the dock whether it is there without its papers; else ask the seller.",
)
CONTRACT_EXPIRED: Final = ProblemKind(
    "BUS-W0144",
    "the order names a contract that had ended",
    "The contract's last day is before the day of the order, so its prices may not hold any more.",
    "See whether the contract was prolonged, and bring its dates up to date.",
)
LINE_NOT_ANSWERED: Final = ProblemKind(
    "BUS-W0145",
    "the answer leaves a line out",
    "The seller answered the order, and does not mention this line. That is not a rejection, and no promise either.",
    "Ask the seller about the line; a second 855 often follows.",
)
CHANGE_NOT_ANSWERED: Final = ProblemKind(
    "BUS-W0146",
    "the seller has not answered a change of the order",
    "An 860 was sent and no 865 to it is known. Whether the seller follows the change is open; here it counts.",
    "Ask the seller whether it has the change.",
)
