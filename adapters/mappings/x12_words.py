"""Our words for X12 codes: data only.

Codes are those of releases 004010 and 005010; the number in each docstring is the data element's. Where the
canonical field keeps no ``qualifier`` beside the word, each word stands for exactly one code, so that the code
can be told from the word (`ROLES`, `CHANNELS`, `INDICATORS`).
"""

PURPOSES = {
    "00": "original", "01": "cancel", "02": "add", "03": "delete", "04": "change", "05": "replace",
    "06": "confirmation", "07": "duplicate", "08": "status", "10": "notFound", "11": "response",
    "12": "notProcessed", "13": "request", "14": "advanceNotification", "15": "resubmission", "16": "proposed",
    "17": "cancelToBeReissued", "18": "reissue", "19": "sellerChange", "20": "final", "22": "informationCopy",
    "24": "draft", "44": "rejection", "CO": "corrected", "SU": "statusUpdate", "ZZ": "mutuallyDefined",
}  # fmt: skip
"""Element 353, what a message is sent for."""

ORDER_PURPOSES = {
    "DS": "drop_ship", "CN": "consignment", "RO": "rush", "EO": "rush", "ST": "standing",
}  # fmt: skip
"""Element 92, what an order is for; the other codes leave it open."""

ROLES = {
    "BY": "buyer", "SE": "seller", "SU": "supplier", "VN": "vendor", "ST": "shipTo", "BT": "billTo",
    "SF": "shipFrom", "RI": "remitTo", "RE": "remittanceReceiver", "SO": "soldTo", "PE": "payee", "PR": "payer",
    "MF": "manufacturer", "DS": "distributor", "DB": "distributorBranch", "MA": "ultimateRecipient", "Z7": "markFor",
    "BG": "buyingGroup", "OB": "orderedBy", "II": "invoiceIssuer", "CN": "consignee", "WH": "warehouse",
    "CA": "carrier", "SH": "shipper", "DA": "deliveryAddress", "RT": "returnTo", "FW": "forwarder", "SN": "store",
    "BO": "broker", "EN": "endUser", "UC": "ultimateConsignee", "AG": "agent", "PF": "freightPayer",
    "FR": "messageFrom", "TO": "messageTo",
}  # fmt: skip
"""Element 98, who a party is."""

PARTY_FIELDS = {
    "BY": "buyer", "SE": "seller", "SU": "seller", "VN": "seller", "ST": "ship_to", "BT": "bill_to",
    "SF": "ship_from", "RI": "remit_to", "RE": "remit_to",
}  # fmt: skip
"""Element 98 to the document's own field; the first party of a field fills it."""

PARTY_SCHEMES = {
    "1": "DUNS", "2": "SCAC", "9": "DUNS4", "10": "DODAAC", "11": "DEA", "15": "SAN", "21": "HIN", "24": "EIN",
    "91": "SELLER", "92": "BUYER", "FI": "TAX", "SL": "LICENSE", "UL": "GLN", "XX": "NPI", "ZZ": "MUTUAL",
}  # fmt: skip
"""Element 66, who issued a party's identifier."""

ITEM_SCHEMES = {
    "UK": "GTIN", "EO": "GTIN", "UP": "UPC", "UI": "UPC", "UA": "UPC", "UN": "UPC", "EN": "EAN", "UX": "UDI",
    "VC": "SELLER", "VN": "SELLER", "VP": "SELLER", "VS": "SELLER", "IN": "BUYER", "BP": "BUYER", "CB": "BUYER",
    "PI": "BUYER", "MG": "MANUFACTURER", "MF": "MANUFACTURER", "ND": "NDC", "N1": "NDC", "N2": "NDC",
    "N3": "NDC", "N4": "NDC", "N5": "NHRIC", "N6": "NHRIC", "HI": "HIBC", "SK": "SKU", "HC": "HCPCS",
    "SR": "SUBSTITUTE",
    "MN": "MODEL", "LT": "LOT", "B8": "LOT", "SN": "SERIAL", "DR": "REVISION", "EC": "REVISION", "CH": "ORIGIN",
    "VA": "STYLE", "ST": "STYLE", "IT": "STYLE", "CM": "COLOR", "BO": "COLOR", "VE": "COLOR", "SM": "SIZE",
    "IZ": "SIZE", "SZ": "SIZE",
}  # fmt: skip
"""Element 235, what kind of number identifies an item."""

REFERENCES = {
    "CT": "contract", "BC": "buyerContract", "VC": "vendorContract", "GC": "governmentContract",
    "VN": "vendorOrder", "PO": "purchaseOrder", "CO": "customerOrder", "OQ": "order", "OP": "originalPurchaseOrder",
    "RQ": "requisition", "RE": "release", "WO": "workOrder", "SO": "shipperOrder", "DO": "deliveryOrder",
    "BM": "billOfLading", "MB": "masterBillOfLading", "CN": "carrierReference", "2I": "trackingNumber",
    "SI": "shipment", "PK": "packingList", "BN": "booking", "AO": "appointment", "LO": "loadPlan",
    "DJ": "deliveryTicket", "KK": "deliveryReference", "IV": "invoice", "OI": "originalInvoice", "VV": "voucher",
    "CM": "creditMemo", "RZ": "returnAuthorization", "RV": "receiving", "DP": "department",
    "IT": "internalCustomer", "IA": "internalVendor", "VR": "vendor", "CR": "customerReference", "11": "account",
    "12": "billingAccount", "CA": "costAllocation", "ST": "store", "19": "division", "BO": "bin", "JB": "job",
    "LT": "lot", "SE": "serial", "BT": "batch", "Q1": "quote", "PR": "priceQuote", "PD": "promotion",
    "AH": "agreement", "TX": "taxExemption", "MR": "merchandiseType", "TN": "transaction", "6O": "crossReference",
    "F8": "originalReference", "L1": "notes", "ZZ": "mutuallyDefined",
}  # fmt: skip
"""Element 128, whose number a reference is."""

DATES = {
    "001": "cancelAfter", "002": "requestedDelivery", "003": "invoice", "004": "order", "007": "effective",
    "008": "orderReceived", "010": "requestedShip", "011": "shipped", "012": "discountDue", "013": "netDue",
    "017": "estimatedDelivery", "035": "delivered", "036": "expiration", "037": "shipNotBefore",
    "038": "shipNotAfter", "050": "received", "061": "cancelIfNotDeliveredBy", "063": "deliverNotAfter",
    "064": "deliverNotBefore", "067": "scheduledDelivery", "068": "scheduledShip", "069": "promisedDelivery",
    "079": "promisedShip", "092": "contractEffective", "093": "contractExpiration", "094": "manufactured",
    "097": "created", "118": "requestedPickup", "150": "servicePeriodStart", "151": "servicePeriodEnd",
    "177": "cancellation", "186": "invoicePeriodStart", "187": "invoicePeriodEnd", "208": "lotExpiration",
    "371": "estimatedArrival", "372": "arrived", "405": "produced", "472": "service", "511": "shelfLifeExpiration",
    "512": "warrantyExpiration", "814": "paymentDue", "996": "requiredDelivery",
}  # fmt: skip
"""Element 374, what happens on a date."""

EXPIRATION_DATES = frozenset({"036", "208", "511"})
"""Element 374: when a lot or an item expires."""

MANUFACTURE_DATES = frozenset({"094", "405"})
"""Element 374: when a lot or an item was made."""

CHANNELS = {"TE": "phone", "EM": "email", "FX": "fax", "UR": "url"}
"""Element 365, how a contact is reached."""

NOTES = {
    "GEN": "general", "DEL": "delivery", "INV": "invoice", "ORI": "order", "LIN": "line", "SPH": "specialHandling",
    "WHI": "warehouse", "PAY": "payables", "PMT": "payment", "ADD": "additional", "OTH": "other",
}  # fmt: skip
"""Element 363, what a note is about."""

INDICATORS = {"A": "allowance", "C": "charge", "S": "service"}
"""Element 248, whether an amount is taken off or added."""

ORDER_STATUSES = {
    "AC": "acceptedWithChanges", "AE": "acceptedWithChanges", "AD": "accepted", "AK": "accepted", "AT": "accepted",
    "AH": "onHold", "AP": "acknowledged", "RD": "rejected", "RF": "rejected", "RJ": "rejected", "RN": "rejected",
    "RO": "rejected", "RV": "rejected",
}  # fmt: skip
"""Element 587, a seller's answer to a whole order. AK says "no change" without detail: accepted, as AD."""

LINE_STATUSES = {
    "IA": "accepted", "AA": "accepted", "AR": "accepted", "IE": "accepted", "SP": "accepted", "AC": "shipped",
    "IC": "acceptedWithChanges", "IP": "acceptedWithChanges", "IQ": "acceptedWithChanges", "IB": "backordered",
    "BP": "backordered", "IS": "substituted", "ID": "cancelled", "DR": "rescheduled", "IH": "onHold",
    "IF": "onHold", "IW": "onHold", "IR": "rejected", "R1": "rejected", "R2": "rejected", "R3": "rejected",
    "R4": "rejected", "R5": "rejected", "R6": "rejected", "R7": "rejected", "R8": "rejected",
}  # fmt: skip
"""Element 668, a seller's answer to a line or to a part of its quantity."""

INVOICE_TYPES = {
    "": "invoice", "DI": "invoice", "PR": "invoice", "PP": "invoice", "CI": "invoice", "CD": "invoice",
    "DO": "invoice", "FB": "invoice", "FD": "invoice", "PA": "invoice", "PB": "invoice", "RE": "invoice",
    "SV": "invoice", "T8": "invoice", "VJ": "invoice", "CN": "creditMemo", "CR": "creditMemo", "CE": "creditMemo",
    "CG": "creditMemo", "DR": "debitMemo", "CF": "debitMemo",
}  # fmt: skip
"""Element 640 in BIG07, what kind of invoice it is; an invoice where nothing is said."""

VERDICTS = {
    "A": "accepted", "E": "acceptedWithErrors", "P": "partiallyAccepted", "R": "rejected", "M": "rejected",
    "W": "rejected", "X": "rejected",
}  # fmt: skip
"""Elements 715 and 717, the verdict on a group or a transaction set. M, W and X: rejected for security reasons."""

INTERCHANGE_VERDICTS = {"A": "accepted", "E": "acceptedWithErrors", "R": "rejected"}
"""Element I17, the verdict on an interchange."""

PACKAGE_LEVELS = {"T": "tare", "P": "pack", "Q": "subpack"}
"""Element 735: the levels of a shipment that are packages."""

MARKS = {
    "GM": "sscc", "AA": "sscc", "UC": "shippingContainer", "CP": "carrierPackage", "CA": "case", "W": "pallet",
    "MC": "masterCarton", "SM": "shipperAssigned", "AI": "applicationIdentifier", "ZZ": "mutuallyDefined",
}  # fmt: skip
"""Element 88, what a mark on a package is."""

LINE_CHANGES = {
    "AI": "add", "DI": "delete", "CA": "change", "QC": "quantity", "QI": "quantityIncrease", "QD": "quantityDecrease",
    "PC": "price", "PQ": "priceAndQuantity", "PR": "priceAndSchedule", "RS": "schedule", "RQ": "scheduleAndQuantity",
    "MU": "multiple", "CT": "dates", "RB": "dates", "CB": "dates", "CC": "terms", "CE": "allowances",
    "CG": "allowances", "RA": "transport", "AA": "packing", "RE": "replaceItem", "RM": "replaceItem",
    "RZ": "replaceAll", "TI": "transfer", "NC": "noChange", "RC": "rejectChange", "CF": "cancelOrder",
}  # fmt: skip
"""Element 670, what changes in a line."""

CATALOG_TYPES = {
    "PC": "priceCatalog", "PS": "priceSheet", "SC": "salesCatalog", "RC": "resaleCatalog", "CP": "customizedCatalog",
}  # fmt: skip
"""Element 683, what kind of catalog it is."""

INVENTORY_REPORTS = {
    "DD": "distributor", "SI": "seller", "MM": "manufacturer", "AA": "agent", "LC": "location",
    "AD": "agentOfDistributor", "CD": "customerOfDistributor", "CM": "customerOfManufacturer",
    "DC": "distributorOfCustomer", "DM": "distributorOfManufacturer", "MA": "manufacturerOfAgent",
    "MB": "manufacturerOfDistributor", "MC": "manufacturerOfCustomer", "PT": "betweenPlants", "PI": "inquiry",
    "IP": "parameters", "CS": "consignedSales", "SS": "sales", "TC": "physicalCount",
}  # fmt: skip
"""Element 755, whose stock an inventory report tells, or what else it is."""

STOCK_QUANTITIES = {
    "17": "onHand", "33": "available", "V2": "available", "63": "onOrder", "45": "onOrderCumulative",
    "BQ": "backordered", "27": "committed", "H8": "allocated", "XU": "reserved", "34": "uncommitted", "26": "total",
    "36": "distributorStock", "29": "projected", "IQ": "inTransit", "87": "received", "39": "shipped", "32": "sold",
    "76": "returned", "74": "damaged", "28": "returnable", "77": "transferredIn", "78": "transferredOut",
    "YW": "reorderPoint", "72": "minimumStock", "73": "maximumStock", "57": "minimumOrder", "70": "maximumOrder",
    "AP": "orderMultiple", "69": "orderIncrement", "OQ": "optimumOrder", "65": "usedLastMonth", "62": "daysOfStock",
    "TN": "beginning", "TX": "ending", "BI": "book", "RJ": "onShelf", "12": "shipNotice",
}  # fmt: skip
"""Element 673, what a quantity counts."""

RECEIPT_TYPES = {
    "1": "dock", "2": "postReceipt", "3": "disposition", "8": "acceptance", "R": "intermediate",
}  # fmt: skip
"""Element 962, at which point of receiving a receipt was written."""

CONDITIONS = {
    "01": "damaged", "02": "short", "03": "over", "04": "quality", "05": "wrongItem", "06": "wrongContainer",
    "07": "good", "08": "rejected", "09": "onHold", "10": "scrapped", "12": "overAndReturned",
    "13": "noShipNotice", "14": "processedWithoutShipNotice", "16": "notReceived",
}  # fmt: skip
"""Element 412, in which condition goods arrived."""

REMITTANCE_PARTY_FIELDS = {"PR": "payer", "PE": "payee"}
"""Element 98 to a remittance advice's own field; the first party of a field fills it."""

PAYMENT_HANDLINGS = {
    "C": "paymentAndRemittance", "D": "paymentOnly", "I": "remittanceOnly", "U": "split", "X": "split",
    "H": "notification", "N": "notification", "P": "prenotification",
}  # fmt: skip
"""Element 305, what a payment message is for."""

PAYMENT_METHODS = {
    "ACH": "ach", "DCC": "ach", "DCD": "ach", "DXC": "ach", "DXD": "ach", "CHK": "check", "CCH": "check",
    "CPC": "check", "FWT": "wire", "FEW": "wire", "CWT": "wire", "SWT": "wire", "CCC": "card", "DEB": "card",
    "VIS": "card", "CAS": "cash", "BKW": "bookEntry", "CDA": "bookEntry", "NON": "none",
}  # fmt: skip
"""Element 591, how money moves."""

PAYMENT_DIRECTIONS = {"C": "credit", "D": "debit"}
"""Element 478, which way money moves."""

ADJUSTMENTS = {
    "01": "price", "02": "allowance", "03": "extension", "04": "damaged", "05": "quality", "06": "quantity",
    "07": "wrongItem", "08": "substitute", "09": "terms", "11": "returnDamaged", "12": "returnQuality",
    "13": "returnExpired", "15": "returnRecalled", "19": "duplicateInvoice", "24": "discount", "25": "notAccepted",
    "26": "invoiceCancelled", "30": "deliveryCharge", "48": "serviceCharge", "50": "lateCharge", "51": "interest",
    "52": "overpaymentCredited", "53": "underpaymentPaid", "54": "freight", "55": "tax", "57": "volumeDiscount",
    "59": "notReceived", "61": "orderUnknown", "72": "authorizedReturn", "75": "orderIncomplete",
    "76": "cashDiscount", "80": "overpayment", "86": "duplicatePayment", "87": "duplicateShipment",
    "90": "earlyPayment", "92": "notOrdered", "97": "handling", "99": "lateShipment",
}  # fmt: skip
"""Element 426, why an amount was taken off or added."""

APPLICATION_LEVELS = {"B": "batch", "G": "group", "T": "message", "I": "item"}
"""Element 110, first letter: what was judged."""

APPLICATION_STATUSES = {
    "A": "accepted", "C": "acceptedWithChanges", "E": "acceptedWithErrors", "H": "onHold", "P": "partiallyAccepted",
    "R": "rejected",
}  # fmt: skip
"""Element 110, second letter: the verdict."""
