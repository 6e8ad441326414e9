"""Against a text nobody here wrote: the Universal Declaration of Human Rights."""

from collections import Counter

import pytest

from accessibility.numbers import mismatches
from accessibility.simple.guard import compare
from accessibility.simple.profile import languages
from accessibility.simple.readability import measure
from accessibility.simple.simplification import Options, simplify
from locales.segmentation import split
from locales.tags import LanguageTag
from tests.accessibility.simple import udhr
from tests.accessibility.simple.seeded_edits import EDITS
from tests.accessibility.simple.test_simplification import bag, explained


@pytest.fixture(autouse=True, scope="module")
def declaration() -> None:
    udhr.require()


def sentences(language: str) -> list[str]:
    return [segment.text for segment in split(udhr.text(language), LanguageTag(language), 5000)]


@pytest.mark.parametrize("language", sorted(udhr.FILES))
def test_the_baseline_of_a_language_is_its_own_declaration(language: str) -> None:
    assert measure(udhr.text(language), LanguageTag(language)).baseline_ratio == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize("language", languages())
def test_rules_change_no_number_and_no_name_and_raise_no_flag(language: LanguageTag) -> None:
    text = udhr.text(language)
    result = simplify(text, language, Options(level="simple"))
    assert result.changes
    assert result.guard.flags == ()
    assert result.guard.reverted == 0
    assert mismatches(text, result.text) == ()
    assert bag(result.text) == explained(result)


@pytest.mark.parametrize("language", sorted(udhr.FILES))
def test_equal_sentences_are_never_flagged(language: str) -> None:
    for sentence in sentences(language):
        assert compare(sentence, f"{sentence} ", LanguageTag(language)) == ()


@pytest.mark.parametrize("language", ["es", "en"])
def test_seeded_changes_are_stopped(language: str) -> None:
    seeded: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for name, edit in EDITS.items():
        for sentence in sentences(language):
            for edited in edit(sentence, language):
                seeded[name] += edited != sentence
                missed[name] += edited != sentence and not compare(sentence, edited, LanguageTag(language))
    assert seeded.total() > 200
    assert missed.total() == 0
