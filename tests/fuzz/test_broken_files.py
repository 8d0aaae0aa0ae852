"""Broken files and broken documents: only problems come of them, in linear time, and every answer is a valid one.

The changes are the same in each run; ``tests/fuzz/x12_target.py`` looks for others for as long as one likes.
"""

import json
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.formats.x12.tree import Delimiters
from adapters.translation.x12_write import OutboundProfile
from canonical.registry import DOCUMENTS
from gateway.submitted import submitted
from tests.rigs.document_mutations import broken_documents, document_seeds
from tests.rigs.x12_invariants import examine_answers, examine_reading, examine_writing, items_of, plain
from tests.rigs.x12_mutations import SEEDS, broken_files
from tests.rigs.x12_work import work_of
from tests.rigs.x12_written import profile

bounded = settings(
    deadline=timedelta(seconds=10),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_PROFILES: Final = (
    profile(),
    profile("005010"),
    profile(strict=False),
    profile(delimiters=Delimiters(element="|", component=":", segment="\n")),
)

_FEW: Final = 4
_ONCE: Final = 4_000
"""Work that is done once, however long the file: tables that are made when they are first needed."""


def test_the_seeds_hold_what_must_hold() -> None:
    for content in SEEDS:
        examine_reading(content)
        examine_answers(content)


@pytest.fixture(scope="module", autouse=True)
def _made_once() -> None:
    """Tables that are made when they are first needed are not part of anybody's work."""
    for seed in SEEDS:
        items_of(seed)


@settings(bounded, max_examples=800)
@given(broken_files())
@pytest.mark.failure("X3", "X7")
def test_a_broken_file_gives_problems_and_no_more(content: bytes) -> None:
    """Never an exception; places inside the file, messages in order, the same again when read again."""
    assert plain(examine_reading(content)) == plain(examine_reading(content))


@settings(bounded, max_examples=400)
@given(broken_files())
def test_the_answers_to_a_broken_file_are_valid(content: bytes) -> None:
    examine_answers(content)


@settings(bounded, max_examples=200)
@given(broken_files(), st.integers(1, 300))
def test_the_size_of_blocks_changes_nothing(content: bytes, size: int) -> None:
    whole = plain(items_of(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.formats.x12.segments.BLOCK", size)
        assert plain(items_of(content)) == whole


@settings(bounded, max_examples=80)
@given(broken_files())
def test_twice_as_much_is_twice_the_work(content: bytes) -> None:
    """Calls and bytes are counted, so that the machine does not matter."""
    assert work_of(content * 2 * _FEW) <= 2.2 * work_of(content * _FEW) + _ONCE


def test_the_documents_of_the_samples_are_written() -> None:
    """What is changed below is good as it is."""
    for text in document_seeds():
        data = json.loads(text)
        assert examine_writing(DOCUMENTS[data["documentType"]].model_validate(data), profile())


@settings(bounded, max_examples=800)
@given(broken_documents(), st.sampled_from(_PROFILES))
def test_a_broken_document_is_refused_or_written_whole(data: Any, how: OutboundProfile) -> None:
    """As it may be submitted: never an exception, and nothing goes out that a reader would stumble over."""
    (given_in,) = submitted(json.dumps([data]).encode())
    if given_in.document is None:
        assert given_in.problems
    else:
        examine_writing(given_in.document, how)
