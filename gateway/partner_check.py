"""Whether all is there to work with a partner: its names, its dialect, its answers, and the way to it.

What would happen with real files is tried with made-up ones; nothing is sent, and nothing reaches the ledger.
"""

import socket
from collections.abc import Iterator
from datetime import datetime

from adapters.contracts import AdapterError
from adapters.partner import Partner
from adapters.reading import Closing, Message
from adapters.samples.make import Wanted, documents
from adapters.translate import digest, read_delivery, render
from adapters.translation.x12_write import NotWritten, write
from canonical.problem import Problem, Severity
from gateway.channels.mllp import caller_tls
from gateway.config import Config
from gateway.config.channels import Channel, DropChannel, MllpChannel, SftpChannel
from gateway.doctor import writable
from gateway.doctor_findings import Finding, Verdict
from gateway.partners import PartnerBook
from gateway.profiles import profile_for

_FIRST = 3
"""Problems that are told of one file."""


def examine_partner(config: Config, partner: Partner, now: datetime, *, connect: bool = True) -> Iterator[Finding]:
    """All findings about one partner, in the order in which a person would mend them."""
    yield from _identity(config, partner)
    yield from _dialect(config, partner, now)
    yield from _way(config, partner, connect=connect)


def examine_file(config: Config, partner: Partner, name: str, content: bytes) -> Iterator[Finding]:
    """What would become of a file if this partner sent it: who is found as its sender, what is accepted, what goes
    back."""
    book = PartnerBook(config.partners)
    senders: set[str] = set()
    refused: list[Problem] = []
    accepted = 0
    answers: list[str] = []
    for item in read_delivery(content, digest(content), book.find):
        if isinstance(item, Message):
            senders.add(item.partner.name)
            accepted += item.accepted
            refused += () if item.accepted else item.problems
        elif isinstance(item, Closing):
            refused += item.problems if item.fatal or item.quarantine else ()
            answers += [f"a {answer.kind}" for answer in item.answers] + ["an HL7 answer"] * bool(item.reply)
    if senders != {partner.name}:
        found = ", ".join(sorted(senders)) or "nobody"
        yield Finding(
            Verdict.BAD, name, f"its sender is taken for {found}",
            "Compare the identities in the partner's file with ISA05 and ISA06, or MSH-3 and MSH-4.",
        )  # fmt: skip
    for problem in refused[:_FIRST]:
        place = f" at line {problem.line}" if problem.line else ""
        yield Finding(Verdict.BAD, name, f"{problem.code} {problem.message}{place}", problem.help)
    if not refused:
        told = " and ".join(answers) or "nothing"
        yield Finding(Verdict.GOOD, name, f"{accepted} accepted; {told} goes back")


def _identity(config: Config, partner: Partner) -> Iterator[Finding]:
    if partner.identities:
        told = ", ".join(
            f"{each.scheme} {each.qualifier or ''} {each.id}".replace("  ", " ") for each in partner.identities
        )
        yield Finding(Verdict.GOOD, "identity", told)
    elif partner.catch_all:
        yield Finding(
            Verdict.NOTE, "identity", "takes every sender that no other partner names", "For trying out alone."
        )
    else:
        yield Finding(
            Verdict.BAD, "identity", "none: nothing that it sends is known to be its",
            'Write identities = [ { scheme = "ISA", qualifier = "…", id = "…" } ] into its file.',
        )  # fmt: skip
    for scheme in sorted({each.scheme for each in partner.identities} & {"ISA", "MSH"}):
        if not any(each.scheme == scheme for each in config.gateway.identities):
            yield Finding(
                Verdict.BAD, "identity", f"[gateway] identities has none of the scheme {scheme}",
                "Write there who we are to this partner; without it nothing can be addressed to it.",
            )  # fmt: skip


def _dialect(config: Config, partner: Partner, now: datetime) -> Iterator[Finding]:
    """A made-up order is written as the partner wants it, and read as the partner would read it."""
    profile = profile_for(config.gateway.identities, partner)
    if profile is None:
        yield Finding(Verdict.NOTE, "sample order", "not tried: an order in X12 needs identities of the scheme ISA")
        return
    (order,) = documents(Wanted("850"))
    written = write(order, profile, lambda _: 1, now)
    if isinstance(written, NotWritten):
        for problem in [each for each in written.problems if each.severity is Severity.ERROR][:_FIRST]:
            yield Finding(Verdict.BAD, "sample order", f"{problem.code} {problem.message}", problem.help)
        return
    size = len(written.content)
    detail = f"an 850 in {profile.release}, usage {profile.usage}, {size} bytes, follows the guide and what was agreed"
    yield Finding(Verdict.GOOD, "sample order", detail)
    yield from _expected(config, partner, written.content, written.groups, now)


def _expected(
    config: Config, partner: Partner, order: bytes, groups: tuple[str, ...], now: datetime
) -> Iterator[Finding]:
    """The acknowledgment that the partner must send, made as it would make it, and read as it would be read here."""
    theirs = Partner(name="theirs")
    due = [
        answer
        for item in read_delivery(order, digest(order), lambda *_: theirs)
        if isinstance(item, Closing)
        for answer in item.answers
    ]
    for answer in due:
        content, _ = render(answer, lambda _: 1, now)
        for finding in examine_file(config, partner, "expected 997", content):
            if finding.verdict is not Verdict.GOOD:
                yield finding
                return
        yield Finding(
            Verdict.GOOD,
            "expected 997",
            f"from ISA06 {answer.address.receiver[1].strip()}, with AK1*PO*{groups[0]} and AK9*A",
        )


def _way(config: Config, partner: Partner, *, connect: bool) -> Iterator[Finding]:
    if partner.send is None:
        yield Finding(
            Verdict.NOTE, "way", "its file names no send: it gets acknowledgments alone, by the door it came in",
            'Write send = { channel = "…" } to send it documents.',
        )  # fmt: skip
        return
    name = partner.send.channel
    channel = config.channels.get(name)
    if channel is None or not connect:
        yield Finding(Verdict.NOTE, f"channel {name}", "not tried")
        return
    yield from _channel(name, channel, partner)


def _channel(name: str, channel: Channel, partner: Partner) -> Iterator[Finding]:
    match channel:
        case DropChannel():
            yield writable(f"channel {name}", channel.path.parent / "out" / partner.name)
        case SftpChannel():
            from gateway.doctor_servers import sftp_server

            yield from sftp_server(name, channel)
        case MllpChannel():
            yield _called(name, channel)
        case _:
            yield Finding(Verdict.GOOD, f"channel {name}", "what is for the partner waits here until it asks")


def _called(name: str, channel: MllpChannel) -> Finding:
    """Whether somebody takes the call, and shows a certificate that is trusted; no message is sent."""
    address = channel.connect
    if address is None:
        return Finding(Verdict.BAD, f"channel {name}", "calls nobody: it has no connect", "Write connect = host:port.")
    try:
        with socket.create_connection((address.host, address.port), timeout=channel.connect_seconds) as line:
            context = caller_tls(channel)
            if context is not None:
                server_name = channel.connect_tls.server_name if channel.connect_tls is not None else None
                context.wrap_socket(line, server_hostname=server_name or address.host).close()
    except (OSError, AdapterError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        help = "Ask the other side whether it listens there, and which certificate it shows."
        return Finding(Verdict.BAD, f"channel {name}", f"{address}: {reason.lower()}", help)
    return Finding(Verdict.GOOD, f"channel {name}", f"{address} takes the call")
