"""A file that is too large: put apart, and told of by name, size and digest."""

import hashlib
from pathlib import Path

from gateway.ledger.store import open_ledger
from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import order


def test_a_file_that_is_too_large_leaves_a_row_and_is_taken_when_the_limit_is_raised(tmp_path: Path) -> None:
    content = order("000000007")
    env = {"WHARF__CHANNELS__SUPPLIERS__MAX_BYTES": "200"}
    with gateway(tmp_path / "st", env) as house:
        house.put("large.edi", content)
        apart = house.drop / "rejected" / "large.edi"
        house.wait(apart.exists, "it is put apart")
        ledger = open_ledger(house.data, exclusive=False, read_only=True)
        (exception,) = ledger.read(lambda reads: reads.exceptions())
        row = ledger.read(lambda reads: reads.delivery(exception.delivery or ""))
        ledger.close()
        assert exception.code == "NET-W0935"
        assert row is not None
        assert (row.name, row.size, row.sha256) == ("large.edi", len(content), hashlib.sha256(content).hexdigest())
        assert (row.outcome, row.summary.split()[0]) == ("rejected", "NET-W0935")
        raw = wharf("messages", "show", row.id, "-c", house.config, "--raw", env=env)
        assert (raw.returncode, raw.stdout) == (1, b"")
        assert wharf("ledger", "verify", "-c", house.config, "--deep", env=env).returncode == 0
        assert house.stop() == 0
    own_env = {"WHARF__CHANNELS__SUPPLIERS__MAX_BYTES": "200000"}
    again = Gateway(tmp_path / "st", own_env)
    try:
        again.start()
        again.put("large.edi", content)
        again.wait((again.drop / "done" / "large.edi").exists, "it is taken now")
        assert len(again.tap()) == 1
    finally:
        again.close()
