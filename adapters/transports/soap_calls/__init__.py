"""Calling others' web services: fetching what waits there, and handing documents over."""
