"""HL7 messages over TCP in MLLP frames: bytes moved, nothing understood."""
