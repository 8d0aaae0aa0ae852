"""HL7 version 2: bytes to messages with exact places, and answers to bytes."""
