"""Other people's web services that are called: put together from the settings."""

from adapters.contracts import Destination
from adapters.transports.soap_calls.caller import Caller
from adapters.transports.soap_calls.destination import SoapDestination
from adapters.transports.soap_calls.settings import Operation, Service
from gateway.channels.built import Site
from gateway.config.channels.soap_call import OperationTable, ServiceTable, SoapCallTable


def service(table: ServiceTable) -> Service:
    """Raises SecretNotFoundError."""
    return Service(
        wsdl=table.wsdl,
        address=table.address,
        user=table.user,
        password=table.password.reveal().get_secret_value() if table.password is not None else None,
        http_basic=table.basic,
        ca=table.ca,
        certificate=table.certificate,
        key=table.key,
        connect_seconds=table.connect_seconds,
        answer_seconds=table.answer_seconds,
        max_bytes=table.max_bytes,
    )


def operation(table: OperationTable) -> Operation:
    """The operation with its arguments."""
    return Operation(table.operation, table.arguments)


def destination(name: str, call: SoapCallTable, partner: str | None, site: Site) -> Destination:
    """Hands what leaves by a channel to the service. Raises SecretNotFoundError."""
    return SoapDestination(Caller(service(call), site.threads), operation(call), alarm=site.alarms.of(name, partner))
