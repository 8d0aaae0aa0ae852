"""HL7 v2 messages to canonical documents: one file for each kind."""
