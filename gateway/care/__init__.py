"""Care of the ledger: what is kept how long, copies of it, and whether it is whole."""
