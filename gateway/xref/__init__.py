"""Cross references: what a partner calls our items, units, places and accounts, and which vendor sells what."""
