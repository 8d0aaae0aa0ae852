"""A socket that listens, for every door that waits to be called."""

import socket

from adapters.contracts import AdapterError


def listening_socket(host: str, port: int, backlog: int = 128) -> socket.socket:
    """A socket that listens on the address already, so that a caller told of it can connect at once.

    Raises AdapterError where the address cannot be listened on.
    """
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise AdapterError(f"cannot listen on {host}:{port}: {(error.strerror or 'not possible').lower()}") from error
    return listener
