"""Several gateways on one ledger: who lives, who does what, and that nobody does it twice."""
