"""The catalogue of what can be wrong between the gateway and its broker; told to operators, never to partners."""

from canonical.problem import ProblemKind

UNREACHABLE = ProblemKind(
    code="NET-E0301",
    title="the broker cannot be reached",
    explanation="No connection to the RabbitMQ server could be made, or it was cut. Nothing is lost: deliveries are "
    "accepted and kept in the ledger, and their events are published when the broker is back.",
    help="Check that the broker runs, and that host and port in [broker] url are right and not behind a firewall.",
)
SILENT = ProblemKind(
    code="NET-E0302",
    title="the broker does not answer in time",
    explanation="The connection stands, and the broker does not answer on it. It is overloaded, frozen, or a queue "
    "has lost its leader. Nothing is lost: events wait in the ledger.",
    help="Look at the broker's load and log, and at the state of its quorum queues.",
)
LOGIN_REFUSED = ProblemKind(
    code="NET-E0303",
    title="the broker refuses the login",
    explanation="User, password or virtual host are not accepted. RabbitMQ's user `guest` may only log in from the "
    "broker's own machine.",
    help="Check the secret behind [broker] url, the user, and its rights on the virtual host.",
)
TLS_FAILED = ProblemKind(
    code="NET-E0304",
    title="no secure connection to the broker",
    explanation="The TLS handshake failed: the certificate is expired, not trusted, or names another host. The "
    "gateway never falls back to an open connection.",
    help="Check the broker's certificate, or name its authority: amqps://…?cafile=/path/to/ca.pem.",
)
BLOCKED = ProblemKind(
    code="NET-E0305",
    title="the broker takes no messages now",
    explanation="RabbitMQ has raised its memory or disk alarm, and reads from no publisher until it is over. "
    "Nothing is lost: events wait in the ledger.",
    help="Free memory or disk on the broker, or have consumers drain the long queues.",
)
TOPOLOGY_DIFFERS = ProblemKind(
    code="CFG-E0301",
    title="the broker has something else under a name that Wharf needs",
    explanation="An exchange or queue of this name exists and is of another kind: of another type, not durable, or no "
    "quorum queue. RabbitMQ never changes what exists. What differs in lesser arguments is used as it is.",
    help="Delete or rename what is there (after draining it), or give Wharf a virtual host of its own.",
)
NOT_ALLOWED = ProblemKind(
    code="CFG-E0302",
    title="the broker's user lacks a right",
    explanation="The user of [broker] url may not declare or use an exchange or queue that Wharf needs.",
    help="Give the user the rights configure, write and read on names that begin with `supply.`, and on "
    "`wharf.commands`.",
)
REFUSED_BY_BROKER = ProblemKind(
    code="NET-E0306",
    title="the broker closed the channel",
    explanation="The broker refused a request and closed the channel, which happens when an exchange was deleted "
    "under the running gateway. It is declared again and the events are sent again under their old ids.",
    help="If it comes again, look at the broker's log for what deletes the exchange.",
)
