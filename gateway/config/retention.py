"""``[retention]``: how long what is done with is kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from adapters.durations import duration, in_words
from adapters.partner import Duplicates, Partner
from gateway import problems_config as kinds
from gateway.config.checks import Origin
from gateway.config.errors import ConfigProblem
from gateway.config.fields import Table

KEEP = "keep"


def _age(value: Any) -> Any:
    return None if value == KEEP else duration(value)


Age = Annotated[timedelta | None, BeforeValidator(_age)]
"""As ``90d``; ``keep`` for ever, which is None."""
_WORDS = '"keep", or an age as 90d'


class RetentionTable(Table):
    """``[retention]``: ages by class. What is not done with is kept whatever stands here."""

    payloads: Age = Field(default=None, description=f"{_WORDS}: the bytes of deliveries as they arrived")
    documents: Age = Field(default=None, description=f"{_WORDS}: the contents of documents whose events are published")
    parcels: Age = Field(default=None, description=f"{_WORDS}: the bytes of what was sent")
    exceptions: Age = Field(default=None, description=f"{_WORDS}: exceptions, counted from when they were resolved")
    history: Age = Field(
        default=None,
        description=f"{_WORDS}: the rows themselves, by which the same bytes are known when they come again",
    )

    @property
    def any(self) -> bool:
        """Whether there is anything to prune at all."""
        return any(age is not None for _, age in self)


def retention_problems(
    table: RetentionTable, duplicates: Duplicates | None, partners: Sequence[Partner], origin: Origin
) -> list[ConfigProblem]:
    """Rows outlive what hangs on them, and the time in which a control number is remembered."""
    if table.history is None:
        return []
    needed = {name: age for name, age in table if name in ("payloads", "documents", "parcels")}
    found = []
    for name, age in needed.items():
        if age is None or age > table.history:
            expected = f'no longer than history = "{in_words(int(table.history.total_seconds()))}"'
            shown = KEEP if age is None else in_words(int(age.total_seconds()))
            found.append(origin.problem(kinds.WRONG_VALUE, ("retention", name), found=f'"{shown}"', expected=expected))
    days = max([each.duplicates.days for each in partners] + ([duplicates.days] if duplicates else []), default=0)
    if table.history < timedelta(days=days):
        shown = in_words(int(table.history.total_seconds()))
        expected = f"at least {days}d, for which control numbers are remembered (duplicates)"
        found.append(origin.problem(kinds.WRONG_VALUE, ("retention", "history"), found=f'"{shown}"', expected=expected))
    return found
