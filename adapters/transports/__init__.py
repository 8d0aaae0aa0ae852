"""Bytes moved, nothing understood."""
