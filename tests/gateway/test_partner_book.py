"""From the identities of an envelope to the partner."""

from adapters.partner import Identity, Partner
from gateway.partners import PartnerBook

ACME = Partner(name="acme", identities=(Identity(scheme="ISA", qualifier="01", id="123456789"),))
BEST = Partner(name="best", identities=(Identity(scheme="GS", id="BEST"), Identity(scheme="ISA", id="BEST")))
ANYONE = Partner(name="unlisted", catch_all=True)


def test_exact_identity_then_catch_all_then_nobody() -> None:
    strict = PartnerBook([ACME, BEST])
    assert strict.find("ISA", "01", "123456789") == ACME
    assert strict.find("ISA", "ZZ", "123456789") is None
    assert strict.find("GS", None, "123456789") is None
    open_to_all = PartnerBook([ANYONE, ACME, BEST])
    assert open_to_all.find("ISA", "01", "123456789") == ACME
    assert open_to_all.find("ISA", "ZZ", "123456789") == ANYONE


def test_without_qualifier_any_fits() -> None:
    book = PartnerBook([BEST])
    assert book.find("ISA", "ZZ", "BEST") == BEST
    assert book.find("ISA", "01", "BEST") == BEST


def test_padding_of_the_envelope_does_not_count() -> None:
    assert PartnerBook([ACME]).find("ISA", "01", "123456789      ") == ACME


def test_by_name() -> None:
    book = PartnerBook([ACME, BEST])
    assert book.by_name("best") == BEST
    assert book.by_name("none") is None
