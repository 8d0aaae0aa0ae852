"""Turns an error into a clear line for a person and an exit code."""

from typing import TextIO

from adapters.contracts import AdapterError
from gateway.config.errors import ConfigError
from gateway.config.secrets import SecretNotFoundError
from gateway.ledger.contract import LedgerError
from gateway.logs import frames

NOT_POSSIBLE = 2
FAULT = 70


def tell(error: Exception, stream: TextIO) -> int:
    """Writes what went wrong and returns the exit code.

    Only errors that we word ourselves show their text. Any other is a fault of ours: its type and the places that
    it passed are told, never its text, which may hold what was being worked on.
    """
    match error:
        case ConfigError():
            print(error, file=stream)
            return NOT_POSSIBLE
        case LedgerError() | AdapterError() | SecretNotFoundError():
            print(f"wharf: {error}", file=stream)
            return NOT_POSSIBLE
        case FileNotFoundError() | PermissionError() | IsADirectoryError() | NotADirectoryError() | FileExistsError():
            place = f"{error.filename}: " if error.filename else ""
            print(f"wharf: {place}{(error.strerror or 'not possible').lower()}", file=stream)
            return NOT_POSSIBLE
        case ImportError():
            print(f"wharf: the installation is not whole: {error}", file=stream)
            return FAULT
    print(
        f"wharf: a fault of Wharf itself ({type(error).__qualname__}); nothing that was accepted is lost", file=stream
    )
    for place in frames(error):
        print(f"  at {place}", file=stream)
    return FAULT
