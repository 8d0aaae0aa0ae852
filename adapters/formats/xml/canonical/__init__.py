"""Canonical documents as XML: the schema, made of the models, and documents both ways without loss."""

from typing import Final

NAMESPACE: Final = "urn:wharf:supply:v1"
"""Of the documents. The number is the major version of the schema, as in the type of events."""
