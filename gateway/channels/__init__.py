"""Channels put together from their settings, one file for each kind."""
