"""A mapped file answers as its bytes would, though its pages come and go."""

import hashlib
from pathlib import Path

import pytest

from gateway import mapped


def test_bytes_and_digest_are_those_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of a few pages, so that many of them are crossed, and matches are cut through by their edges."""
    monkeypatch.setattr(mapped, "_WINDOW", 1 << 13)
    content = bytes(index % 251 for index in range(100_000)) + b"IEA*1*000000001~"
    path = tmp_path / "large.edi"
    path.write_bytes(content)
    found = mapped.map_file(path)
    assert found.sha256() == hashlib.sha256(content).hexdigest()
    for sub in (b"IEA*", bytes([250, 0]), bytes([7, 8, 9]), b"nowhere"):
        for start in (0, 1, 8190, 8191, 8192, 50_000, 99_999, 100_016):
            for end in (100, 8193, 60_000, 100_016):
                assert found.find(sub, start, end) == content.find(sub, start, end)
        assert found.find(sub) == content.find(sub)
    assert [found[at : at + 70] for at in range(0, 100_016, 70)] == [
        content[at : at + 70] for at in range(0, 100_016, 70)
    ]
    assert found[5] == content[5]
    assert found[99_990:] == content[99_990:]
