"""The paths of the channels of kind ``soap``, for the gateway's own port."""

from functools import partial

from starlette.routing import Route

from adapters.contracts import Handler
from adapters.transports.soap.security import Credentials
from gateway.assembly import Parts
from gateway.config.channels import SoapChannel
from gateway.soap.desk import SoapDesk
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.shelf import LedgerShelf


def soap_routes(parts: Parts, handle: Handler) -> list[Route]:
    """One route for each channel; ``handle`` takes raw interchanges.

    Who may call, each asks itself: no token of ``[http]`` stands before it.

    Raises SecretNotFoundError.
    """
    shelf = LedgerShelf(parts.ledger, parts.clock)
    routes = []
    for name, channel in parts.config.soap().items():
        if channel.path is None:
            continue
        desk = SoapDesk(
            name, handle=handle, submissions=parts.submissions, shelf=shelf, ledger=parts.ledger,
            clock=parts.clock, new_id=parts.new_id,
        )  # fmt: skip
        endpoint = SoapEndpoint(
            name, desk, credentials=_credentials(channel), clients=channel.clients, max_bytes=channel.max_bytes,
            ledger=parts.ledger, clock=parts.clock, stranger=partial(parts.trail.refusals.refused, name),
        )  # fmt: skip
        routes.append(Route(channel.path, endpoint.answer, methods=["GET", "POST"], name=name))
    return routes


def _credentials(channel: SoapChannel) -> Credentials | None:
    if channel.user is None or channel.password is None:
        return None
    return Credentials(channel.user, channel.password.reveal().get_secret_value())
