"""The tongues of the outside: formats, mappings, transports. Knows ``canonical``."""
