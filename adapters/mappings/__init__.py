"""Messages to canonical documents and back, without I/O: one file for each document kind."""
