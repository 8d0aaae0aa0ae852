"""What all canonical documents have in common, and how one is found by its type."""

from pydantic import Field

from canonical.model import DateText, Model
from canonical.parts import Date, Extensions, Note, Party, Provenance, Reference


class Document(Model):
    """One business document in the house's own language."""

    document_type: str
    schema_version: str = "1.0"
    number: str = Field(description="The business number: the order's, the shipment's, the invoice's.")
    purpose: str | None = Field(default=None, description="`original`, `change`, `replace`, `cancel`, …")
    purpose_code: str | None = Field(default=None, description="The sender's own code, X12 353.")
    issue_date: DateText | None = None
    currency: str | None = Field(default=None, description="ISO 4217 code.")
    references: tuple[Reference, ...] = ()
    dates: tuple[Date, ...] = ()
    notes: tuple[Note, ...] = ()
    extensions: Extensions = Field(default_factory=dict, description="What no field holds; nothing is dropped.")
    provenance: Provenance | None = None

    @property
    def correlation(self) -> str:
        """The number that joins the documents of one order; the document's own where no order is named."""
        return getattr(self, "order_number", None) or self.number


class TradeDocument(Document):
    """A document between a buyer and a seller."""

    buyer: Party | None = None
    seller: Party | None = None
    ship_to: Party | None = None
    bill_to: Party | None = None
    ship_from: Party | None = None
    remit_to: Party | None = None
    other_parties: tuple[Party, ...] = ()
