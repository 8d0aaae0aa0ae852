"""What hospitals order, and who orders from whom: invented goods and parties, as data."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["supply", "implant", "drug"]
"""A supply has a lot; an implant a serial number too, a UDI and a HIBC; a drug its national drug code."""


@dataclass(frozen=True, slots=True)
class Good:
    """An item of a seller's catalog."""

    number: str
    """The seller's."""
    description: str
    unit: str
    """X12 355: BX box, CA case, EA piece, PK pack, CT carton, VI vial."""
    cents: tuple[int, int]
    """Between which prices, in cents."""
    usual: tuple[int, int]
    """Between which quantities it is ordered."""
    kind: Kind = "supply"


def _goods(kind: Kind, usual: tuple[int, int], *rows: tuple[str, str, str, int, int]) -> tuple[Good, ...]:
    return tuple(Good(number, text, unit, (low, high), usual, kind) for number, text, unit, low, high in rows)


SUPPLIES: Final = _goods(
    "supply",
    (2, 60),
    ("GLV-N-S", "GLOVE, EXAM, NITRILE, POWDER FREE, SMALL, 100/BX", "BX", 990, 1490),
    ("GLV-N-M", "GLOVE, EXAM, NITRILE, POWDER FREE, MEDIUM, 100/BX", "BX", 990, 1490),
    ("GLV-N-L", "GLOVE, EXAM, NITRILE, POWDER FREE, LARGE, 100/BX", "BX", 990, 1490),
    ("GLV-S-75", "GLOVE, SURGICAL, LATEX FREE, STERILE, SIZE 7.5, 50 PR/BX", "BX", 4850, 6990),
    ("SUT-A-30", "SUTURE, ABSORBABLE, BRAIDED, 3-0, 27IN, CT-1, 36/BX", "BX", 3990, 6200),
    ("SUT-A-40", "SUTURE, ABSORBABLE, BRAIDED, 4-0, 18IN, PS-2, 12/BX", "BX", 4200, 6850),
    ("SUT-N-20", "SUTURE, NONABSORBABLE, SILK, 2-0, 30IN, SH, 36/BX", "BX", 3600, 5400),
    ("CATH-F-14", "CATHETER, FOLEY, 2-WAY, 14FR, 10ML BALLOON, LATEX FREE", "EA", 640, 990),
    ("CATH-F-16", "CATHETER, FOLEY, 2-WAY, 16FR, 10ML BALLOON, LATEX FREE", "EA", 640, 990),
    ("CATH-IV-20", "CATHETER, IV, SAFETY, 20GA X 1.25IN, 50/BX", "BX", 8900, 12900),
    ("CATH-CV-7", "CATHETER, CENTRAL VENOUS, 3 LUMEN, 7FR X 20CM, KIT", "EA", 5900, 8900),
    ("IVK-22", "KIT, IV START, STERILE, W/ CHLORHEXIDINE, 50/CA", "CA", 10900, 13900),
    ("SYR-10-LL", "SYRINGE, 10ML, LUER LOCK, STERILE, 100/BX", "BX", 1450, 2250),
    ("NDL-18-15", "NEEDLE, HYPODERMIC, 18GA X 1.5IN, 100/BX", "BX", 720, 1190),
    ("GAU-44", "SPONGE, GAUZE, STERILE, 4 X 4IN, 12 PLY, 10/PK", "PK", 310, 560),
    ("DRS-TF-10", "DRESSING, TRANSPARENT FILM, 10 X 12CM, 50/BX", "BX", 5100, 7400),
    ("DRP-LAP", "DRAPE, LAPAROTOMY, STERILE, 100 X 122IN, 12/CA", "CA", 13900, 18900),
    ("GWN-ISO", "GOWN, ISOLATION, YELLOW, KNIT CUFF, 50/CA", "CA", 4200, 6900),
    ("MSK-N95", "RESPIRATOR, PARTICULATE, N95, 20/BX", "BX", 1890, 2990),
    ("TRO-12", "TROCAR, BLADELESS, 12MM X 100MM, 6/BX", "BX", 21900, 29900),
    ("STP-35W", "STAPLER, SKIN, 35 WIDE, 6/BX", "BX", 4900, 7200),
    ("TUB-ET-75", "TUBE, ENDOTRACHEAL, CUFFED, 7.5MM, 10/BX", "BX", 2400, 3900),
    ("ELC-ECG", "ELECTRODE, ECG, FOAM, WET GEL, 50/PK", "PK", 590, 990),
    ("SHP-5Q", "CONTAINER, SHARPS, 5 QUART, RED, 20/CA", "CA", 7800, 10900),
)
IMPLANTS: Final = _goods(
    "implant",
    (1, 1),
    ("HIP-ST-12", "HIP STEM, CEMENTLESS, SIZE 12, STANDARD OFFSET", "EA", 389000, 459000),
    ("HIP-CUP-54", "ACETABULAR CUP, POROUS, 54MM", "EA", 179000, 219000),
    ("HIP-LN-36", "LINER, CROSSLINKED PE, 36MM, FOR 54MM CUP", "EA", 98000, 129000),
    ("HIP-HD-36", "FEMORAL HEAD, CERAMIC, 36MM, +5", "EA", 149000, 185000),
    ("KNE-FEM-5R", "KNEE, FEMORAL COMPONENT, SIZE 5, RIGHT", "EA", 289000, 339000),
    ("PCM-DR", "PACEMAKER, DUAL CHAMBER, MRI CONDITIONAL", "EA", 410000, 520000),
    ("STN-DE-30", "STENT, CORONARY, DRUG ELUTING, 3.0 X 18MM", "EA", 129000, 159000),
    ("LNS-MF-21", "LENS, INTRAOCULAR, MONOFOCAL, 21.0 D", "EA", 14900, 21900),
)
DRUGS: Final = _goods(
    "drug",
    (1, 24),
    ("RX-KET-10", "KETOROLAC 30MG/ML INJECTION, 1ML VIAL, 25/CT", "CT", 2900, 4900),
    ("RX-LID-1", "LIDOCAINE 1% INJECTION, 20ML VIAL, 25/CT", "CT", 3900, 6100),
    ("RX-OND-4", "ONDANSETRON 4MG/2ML INJECTION, VIAL, 10/CT", "CT", 990, 1900),
    ("RX-CEF-1", "CEFAZOLIN 1G POWDER FOR INJECTION, VIAL, 25/CT", "CT", 4200, 5900),
    ("RX-HEP-5", "HEPARIN 5,000 UNITS/ML INJECTION, 1ML VIAL, 25/CT", "CT", 3100, 5200),
    ("RX-NS-1000", "SODIUM CHLORIDE 0.9% INJECTION, 1000ML BAG, 14/CA", "CA", 2900, 4400),
)


@dataclass(frozen=True, slots=True)
class Company:
    """A hospital or a seller: its names, its places and how it is reached."""

    name: str
    place: int
    """Its global location number is made from this."""
    street: str
    city: str
    state: str
    postal: str
    phone: str
    domain: str


HOSPITALS: Final = (
    Company("ST. EXAMPLE MEDICAL CENTER", 11000, "410 HARBOR ST", "PORT EXAMPLE", "MA", "02199", "6175550188",
            "st-example.example"),
    Company("LAKE SAMPLE REGIONAL HOSPITAL", 12000, "2200 SHORELINE DR", "LAKE SAMPLE", "OH", "44199", "2165550142",
            "lake-sample.example"),
    Company("MESA SPECIMEN CHILDREN'S HOSPITAL", 13000, "77 CANYON RD", "MESA SPECIMEN", "AZ", "85299", "4805550117",
            "mesa-specimen.example"),
)  # fmt: skip
SELLERS: Final = (
    Company("NORTHWIND MEDICAL SUPPLY", 21000, "77 DEPOT RD", "NORTH EXAMPLE", "NH", "03099", "8005550119",
            "northwind.example"),
    Company("ACME SURGICAL", 22000, "1200 FOUNDRY AVE", "WEST EXAMPLE", "IL", "60699", "3125550142", "acme.example"),
    Company("BLUE HERON HEALTHCARE", 23000, "9 MARSH LANE", "HERON EXAMPLE", "GA", "30399", "4045550163",
            "blueheron.example"),
)  # fmt: skip
DEPARTMENTS: Final = ("CENTRAL SUPPLY", "OPERATING ROOM", "CATH LAB", "PHARMACY", "EMERGENCY", "ICU 4 WEST")
BUYERS: Final = ("M. ORTEGA", "J. WREN", "A. LINDQVIST", "S. OKAFOR", "D. PEREIRA")
