"""Ten mistakes that suppliers make, each in a file that is right but for it."""

from dataclasses import dataclass

from adapters.samples.make import Wanted, sample

SEED = 7


@dataclass(frozen=True)
class Mistake:
    """What was sent, and what a person should know who tells the supplier."""

    title: str
    """Of its section."""
    file: str
    set_id: str
    changes: tuple[tuple[str, str], ...]
    """What stands in the right file, and in its place."""
    sent: tuple[str, ...]
    """How the segments begin that are shown."""
    why: str
    mend: str
    """What the supplier's programmer does."""

    def content(self) -> bytes:
        """The file."""
        text = sample(Wanted(self.set_id, seed=SEED, lines=3)).decode()
        for right, wrong in self.changes:
            assert text.count(right) == 1, (self.file, right)
            text = text.replace(right, wrong)
        return text.encode()


MISTAKES = (
    Mistake(
        "The segment terminator stands inside a text", "terminator.edi", "855",
        (("CATHETER, CENTRAL VENOUS", "CATHETER~ CENTRAL VENOUS"),), ("PO1*1", "PID*F****CATHETER", " CENTRAL", "SE*"),
        "X12 cannot escape a separator. Where one stands in a description, the text ends there, its rest becomes a "
        "segment that nobody knows, and SE01 no longer fits.",
        "Replace `~`, `*` and `>` by blanks in every text before the file is written.",
    ),
    Mistake(
        "SE01 counts without ST and SE", "segment-count.edi", "855", (("SE*20*", "SE*18*"),), ("CTT", "SE*"),
        "The most frequent mistake of all. The document is read; but a count that is always wrong cannot show that "
        "something was lost.",
        "Count all segments from ST to SE, both included.",
    ),
    Mistake(
        "IEA02 does not repeat ISA13", "control-number.edi", "810", (("IEA*1*028136294", "IEA*1*028136295"),),
        ("ISA", "GE", "IEA"),
        "Usually a counter is read once for the header and once more for the trailer. The two could belong to two "
        "files that were glued together, so nothing in it is accepted.",
        "Keep the number that was written to ISA13, and write it to IEA02.",
    ),
    Mistake(
        "A date with the month first", "date.edi", "855", (("*20261130***HC", "*11302026***HC"),), ("BAK",),
        "Dates have one form, year, month, day. The date of the order is mandatory here, so the document is rejected.",
        "Write dates as CCYYMMDD.",
    ),
    Mistake(
        "A word instead of the code of a unit", "unit.edi", "855", (("PO1*1*16*EA", "PO1*1*16*EACH"),), ("PO1*1",),
        "The document is accepted and the unit kept as it was sent; but no system downstream knows how many pieces an "
        "`EACH` is, so a person has to look.",
        "Translate the unit of your item master to a code of list 355: EA, BX, CA, PK, CT.",
    ),
    Mistake(
        "The purchase order number is missing", "order-number.edi", "855", (("*AC*4500743993*", "*AC**"),), ("BAK",),
        "An answer without the number of the order answers nothing.",
        "Send the number of the order as it came in BEG03, with all its digits.",
    ),
    Mistake(
        "N103 without N104", "party-id.edi", "856", (("DOCK 2*UL*9521000130012", "DOCK 2*UL"),), ("N1*ST",),
        "UL announces a location number and none follows. The goods are on their way to a door that only its name "
        "tells.",
        "Send the id that the order had in its N1*ST, or leave the qualifier out too.",
    ),
    Mistake(
        "A price with a separator of thousands", "price.edi", "810", (("*3183.54*", "*3,183.54*"),), ("IT1*2",),
        "A number has digits, at most one point and a minus sign. A comma could be a point just as well, and nobody "
        "guesses at prices: the invoice is rejected.",
        "Write numbers plain, without the format of your country.",
    ),
    Mistake(
        "An HL names a parent that does not exist", "parent.edi", "856", (("HL*6*4*I", "HL*6*40*I"),),
        ("HL*4", "HL*5", "HL*6", "LIN*2"),
        "In which carton is the implant? Without its parent the item is put where its neighbours are, "
        "which is a guess.",
        "Write into HL02 the HL01 of the level above, which was written before.",
    ),
    Mistake(
        "The invoice does not add up", "total.edi", "810", (("TDS*394853", "TDS*391750"),),
        ("IT1*", "TDS", "SAC"),
        "TDS01 leaves the freight of SAC out. The invoice is passed on, and accounts payable has to ask before "
        "it pays.",
        "TDS01 is what is to be paid: lines, charges and taxes, less allowances; two decimals, no point.",
    ),
)  # fmt: skip
