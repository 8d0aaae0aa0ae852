"""Names for reading messages aloud: segments, fields, parts of types and codes, in short words of our own.

Positions are those of HL7 v2.9.1 (chapters 2, 3, 4, 6, 7, 8, 10 and 17); later versions only add behind earlier ones.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SEGMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "FHS": "beginning of a file", "FTS": "end of a file", "BHS": "beginning of a batch", "BTS": "end of a batch",
        "MSH": "message header", "MSA": "answer to a message", "ERR": "fault of a message", "SFT": "sending software",
        "EVN": "event", "NTE": "note", "DSC": "continuation", "ADD": "continued text", "QAK": "answer to a query",
        "PID": "patient", "PD1": "more about the patient", "PV1": "visit", "PV2": "more about the visit",
        "NK1": "next of kin", "GT1": "guarantor", "IN1": "insurance", "IN2": "more about the insurance",
        "IN3": "insurance certification", "ACC": "accident", "MRG": "merged patient", "AL1": "allergy",
        "IAM": "allergy, adverse reaction", "DG1": "diagnosis", "DRG": "diagnosis group", "PR1": "procedure",
        "ORC": "order", "RQD": "requested item", "RQ1": "more about the requested item", "OBR": "observation ordered",
        "OBX": "observation", "PRT": "participation", "TQ1": "timing", "RXO": "drug order", "RXE": "drug encoded",
        "RXD": "drug dispensed", "RXA": "drug given", "RXR": "route of a drug", "FT1": "charge or usage",
        "SCH": "appointment", "RGS": "group of resources", "AIS": "procedure needed", "AIG": "resource needed",
        "AIL": "room needed", "AIP": "person needed", "MFI": "master file", "MFE": "entry of a master file",
        "IIM": "stock item", "ITM": "item", "VND": "vendor", "PKG": "packaging", "PCE": "price by cost center",
        "IVT": "stock place", "ITV": "stock place", "ILT": "lot in stock", "EQU": "equipment", "INV": "inventory",
        "TXA": "document notice",
    }
)  # fmt: skip

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "MSH": "3 :HD; 4 sending facility:HD; 5 receiving application:HD; 6 receiving facility:HD; "
               "7 written:TS; 9 :MSG; 13 sequence number; 15 accept answer wanted; 16 application answer wanted; "
               "17 country; 19 language:CE; 21 profile:EI",
        "FHS": "3 sending application; 4 sending facility; 5 receiving application; 6 receiving facility; "
               "7 written:TS; 9 file name; 10 comment; 11 file control id",
        "BHS": "3 sending application; 4 sending facility; 5 receiving application; 6 receiving facility; "
               "7 written:TS; 9 batch name; 10 comment; 11 batch control id",
        "BTS": "1 messages in the batch; 2 comment", "FTS": "1 batches in the file; 2 comment",
        "MSA": "1 verdict; 2 control id answered; 3 text",
        "EVN": "1 event; 2 recorded:TS; 5 operator:XCN; 6 happened:TS",
        "ERR": "2 place; 3 condition:CE; 4 severity; 5 application's code:CE; 7 details; 8 words for the user",
        "NTE": "1 number; 2 source; 3 text; 4 kind:CE",
        "PID": "1 number; 2 external id:CX; 3 patient id:CX; 4 other id:CX; 5 name:XPN; 6 mother's name:XPN; "
               "7 birth:TS; 8 sex:CE; 11 address:XAD; 13 phone at home; 14 phone at work; 18 account:CX",
        "PV1": "1 number; 2 class; 3 place:PL; 7 attending doctor:XCN; 8 referring doctor:XCN; 10 service; "
               "17 admitting doctor:XCN; 18 patient type; 19 visit:CX; 44 admitted:TS; 45 discharged:TS",
        "ORC": "1 order control; 2 placer's order:EI; 3 filler's order:EI; 4 group:EI; 5 status; 7 timing; "
               "8 parent:EI; 9 ordered:TS; 10 entered by:XCN; 12 ordered by:XCN; 13 entered at:PL; 15 effective:TS; "
               "16 reason:CE; 17 organization:CE; 21 facility",
        "RQD": "1 line; 2 :CE; 3 item code, external:CE; 4 hospital's item code:CE; 6 :CE; 7 cost center:CE; "
               "8 account:CE; 9 deliver to:CE; 10 :TS",
        "RQ1": "2 manufacturer:CE; 3 manufacturer's catalog; 4 vendor:CE; 5 vendor's catalog; 6 taxable; "
               "7 substitute allowed",
        "FT1": "1 number; 2 transaction; 3 batch; 4 :DR; 5 :TS; 6 transaction type; 7 :CE; 8 description; "
               "9 other description; 11 :CP; 12 :CP; 13 department:CE; 16 place:PL; 20 performed by:XCN; "
               "21 ordered by:XCN; 22 :CP; 23 filler's order:EI; 24 entered by:XCN; 25 procedure:CE; 29 drug code:CE; "
               "34 item:CE; 35 model:CE",
        "SCH": "1 placer's appointment:EI; 2 :EI; 3 occurrence; 4 group:EI; 6 reason of the event:CE; 7 reason:CE; "
               "8 type:CE; 9 duration; 10 unit of the duration:CE; 11 :TQ; 16 contact:XCN; 20 entered by:XCN; "
               "25 status:CE",
        "RGS": "1 number; 2 action; 3 group:CE",
        "AIS": "1 number; 2 action; 3 procedure:CE; 4 start:TS; 7 duration; 8 unit of the duration:CE; 10 status:CE",
        "AIG": "1 number; 2 action; 3 resource:CE; 4 type:CE; 5 group:CE; 6 quantity; 7 unit:CE; 8 start:TS; "
               "11 duration; 12 unit of the duration:CE; 14 status:CE",
        "AIL": "1 number; 2 action; 3 room:PL; 4 type:CE; 5 group:CE; 6 start:TS; 9 duration; "
               "10 unit of the duration:CE; 12 status:CE",
        "AIP": "1 number; 2 action; 3 person:XCN; 4 role:CE; 5 group:CE; 6 start:TS; 12 status:CE",
        "MFI": "1 file:CE; 2 application; 3 file event; 4 entered:TS; 5 effective:TS; 6 answer wanted",
        "MFE": "2 control id; 3 :TS; 4 key:CE; 5 type of the key; 6 entered:TS",
        "IIM": "1 key:CE; 2 item:CE; 3 lot; 4 :TS; 5 manufacturer:CE; 6 place:CE; 7 received:TS; "
               "9 unit received:CE; 10 :CP; 11 on-hand date:TS; 13 unit on hand:CE; 14 procedure:CE",
        "ITM": "1 item; 2 description; 3 status:CE; 4 type:CE; 5 category:CE; 6 expires; 7 manufacturer; "
               "8 manufacturer's name; 9 manufacturer's catalog; 10 labeler; 11 chargeable; 12 charge:CE; "
               "13 amount:CP; 14 stocked; 15 risk:CE; 16 price; 17 latex; 19 account:CE; 20 approved quantity; "
               "21 approved price:CP; 22 taxable; 27 procedure:CE; 29 handling:CE; 30 hazardous; 31 sterile; "
               "33 UNSPSC:CE",
        "VND": "1 number; 2 vendor; 3 name; 4 vendor's catalog; 5 first choice",
        "PKG": "1 number; 2 unit:CE; 3 usual order unit; 4 quantity; 5 price:CP; 6 next price:CP; 7 from:TS; 8 GTIN",
        "PCE": "1 number; 2 cost center:CE; 3 charge:CE; 4 amount:CP",
        "IVT": "1 number; 2 place; 3 name of the place; 4 source; 5 name of the source; 6 status:CE; 7 bin; "
               "8 order unit:CE; 9 issue unit:CE; 10 account:CE; 11 chargeable; 12 charge:CE; 13 amount:CP; "
               "14 importance:CE; 15 stocked; 16 consignment; 17 reusable; 22 safety stock, days; 24 reorder point; "
               "25 reorder quantity; 26 par level",
        "ILT": "1 number; 2 lot; 3 :TS; 4 received:TS; 5 quantity received; 6 unit received:CE; 7 cost:CP; "
               "8 on-hand date:TS; 9 quantity on hand; 10 unit on hand:CE",
        "RXD": "1 number; 2 :CE; 3 :TS; 5 :CE; 7 prescription; 10 dispensed by:XCN; 18 lot; 19 expiry date:TS; "
               "20 manufacturer:CE",
        "EQU": "1 equipment:EI; 2 event:TS; 3 state:CE",
        "INV": "1 :CE; 2 status:CE; 3 type:CE; 4 container:CE; 6 initial quantity; 8 ; 11 unit:CE; 12 :TS; 16 lot",
        "OBR": "1 number; 2 placer's order:EI; 3 filler's order:EI; 4 service:CE; 7 observed:TS; 22 reported:TS; "
               "25 status",
        "OBX": "1 number; 2 type of the value; 3 observation:CE; 4 sub id; 5 value; 6 unit:CE; 8 flags; 11 status; "
               "14 observed:TS; 18 :EI",
        "PRT": "2 action; 4 kind:CE; 5 person:XCN; 10 :EI; 17 made:TS; 18 expires:TS; 19 lot; 20 serial number",
    }
)  # fmt: skip
"""Segment -> ``number name:type; ...``. A name that problems are told with is not repeated here."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CE": ("code", "text", "of system", "other code", "other text", "of other system"),
        "HD": ("name", "id", "type of id"),
        "EI": ("number", "given by", "id", "type of id"),
        "CX": ("id", "check digit", "check scheme", "given by", "type"),
        "XPN": ("family name", "given name", "further names", "suffix", "prefix"),
        "XCN": ("id", "family name", "given name", "further names", "suffix", "prefix"),
        "XAD": ("street", "other line", "city", "state", "postal code", "country", "type"),
        "PL": ("unit", "room", "bed", "facility", "status", "type", "building", "floor"),
        "DR": ("start", "end"),
        "TS": ("moment", "precision"),
        "TQ": ("quantity", "interval", "duration", "start", "end", "priority"),
        "MSG": ("type", "event", "structure"),
    }
)
"""Type -> what its components are called."""

_ANSWERS: Final = {"AL": "always", "NE": "never", "ER": "on errors", "SU": "on success"}
_VERDICTS: Final = {
    "AA": "accepted", "AE": "error", "AR": "rejected", "CA": "taken", "CE": "error on arrival", "CR": "refused",
}  # fmt: skip
_YES: Final = {"Y": "yes", "N": "no"}
_ACTIONS: Final = {"A": "add", "D": "delete", "U": "update", "X": "no change"}

CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "MSH-9": {
            "OMS": "stock requisition", "OMN": "non-stock requisition", "ORM": "order", "MFN": "master file",
            "DFT": "charges and usage", "SIU": "schedule", "ADT": "patient event", "ACK": "answer", "ORU": "results",
            "RDS": "dispense", "INU": "inventory update", "ORS": "answer to a stock requisition",
            "ORN": "answer to a non-stock requisition", "ORR": "answer to an order", "MFK": "answer to a master file",
        },
        "MSH-11": {"P": "production", "T": "training", "D": "debugging"},
        "MSH-15": _ANSWERS, "MSH-16": _ANSWERS, "MSA-1": _VERDICTS,
        "ERR-4": {"E": "error", "W": "warning", "I": "information", "F": "fatal"},
        "ORC-1": {
            "NW": "new order", "CA": "cancel", "XO": "change", "RP": "replace", "HD": "hold", "RL": "release",
            "DC": "discontinue", "OK": "taken", "UA": "cannot be taken", "SC": "status changed", "SS": "status asked",
            "RE": "observations follow", "CR": "cancelled", "OC": "cancelled", "RO": "replacement", "XX": "changed",
        },
        "ORC-5": {
            "CM": "complete", "IP": "in process", "SC": "scheduled", "CA": "cancelled", "HD": "on hold",
            "A": "partly done", "DC": "discontinued", "ER": "error", "RP": "replaced",
        },
        "PID-8": {"F": "female", "M": "male", "O": "other", "U": "unknown", "A": "ambiguous", "N": "not applicable"},
        "PV1-2": {"I": "inpatient", "O": "outpatient", "E": "emergency", "P": "preadmit", "R": "recurring"},
        "FT1-6": {"CG": "charge", "CD": "credit", "PY": "payment", "CP": "copayment", "AJ": "adjustment"},
        "MFI-3": {"UPD": "update", "REP": "replace"},
        "MFI-6": _ANSWERS,
        "MFE-1": {
            "MAD": "add", "MUP": "update", "MDL": "delete", "MDC": "deactivate", "MAC": "reactivate",
        },
        "RGS-2": _ACTIONS, "AIS-2": _ACTIONS, "AIG-2": _ACTIONS, "AIL-2": _ACTIONS, "AIP-2": _ACTIONS,
        "RQ1-6": _YES, "RQ1-7": _YES, "ITM-6": _YES, "ITM-11": _YES, "ITM-14": _YES, "ITM-17": _YES, "ITM-22": _YES,
        "ITM-30": _YES, "ITM-31": _YES, "VND-5": _YES, "PKG-3": _YES, "IVT-11": _YES, "IVT-15": _YES,
        "IVT-16": _YES, "IVT-17": _YES,
    }
)  # fmt: skip
"""Field -> its codes (tables 0003, 0008, 0017, 0038, 0076, 0103, 0119, 0136, 0155, 0178, 0180, 0206), in words."""
