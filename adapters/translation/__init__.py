"""From bytes to canonical documents and back: where a format and the mappings meet, without I/O."""
