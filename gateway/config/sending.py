"""Checks of what partners are sent, and where: a channel that carries it, and agreements about documents there are."""

from collections.abc import Mapping, Sequence

from adapters.overlay import Writing
from adapters.partner import Partner
from gateway import problems_config as kinds
from gateway.config.across import PartnerFile
from gateway.config.channels import Channel, MllpChannel
from gateway.config.checks import suggestion
from gateway.config.errors import ConfigProblem
from gateway.outbound.usage import usage_of
from gateway.outgoing_words import ANSWERS

_X12_SCHEMES = ("ISA", "GS")


def sending_problems(channels: Mapping[str, Channel], files: Sequence[PartnerFile]) -> list[ConfigProblem]:
    """MLLP carries HL7 messages alone: what would be X12 has to go another way than by a channel that calls."""
    problems = []
    for file in files:
        send = file.partner.send
        channel = channels.get(send.channel) if send is not None else None
        if send is None or not isinstance(channel, MllpChannel) or channel.connect is None:
            continue
        if reason := _x12_for(file.partner):
            problems.append(
                file.origin.problem(
                    kinds.WRONG_VALUE,
                    ("send", "channel"),
                    found=f'"{send.channel}", which sends HL7 over MLLP, for a partner that {reason}',
                    expected="the name of a channel that is not of kind mllp",
                    help="Where the partner has HL7 too and wants no X12, say so: "
                    'acknowledgments = { functional = "never", interchange = "never" }.',
                )
            )
    return problems


def way_back_problems(channels: Mapping[str, Channel], files: Sequence[PartnerFile]) -> list[ConfigProblem]:
    """Whose files come by a channel that sends nothing needs a way for the acknowledgments."""
    only = {channel.partner: name for name, channel in channels.items() if not (channel.sends or channel.waited_on)}
    return [
        file.origin.problem(
            kinds.MISSING_KEY,
            ("send",),
            expected='{ channel = "…" }, a channel that sends',
            help=f'Its files come by the channel "{only[file.partner.name]}", which sends nothing, and it {reason}. '
            'Where it wants none, say so: acknowledgments = { functional = "never", interchange = "never" }.',
        )
        for file in files
        if file.partner.send is None and file.partner.name in only and (reason := _x12_for(file.partner))
    ]


def agreement_problems(files: Sequence[PartnerFile]) -> list[ConfigProblem]:
    """An agreement is about a type of document."""
    if not any(file.partner.agreements for file in files):
        return []
    # Imported here: most settings have none, and the documents' models take a while to load.
    from canonical.registry import DOCUMENTS

    problems = [
        file.origin.problem(
            kinds.WRONG_VALUE,
            ("agreements", name, "answered_within"),
            found=f"a time for the answer to {name}",
            expected=f"only in the agreements of {' and '.join(ANSWERS.values())}: no others are answered",
        )
        for file in files
        for name, agreed in file.partner.agreements.items()
        if name in DOCUMENTS and name not in ANSWERS.values() and agreed.answered_within is not None
    ]
    return problems + [
        file.origin.problem(
            kinds.UNKNOWN_KEY,
            ("agreements", name),
            found=name,
            expected="a type of document, as purchase_order",
            help=suggestion(name, list(DOCUMENTS)),
        )
        for file in files
        for name in file.partner.agreements
        if name not in DOCUMENTS
    ]


def channel_for_tests_problems(channels: Mapping[str, Channel], files: Sequence[PartnerFile]) -> list[ConfigProblem]:
    """Test data must not go where other partners get real documents, unless partners lie apart there."""

    real: dict[str, list[str]] = {}
    for file in files:
        if file.partner.send is not None and usage_of(file.partner, test=False) != "T":
            real.setdefault(file.partner.send.channel, []).append(file.partner.name)
    problems = []
    for file in files:
        send = file.partner.send
        if send is None:
            continue
        name, setting = (
            (send.channel, "channel")
            if usage_of(file.partner, test=False) == "T"
            else (send.test_channel, "test_channel")
        )
        others = [each for each in real.get(name or "", []) if each != file.partner.name]
        channel = channels.get(name or "")
        if channel is not None and others and not channel.apart:
            problems.append(
                file.origin.problem(
                    kinds.WRONG_VALUE,
                    ("send", setting),
                    found=f'"{name}", by which {others[0]} gets real documents',
                    expected="a channel of its own for test data, or one of kind drop",
                )
            )
    return problems


def _x12_for(partner: Partner) -> str | None:
    """Why X12 would be sent to a partner; None where there is no reason."""
    if partner.x12 is not None and partner.x12.write != Writing():
        return "is written X12 ([x12.write])"
    acknowledgments = partner.acknowledgments
    if acknowledgments.functional == acknowledgments.interchange == "never":
        return None
    schemes = [identity.scheme for identity in partner.identities if identity.scheme in _X12_SCHEMES]
    if schemes:
        return f"sends X12 (an identity of the scheme {schemes[0]}) and gets X12 acknowledgments"
    if partner.catch_all:
        return "takes every sender, those of X12 too, and gets X12 acknowledgments"
    return None
