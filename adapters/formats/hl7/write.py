"""Writes messages: rows of fields that are already escaped, with the separators and characters that are wanted."""

from collections.abc import Iterable, Sequence

from adapters.formats.hl7.encoding import Encoding

Row = Sequence[str]
"""A segment's id and its fields from 1 on, each as it stands in the message. For MSH they begin with MSH-3."""


def write_message(rows: Iterable[Row], encoding: Encoding) -> bytes:
    """A message as bytes; each segment ends with CR, the last too. What the codec cannot say becomes ``?``."""
    lines = []
    for row in rows:
        fields = list(row)
        while fields and not fields[-1]:
            fields.pop()
        if fields[0] == "MSH":
            fields.insert(1, encoding.characters)
        lines.append(encoding.field.join(fields))
    return "".join(f"{line}\r" for line in lines).encode(encoding.codec, "replace")


def write_batch(messages: Iterable[bytes], encoding: Encoding, header: Row) -> bytes:
    """Messages of one batch, with BHS and BTS around them; ``header`` holds BHS-3 and what follows."""
    bodies = list(messages)
    first = encoding.field.join(["BHS", encoding.characters, *header]).rstrip(encoding.field)
    last = f"BTS{encoding.field}{len(bodies)}"
    return f"{first}\r".encode(encoding.codec, "replace") + b"".join(bodies) + f"{last}\r".encode()
