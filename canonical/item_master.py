"""Entries of the hospital's item master (HL7 MFN^M15, M16)."""

from typing import Literal

from pydantic import Field

from canonical.care import Code, DeviceInstance, Flag, Moment, Place
from canonical.document import Document
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import Extensions, Item, Note, Party, Price, Quantity

EntryAction = Literal["add", "update", "delete", "deactivate", "reactivate", "other"]
"""What is to be done with an entry; ``actionCode`` keeps the sender's own (HL7 table 0180)."""


class ChargeCode(Model):
    """What a patient is charged for the item in one cost center."""

    cost_center: Code | None = None
    charge: Code | None = None
    amount: Price | None = None


class Packaging(Model):
    """One way in which a vendor sells the item."""

    number: str | None = None
    unit_code: CodeText | None = None
    default_order_unit: Flag | None = None
    quantity: DecimalText | None = Field(default=None, description="How many of the next smaller package.")
    price: Price | None = None
    future_price: Price | None = None
    future_price_date: DateText | None = None
    gtin: str | None = None
    charges: tuple[ChargeCode, ...] = Field(default=(), description="By cost center (PCE).")


class Vendor(Model):
    """Who sells the item."""

    number: str | None = None
    party: Party
    catalog_number: str | None = None
    primary: Flag | None = None
    packagings: tuple[Packaging, ...] = ()


class StockLot(DeviceInstance):
    """A lot of the item in one place."""

    received_date: DateText | None = None
    received_quantity: Quantity | None = None
    cost: Price | None = None
    on_hand_date: DateText | None = None
    on_hand_quantity: Quantity | None = None


class StockPlace(Model):
    """The item in one place: how it is kept, ordered and issued there."""

    place: Place
    source: Place | None = Field(default=None, description="Where it is filled up from.")
    status: Code | None = None
    order_unit: CodeText | None = None
    issue_unit: CodeText | None = None
    chargeable: Flag | None = None
    charge: Code | None = None
    charge_amount: Price | None = None
    importance: Code | None = None
    stocked: Flag | None = None
    consignment: Flag | None = None
    reusable: Flag | None = None
    asset_account: Code | None = None
    safety_stock_days: DecimalText | None = None
    reorder_point: DecimalText | None = None
    reorder_quantity: DecimalText | None = None
    par_level: DecimalText | None = None
    lots: tuple[StockLot, ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class ItemEntry(Model):
    """One item, with what is to be done with its entry."""

    action: EntryAction
    action_code: CodeText
    key: str | None = Field(default=None, description="The sender's own key of the entry (MFE-4).")
    control_number: str | None = Field(default=None, description="The entry's number in this message (MFE-2).")
    effective: Moment | None = None
    item: Item = Field(default_factory=Item)
    status: Code | None = None
    item_type: Code | None = None
    category: Code | None = None
    manufacturer: Party | None = None
    expires: Flag | None = None
    chargeable: Flag | None = None
    charge: Code | None = None
    charge_amount: Price | None = None
    stocked: Flag | None = None
    taxable: Flag | None = None
    latex: Flag | None = None
    hazardous: Flag | None = None
    sterile: Flag | None = None
    risk: Code | None = None
    account: Code | None = None
    approved_quantity: DecimalText | None = None
    approved_price: Price | None = None
    handling: Code | None = None
    procedure: Code | None = None
    vendors: tuple[Vendor, ...] = ()
    places: tuple[StockPlace, ...] = ()
    notes: tuple[Note, ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class ItemMaster(Document):
    """Changes to the item master; ``number`` is the message's."""

    document_type: Literal["item_master"] = "item_master"
    file: Code | None = Field(default=None, description="Which master file (MFI-1).")
    event: Literal["update", "replace", "other"] = "update"
    event_code: CodeText | None = None
    effective: Moment | None = None
    items: tuple[ItemEntry, ...] = ()
