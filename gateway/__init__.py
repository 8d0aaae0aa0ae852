"""The house itself: ledger, inbound, outbound, relay, commands. Knows ``adapters`` and ``canonical``."""
