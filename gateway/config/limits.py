"""``[limits]``: how much room must stay free, and how much may be under way."""

from pydantic import Field

from gateway.config.fields import Table


class LimitsTable(Table):
    """``[limits]``: intake stops at whichever of the two first settings is less of the disk."""

    free_bytes: int = Field(
        default=512 << 20, ge=0, le=1 << 50, description="a whole number of bytes: free space at which intake stops"
    )
    free_percent: float = Field(
        default=5.0, ge=0, le=50, description="a number from 0 to 50: free share of the disk at which intake stops"
    )
    ballast_bytes: int = Field(
        default=16 << 20, ge=0, le=1 << 40, description="a whole number of bytes: the file that holds room in reserve"
    )
    in_flight_bytes: int = Field(
        default=512 << 20,
        ge=16 << 20,
        le=1 << 50,
        description="a whole number of bytes from 16777216: bodies of requests held in memory at a time",
    )
