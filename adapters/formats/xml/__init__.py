"""XML: one hardened parser for all that strangers send, and canonical documents as XML."""
