import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.negotiation import negotiate
from locales.tags import LanguageTag

AVAILABLE = tuple(map(LanguageTag, ("en", "es", "an", "ca", "oc", "zh-Hant")))
DEFAULT = LanguageTag("en")


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (None, "en"),
        ("", "en"),
        ("an", "an"),
        ("es-MX,es;q=0.9", "es"),
        ("fr;q=0.9, ca;q=0.3, oc-aranes;q=0.8", "oc"),
        ("ca;q=0.2, spa;q=0.4", "es"),
        ("zh-TW, zh-Hant;q=0.5", "zh-Hant"),
        ("*", "en"),
        ("fr, *;q=0.1", "en"),
        ("es;q=0, es-MX, an;q=0.1", "an"),
        ("es;q=abc, an;q=0.1", "an"),
        ("es;q=nan, an;q=0.1", "an"),
        ("es;q=0.1, an;q=9", "an"),
        ("es;level=1;q=0.1, an;q=0.2", "an"),
        ("es; Q = 0.1, an;q=0.2", "an"),
        (",,;;q=;=,es", "es"),
        ("no me entiendes, español", "en"),
        ("qu", "es"),
        ("oc-aranes;q=0.5, qu;q=0.9", "oc"),
        ("qu, es;q=0", "en"),
        ("gn;q=0", "en"),
        ("acm, gn", "es"),
    ],
)
def test_reader_gets_the_language_liked_best(header: str | None, answer: str) -> None:
    assert negotiate(header, AVAILABLE, DEFAULT) == answer


def test_first_of_equals_wins() -> None:
    assert negotiate("ca, an", AVAILABLE, DEFAULT) == "ca"


def test_only_the_beginning_of_a_long_header_is_read() -> None:
    assert negotiate("fr," * 5000 + "es", AVAILABLE, DEFAULT) == "en"


@given(st.text(max_size=200))
def test_garbage_never_raises(header: str) -> None:
    assert negotiate(header, AVAILABLE, DEFAULT) in AVAILABLE
