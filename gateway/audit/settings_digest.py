"""Which settings hold: a digest over all their files, so that what changed them is found in version control."""

import hashlib
from pathlib import Path


def settings_digest(path: Path) -> str:
    """SHA-256 over ``wharf.toml`` and the files of ``partners/`` and ``xref/`` beside it, with their names."""
    found = hashlib.sha256()
    home = path.parent
    for file in (path, *sorted(home.glob("partners/*.toml")), *sorted(home.glob("xref/*.csv"))):
        try:
            content = file.read_bytes()
        except OSError:
            continue
        name = str(file.relative_to(home)).encode()
        found.update(b"%d %b %d " % (len(name), name, len(content)))
        found.update(content)
    return found.hexdigest()
