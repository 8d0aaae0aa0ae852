"""The settings: ``wharf.toml``, ``partners/*.toml`` and the environment, checked as a whole."""

from gateway.config.channels import Channel, DropChannel, MllpChannel, SftpChannel, SoapChannel
from gateway.config.errors import ConfigError, ConfigProblem
from gateway.config.fields import Listen
from gateway.config.load import find_config, load_config
from gateway.config.secrets import Secret, SecretNotFoundError
from gateway.config.settings import Config, without_password

__all__ = [
    "Channel",
    "Config",
    "ConfigError",
    "ConfigProblem",
    "DropChannel",
    "Listen",
    "MllpChannel",
    "Secret",
    "SecretNotFoundError",
    "SftpChannel",
    "SoapChannel",
    "find_config",
    "load_config",
    "without_password",
]
