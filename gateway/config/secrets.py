"""Secrets are named in the settings and read only when they are needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

_LIMIT = 64 * 1024


class SecretNotFoundError(Exception):
    """There is nothing at the place that the settings name; the message names the place, never the secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The place of a secret: an environment variable or a file, or (where allowed) the settings themselves."""

    env: str | None = None
    file: Path | None = None
    inline: SecretStr | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        if self.env is not None:
            return f'{{ env = "{self.env}" }}'
        return f'{{ file = "{self.file}" }}' if self.file is not None else "(hidden)"

    def reveal(self) -> SecretStr:
        """Reads the secret; one newline at the end of a file does not count. Raises SecretNotFoundError."""
        if self.inline is not None:
            return self.inline
        value = self.environment.get(self.env, "") if self.env is not None else self._from_file()
        if not value:
            raise SecretNotFoundError(f"{self} is empty or not there")
        return SecretStr(value)

    def _from_file(self) -> str:
        assert self.file is not None  # noqa: S101 - one of the three places is always set
        try:
            with self.file.open("rb") as stream:
                return stream.read(_LIMIT).decode("utf-8").removesuffix("\n").removesuffix("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretNotFoundError(f"{self} cannot be read") from error
