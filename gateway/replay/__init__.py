"""Replays: what was received, read or published once more because a person wants it."""
