"""Sending: parcels go their way, destinations rest when they fail, acknowledgments are matched and missed."""
