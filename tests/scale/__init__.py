"""How much each further node brings: measured, not asserted."""
