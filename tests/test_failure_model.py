"""Every way to fail is made to happen by a test, or says why not; the page of the documentation tells it as it is."""

from pathlib import Path

from gateway.crash import CRASH_POINTS
from tests.failures.page import PAGE, page, shown_by
from tests.failures.rows import REASONS, rows

TESTS = Path(__file__).parent


def test_every_row_has_a_test_or_a_reason_and_none_has_both() -> None:
    shown = shown_by(TESTS)
    assert set(shown) - set(rows()) == set(), "a mark names no row"
    assert set(REASONS) - set(rows()) == set(), "a reason names no row"
    assert [id for id in rows() if id not in shown and id not in REASONS] == [], "neither test nor reason"
    assert [id for id in REASONS if id in shown] == [], "there is a test now: drop the reason"


def test_the_page_is_what_the_tests_say(update_golden: bool) -> None:
    """Renew it by ``pytest tests/test_failure_model.py --update-golden``."""
    text = page(shown_by(TESTS), len(CRASH_POINTS))
    if update_golden:
        PAGE.write_text(text, "utf-8")
    assert PAGE.read_text("utf-8") == text
