import pytest

from accessibility.simple.readability import SYLLABLES, measure, words
from locales.tags import LanguageTag


def tag(text: str) -> LanguageTag:
    return LanguageTag(text)


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("es", "so-li-ci-tud a-yu-da dí-a rí-o ai-re ciu-dad hués-pe-des que gui-ta-rra pin-güi-no le-er ca-er pa-ís "
         "ba-úl le-y? U-ru-guay muy voy rey buey ins-ti-tu-ción a-ve-ri-güéis prohi-bi-do ahu-mar te-a-tro o-í"),
        ("pt", "so-li-ci-ta-ção a-ju-da pão mãe dia? pai queijo? quei-jo guer-ra sa-ú-de pa-ís in-for-ma-ção nos-so"),
        ("en", "help-ing form walked need-ed want-ed the ta-ble a-lone pa-per pho-to let-ter do-cu-ment we goes "
         "in-for-ma-tion of-fice of-fi-cial day free o-pen"),
        ("fr", "de-mande pe-tit for-mu-laire bu-reau ai-de? eau fille? le mai-son na-tion jour u-ne? dé-lai ma-ïs qui"),
    ],
)  # fmt: skip
def test_syllables_counted_by_hand(language: str, counted: str) -> None:
    listed = [word for word in counted.split() if not word.endswith("?")]
    wrong = {
        word: SYLLABLES[language](word.replace("-", ""))
        for word in listed
        if SYLLABLES[language](word.replace("-", "")) != word.count("-") + 1
    }
    assert wrong == {}


def test_spanish_sentence_counted_by_hand() -> None:
    # La-per-so-na-so-li-ci-tan-te-de-be-pre-sen-tar-el-im-pre-so-an-tes-del-vier-nes: 10 words, 23 syllables.
    result = measure("La persona solicitante debe presentar el impreso antes del viernes.", tag("es"))
    assert (result.words, result.sentences, result.syllables) == (10, 1, 23)
    assert result.scores["inflesz"] == pytest.approx(206.835 - 62.3 * 2.3 - 10)
    assert result.scores["fernandez_huerta"] == pytest.approx(206.84 - 60 * 2.3 - 1.02 * 10)


def test_english_french_portuguese_and_italian_sentences_counted_by_hand() -> None:
    assert measure("The cat sat on the mat.", tag("en")).scores["flesch"] == pytest.approx(206.835 - 84.6 - 1.015 * 6)
    assert measure("Le petit bureau ouvre demain.", tag("fr")).scores["kandel_moles"] == pytest.approx(
        207 - 73.6 * 8 / 5 - 1.015 * 5
    )
    assert measure("A sala abre hoje.", tag("pt")).scores["flesch_pt"] == pytest.approx(248.835 - 84.6 * 7 / 4 - 4.06)
    assert measure("Il gatto dorme.", tag("it")).scores["gulpease"] == pytest.approx(89 + (300 - 120) / 3)


def test_shares_and_lix() -> None:
    result = measure("Uno dos tres cuatro. Presentación inmediata.", tag("gl"))
    assert (result.words_per_sentence, result.long_words, result.long_sentences) == (3, 2 / 6, 0)
    assert result.lix == pytest.approx(3 + 100 * 2 / 6)
    assert result.baseline_ratio == pytest.approx(result.lix / 53.379)
    assert (result.scores, result.syllables) == ({}, None)
    assert measure("a " * 21 + ".", tag("es")).long_sentences == 1


def test_twice_the_text_is_as_hard_as_once() -> None:
    text = "La oficina abre por la mañana. Presente el impreso antes del viernes.\n"
    once, twice = measure(text, tag("es")), measure(text * 2, tag("es"))
    assert once.scores == twice.scores
    assert once.lix == twice.lix


def test_a_list_item_is_a_sentence_and_marks_are_no_letters() -> None:
    assert measure("Traiga:\n- una foto\n- y la carta.", tag("es")).sentences == 3
    assert measure("हिन्दी में लिखें।", tag("hi")).long_words == 0


def test_text_without_words_has_no_score() -> None:
    result = measure("— 。", tag("es"))
    assert (result.words, result.sentences, result.scores, result.baseline_ratio) == (0, 0, {}, None)


def test_language_without_baseline_has_no_ratio() -> None:
    assert measure("Una parola.", tag("an")).baseline_ratio is None


def test_scripts_without_spaces_are_parted_into_words() -> None:
    assert words("អ្នកមានសិទ្ធិ", tag("km")) == ["អ្នកមាន", "សិទ្ធិ"]
    assert words("d'aujourd'hui bien-être", tag("fr")) == ["d'aujourd'hui", "bien-être"]
