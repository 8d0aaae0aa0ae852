"""Named places at which tests kill the gateway: those of its own, and the check that a setting names one.

How it is done is in ``adapters/crash.py``, which transports use too.
"""

import os

from adapters.crash import TRANSPORT_POINTS, VARIABLE, crash_point

__all__ = ["CRASH_POINTS", "crash_point", "require_known"]

CRASH_POINTS = TRANSPORT_POINTS | frozenset(
    {
        "api.after_receive",
        "api.before_answer",
        "commands.before_settle",
        "inbound.after_accept",
        "inbound.after_read",
        "inbound.after_record",
        "inbound.after_reopen",
        "inbound.answer_rendered",
        "inbound.before_record",
        "ledger.after_blob",
        "ledger.after_commit",
        "ledger.before_commit",
        "ledger.identity_given",
        "ledger.migration_step",
        "ledger.migrated",
        "outbound.after_send",
        "outbound.before_mark",
        "outbound.before_send",
        "outbound.rendered",
        "publisher.before_confirm",
        "relay.before_mark",
        "relay.before_publish",
        "relay.marked",
        "soap.after_receive",
        "soap.before_answer",
    }
)
"""Every place that exists. Each one is exercised by a test."""


def require_known(setting: str | None) -> None:
    """ValueError where the setting names no place, so that no test passes by a slip."""
    if setting and setting.partition(":")[0] not in CRASH_POINTS:
        raise ValueError(f"{VARIABLE} names no crash point: {setting!r}")


require_known(os.environ.get(VARIABLE))
