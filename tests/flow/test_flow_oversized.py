"""A file that is too large: put apart, and told of by name, size and digest."""

import hashlib
import json
from pathlib import Path

from tests.rigs.gateway import Gateway, gateway, wharf
from tests.rigs.x12_bytes import order


def test_a_file_that_is_too_large_leaves_a_row_and_is_taken_when_the_limit_is_raised(tmp_path: Path) -> None:
    content = order("000000007")
    env = {"WHARF__CHANNELS__SUPPLIERS__MAX_BYTES": "200"}
    with gateway(tmp_path / "st", env) as house:
        house.put("large.edi", content)
        apart = house.drop / "rejected" / "large.edi"
        house.wait(apart.exists, "it is put apart")
        told = wharf("exceptions", "list", "-c", house.config, "--json", env=env)
        (exception,) = [json.loads(line) for line in told.stdout.splitlines()]
        assert exception["code"] == "NET-W0935"
        shown = json.loads(
            wharf("messages", "show", exception["delivery"], "-c", house.config, "--json", env=env).stdout
        )["delivery"]
        assert shown["name"] == "large.edi"
        assert (shown["size"], shown["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert shown["outcome"] == "rejected"
        raw = wharf("messages", "show", exception["delivery"], "-c", house.config, "--raw", env=env)
        assert raw.returncode == 1
        assert raw.stdout == b""
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
