"""``[outbound]``: how patient sending is."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from adapters.durations import Duration
from gateway.config.fields import Table


class OutboundTable(Table):
    """``[outbound]``: how often, how long, and when a destination is left alone."""

    attempts: int = Field(
        default=1000, ge=1, le=1_000_000, description="a whole number from 1: failed attempts before it is given up"
    )
    give_up_after: Duration = Field(default=timedelta(days=7), description="how long one parcel is tried, as 12h or 7d")
    longest_wait: Duration = Field(
        default=timedelta(minutes=10), description="the longest wait between two attempts, as 30s or 10m"
    )
    failures: int = Field(
        default=5, ge=1, le=1000, description="a whole number from 1 to 1000: failures in a row that open the breaker"
    )
    rest: Duration = Field(
        default=timedelta(seconds=30), description="how long a destination that failed is left alone at first, as 30s"
    )
    held: Literal["wait", "pass"] = Field(
        default="wait", description="wait or pass: what those behind a held parcel do, where order is kept"
    )
