"""The web service for an ERP: calls over SOAP, answered out of the ledger."""
