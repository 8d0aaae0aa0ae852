"""Care of the ledger on record: one row a run that removed something."""

from collections.abc import Sequence

from gateway.audit.entry import Action, Actor, Entry
from gateway.care.prune import Pruned
from gateway.care.sweep import Swept


def pruned_entry(actor: Actor, pruned: Sequence[Pruned], swept: Swept | None) -> Entry | None:
    """How many rows of each class went, and from before when; None where nothing went."""
    files = swept.files if swept is not None else 0
    gone = [each for each in pruned if each.rows]
    if not gone and not files:
        return None
    details: dict[str, str | int | bool] = {each.of.value: each.rows for each in gone}
    details |= {f"{each.of.value} before": f"{each.before:%Y-%m-%d}" for each in gone}
    if files:
        details["files"] = files
    return Entry(Action.LEDGER_PRUNED, actor, "ledger", reason="older than the settings keep", details=details)
