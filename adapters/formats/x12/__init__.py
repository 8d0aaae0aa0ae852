"""ASC X12 interchanges: delimiters, segments, envelopes, guides, acknowledgments."""
