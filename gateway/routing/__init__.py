"""Routing: which documents go on to whom, as what, in whose words."""
