"""The text of a JSON Schema as it is exported, served and compared."""

import json
from collections.abc import Mapping
from typing import Any


def schema_text(schema: Mapping[str, Any]) -> str:
    """Indented JSON that ends with a newline; the same schema always gives the same text."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
