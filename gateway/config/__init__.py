"""The settings: ``wharf.toml``, ``partners/*.toml`` and the environment, checked as a whole."""

from gateway.config.errors import ConfigError, ConfigProblem
from gateway.config.load import find_config, load_config
from gateway.config.secrets import Secret, SecretNotFoundError
from gateway.config.settings import Config, DropChannel, Listen, without_password

__all__ = [
    "Config",
    "ConfigError",
    "ConfigProblem",
    "DropChannel",
    "Listen",
    "Secret",
    "SecretNotFoundError",
    "find_config",
    "load_config",
    "without_password",
]
