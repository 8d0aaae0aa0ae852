"""What was paid, how, and for which invoices (X12 820)."""

from typing import Literal

from pydantic import Field

from canonical.document import Document
from canonical.model import CodeText, DateText, DecimalText, Model
from canonical.parts import Contact, Date, Extensions, Note, Party, Reference

PaymentMethod = Literal["ach", "check", "wire", "card", "cash", "bookEntry", "none", "other"]
"""How the money moves, in one word; ``methodCode`` keeps the sender's own (X12 591)."""

PaymentHandling = Literal[
    "paymentAndRemittance", "paymentOnly", "remittanceOnly", "split", "notification", "prenotification", "other"
]
"""What the message is for, in one word; ``handlingCode`` keeps the sender's own (X12 305)."""


class BankAccount(Model):
    """An account at a bank."""

    bank_scheme: CodeText | None = Field(default=None, description="X12 506 code as sent: 01 ABA, 02 SWIFT, …")
    bank: str | None = None
    account_type: CodeText | None = Field(default=None, description="X12 569 code as sent.")
    account: str | None = None


class Trace(Model):
    """The number that joins the payment at the bank and its remittance advice (TRN)."""

    type: CodeText = Field(description="X12 481 code as sent.")
    number: str
    originator: str | None = None
    reference: str | None = None


class Adjustment(Model):
    """An amount that was taken off or added, and why."""

    amount: DecimalText
    reason: str = Field(description="Our word for the reason, or the sender's code.")
    reason_code: CodeText = Field(description="X12 426 code as sent.")
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    contacts: tuple[Contact, ...] = ()
    entity: str | None = Field(default=None, description="`number` of the entity it belongs to, where there is one.")
    extensions: Extensions = Field(default_factory=dict)


class Remittance(Model):
    """One open item that is paid: an invoice, a credit memo, an order."""

    reference: Reference | None = None
    action_code: CodeText | None = Field(default=None, description="X12 482 code as sent: PP part, FL final, …")
    paid_amount: DecimalText | None = None
    gross_amount: DecimalText | None = None
    discount_amount: DecimalText | None = None
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    entity: str | None = Field(default=None, description="`number` of the entity it is paid for.")
    extensions: Extensions = Field(default_factory=dict)


class RemittanceEntity(Model):
    """For whom items are paid (ENT): an account, a department, a person."""

    number: str = Field(description="ENT01 as sent, or `#n` where it is no key.")
    parties: tuple[Party, ...] = ()
    references: tuple[Reference, ...] = ()
    extensions: Extensions = Field(default_factory=dict)


class RemittanceAdvice(Document):
    """A payment and what it is for. ``number`` is its trace number, else the message's control number."""

    document_type: Literal["remittance_advice"] = "remittance_advice"
    amount: DecimalText
    direction: Literal["credit", "debit", "other"]
    direction_code: CodeText = Field(description="X12 478 code as sent.")
    handling: PaymentHandling
    handling_code: CodeText = Field(description="X12 305 code as sent.")
    method: PaymentMethod
    method_code: CodeText = Field(description="X12 591 code as sent.")
    payment_format: CodeText | None = Field(default=None, description="X12 812 code as sent: CCP, CTX, …")
    payment_date: DateText | None = None
    business_function: CodeText | None = Field(default=None, description="X12 1048 code as sent.")
    originator: str | None = Field(default=None, description="The originating company's identifier.")
    originator_supplement: str | None = None
    originating_account: BankAccount | None = Field(default=None, description="Where the payment was started.")
    receiving_account: BankAccount | None = None
    return_account: BankAccount | None = None
    payer: Party | None = None
    payee: Party | None = None
    other_parties: tuple[Party, ...] = ()
    trace: Trace | None = None
    entities: tuple[RemittanceEntity, ...] = ()
    remittances: tuple[Remittance, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
