"""The language spoken inside Wharf: documents, problems, the event envelope.

Knows pydantic and nothing else of the house.
"""
