"""Checks of where partners are sent to: a channel that carries what they get."""

from collections.abc import Mapping, Sequence

from adapters.overlay import Writing
from adapters.partner import Partner
from gateway import problems_config as kinds
from gateway.config.across import PartnerFile
from gateway.config.channels import Channel, MllpChannel
from gateway.config.errors import ConfigProblem

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
