"""``python -m gateway`` is the command ``wharf``."""

import sys

from gateway.cli.main import run

sys.exit(run())
