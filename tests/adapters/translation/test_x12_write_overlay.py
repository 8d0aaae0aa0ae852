"""A partner is written to in its own words and codes, and never against its own rules."""

import tomllib
from typing import Any

from adapters.mappings.to_x12.characters import Characters
from adapters.partner import Identity, Partner
from adapters.reading import Message
from adapters.translate import digest, read_delivery
from adapters.translation.x12_write import NotWritten, write
from canonical.document import Document
from canonical.registry import DOCUMENTS
from gateway.profiles import profile_for
from tests.rigs.x12_written import WRITTEN_AT, meaning, numbers, pyx12_errors

OWN = (Identity(scheme="ISA", qualifier="ZZ", id="STEXAMPLE"),)
LINE = {
    "lineNumber": "1",
    "quantity": {"value": "2", "unitCode": "CA"},
    "price": {"amount": "3.50"},
    "item": {"identifiers": [{"scheme": "MANUFACTURER", "value": "GLV"}]},
}
ORDER = {
    "documentType": "purchase_order",
    "number": "4711",
    "issueDate": "2026-11-20",
    "references": [{"type": "ward", "value": "0042"}],
    "dates": [{"type": "requestedDelivery", "date": "2026-12-01"}],
    "shipTo": {"name": "STORE 7", "identifiers": [{"scheme": "GLN", "value": "9501101530003"}]},
    "lines": [LINE],
}
RULES = """
[x12]
aliases = { "355" = { CS = "CA" } }
[x12.words]
references = { DP = "ward" }
dates = { "106" = "requestedDelivery" }
parties = { MA = "shipTo" }
items = { VN = "MANUFACTURER" }
identifiers = { "92" = "GLN" }
"""


def partner(rules: str) -> Partner:
    them = {"name": "acme", "identities": [{"scheme": "ISA", "qualifier": "01", "id": "123456789"}]}
    return Partner.model_validate({**them, **tomllib.loads(rules)})


def order(**changes: Any) -> Document:
    return DOCUMENTS["purchase_order"].model_validate({**ORDER, **changes})


def segments(rules: str, document: Document) -> list[str]:
    """The segments that the partner gets."""
    profile = profile_for(OWN, partner(rules))
    assert profile is not None
    result = write(document, profile, numbers(), WRITTEN_AT)
    assert not isinstance(result, NotWritten), [problem.to_data() for problem in result.problems]
    assert pyx12_errors(result.content) == []
    return result.content.decode().replace("~\n", "~").split("~")


def refused(rules: str, document: Document) -> set[tuple[str, str | None]]:
    """Code and canonical path of what keeps the document from being written to this partner."""
    profile = profile_for(OWN, partner(rules))
    assert profile is not None
    result = write(document, profile, numbers(), WRITTEN_AT)
    assert isinstance(result, NotWritten)
    return {(problem.code, problem.path) for problem in result.problems if problem.severity == "error"}


def test_words_and_codes_are_the_partners() -> None:
    found = segments(RULES, order())
    assert "REF*DP*0042" in found
    assert "DTM*106*20261201" in found
    assert "N1*MA*STORE 7*92*9501101530003" in found
    assert "PO1*1*2*CS*3.50**VN*GLV" in found


def test_the_partner_reads_back_what_was_meant() -> None:
    own = partner(RULES)
    profile = profile_for(OWN, own)
    assert profile is not None
    result = write(order(), profile, numbers(), WRITTEN_AT)
    assert not isinstance(result, NotWritten)
    catch_all = own.model_copy(update={"catch_all": True})
    items = read_delivery(result.content, digest(result.content), lambda *_: catch_all)
    (message,) = (item for item in items if isinstance(item, Message))
    assert message.problems == ()
    again = write(message.document, profile, numbers(), WRITTEN_AT)
    assert not isinstance(again, NotWritten)
    assert again.content == result.content
    back = meaning(message.document)
    assert back["shipTo"]["identifiers"][0]["scheme"] == "GLN"
    assert back["lines"][0]["quantity"]["unitCode"] == "CA"
    assert [entry["type"] for entry in (*back["references"], *back["dates"])] == ["ward", "requestedDelivery"]


def test_a_code_that_the_document_holds_goes_before_the_partners() -> None:
    found = segments(RULES, order(dates=[{"type": "requestedDelivery", "qualifier": "002", "date": "2026-12-01"}]))
    assert "DTM*002*20261201" in found


def test_what_breaks_the_partners_rules_is_not_written() -> None:
    rules = """
        [x12.sets.850]
        require = ["REF[CT]", "BEG06"]
        forbid = ["DTM"]
        codes = { BEG02 = ["RO"] }
        patterns = { BEG03 = "45[0-9]{8}" }
        max_uses = { PO1 = 1 }
    """
    document = order(references=[], lines=[LINE, LINE])
    assert refused(rules, document) == {
        ("X12-W0601", None),
        ("X12-W0602", "contractNumber"),
        ("X12-W0603", "dates[0]"),
        ("X12-W0605", "orderType"),
        ("X12-W0606", "number"),
        ("X12-W0608", "lines[1]"),
    }


def test_a_code_that_was_agreed_on_is_written_though_the_standard_has_none() -> None:
    document = order(references=[], orderType="Q1")
    assert ("MAP-E0013", "orderType") in refused("", document)
    assert "BEG*00*Q1*4711**20261120" in segments('[x12.sets.850]\ncodes = { BEG02 = ["Q1"] }', document)


def test_the_file_looks_as_the_partner_wants_it() -> None:
    rules = """
        [x12.write]
        release = "005010"
        usage = "T"
        delimiters = "|:'!"
        upper = true
        unsuited = "reject"
        implementation = "005010X999"
        count_always = false
    """
    plain = order(references=[], shipTo={"name": "Store 7"})
    profile = profile_for(OWN, partner(rules))
    assert profile is not None
    assert profile.characters == Characters("reject", upper=True)
    result = write(plain, profile, numbers(), WRITTEN_AT)
    assert not isinstance(result, NotWritten)
    text = result.content.decode()
    assert "|00501|000000001|0|T|:'" in text
    assert "ST|850|0001|005010X999'" in text
    assert "N1|ST|STORE 7'" in text
    assert "CTT" not in text
    assert refused(rules, order(references=[], shipTo={"name": "St|re"})) == {("MAP-E0016", "shipTo.name")}


def test_the_date_of_an_answer_has_the_partners_code() -> None:
    answer = {"status": "accepted", "sourceCode": "IA", "date": "2026-12-01", "dateType": "requestedDelivery"}
    document = DOCUMENTS["purchase_order_acknowledgment"].model_validate(
        {
            "documentType": "purchase_order_acknowledgment",
            "number": "4711",
            "orderNumber": "4711",
            "orderDate": "2026-11-20",
            "issueDate": "2026-11-20",
            "status": "accepted",
            "lines": [{**LINE, "acknowledgments": [answer]}],
        }
    )
    assert "ACK*IA***106*20261201" in segments(RULES, document)
