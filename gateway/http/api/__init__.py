"""The API: documents, deliveries, parcels, orders, exceptions, partners, events and mailboxes."""
