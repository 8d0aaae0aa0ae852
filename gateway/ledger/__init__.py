"""The durable book: every delivery, document, problem, receipt, parcel and state change."""
