from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accessibility.adapters import messages
from accessibility.adapters.messages import MessageOptions, numbers_and_addresses
from accessibility.parse import parse
from accessibility.rendering import NothingToRender, Rendered, TextTooLong
from locales.segmentation import between_characters
from tests.accessibility.pages import all_pages, tag


def sms(text: str, lang: str = "es", **options: object) -> Rendered:
    return messages.render_sms(parse(text, "text", tag(lang)), MessageOptions(**options))  # type: ignore[arg-type]


def ussd(text: str, lang: str = "es", **options: object) -> Rendered:
    return messages.render_ussd(parse(text, "text", tag(lang)), MessageOptions(**options))  # type: ignore[arg-type]


def used(found: Rendered) -> tuple[str, int, int]:
    said = dict(found.used)
    return said["encoding"], int(said["parts"]), int(said["units"])


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "units"),
    [
        ("a" * 160, "gsm-7", 1, 160),
        ("a" * 161, "gsm-7", 2, 161),
        ("a" * 306, "gsm-7", 2, 306),
        ("a" * 307, "gsm-7", 3, 307),
        # Each of these takes an escape and a septet.
        ("€" * 80, "gsm-7", 1, 160),
        ("€" * 81, "gsm-7", 2, 162),
        ("a" + "[" * 80, "gsm-7", 2, 161),
        ("ñ" * 160, "gsm-7", 1, 160),
        ("á" * 70, "ucs-2", 1, 70),
        ("á" * 71, "ucs-2", 2, 71),
        ("á" * 135, "ucs-2", 3, 135),
        ("😀" * 35, "ucs-2", 1, 70),
        ("😀" * 36, "ucs-2", 2, 72),
        ("ሀ" * 70, "ucs-2", 1, 70),
    ],
)
def test_units_are_counted_as_networks_count_them(text: str, encoding: str, parts: int, units: int) -> None:
    assert used(sms(text)) == (encoding, parts, units)


def test_the_alphabet_is_the_standards_own() -> None:
    assert len(messages._BASIC) == 127  # 128 places less the escape
    assert len(set(messages._BASIC)) == 127
    assert set("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà") <= set(messages._BASIC)
    assert not set("áíóúêç`") & set(messages._BASIC)


def test_a_part_never_ends_inside_an_escape_or_a_surrogate_pair() -> None:
    found = sms("a" * 152 + "€" + "b" * 100)
    assert [len(part) for part in found.parts] == [152, 101]
    astral = sms("á" * 66 + "😀" * 10)
    assert [len(part) for part in astral.parts] == [66, 10]


def test_national_tables_are_used_only_when_the_network_has_them() -> None:
    spanish = "El próximo jueves, atención médica. " * 5
    assert used(sms(spanish)) == ("ucs-2", 3, 179)
    assert used(sms(spanish, national=True)) == ("gsm-7+es", 2, 189)
    assert used(sms("ção " * 30, "pt-BR", national=True)) == ("gsm-7+pt", 2, 179)
    assert used(sms("hola", national=True)) == ("gsm-7", 1, 4)
    # What the table lacks, or a language without one, is UCS-2 as before.
    assert used(sms("à̀ ŵ", "es", national=True))[0] == "ucs-2"
    assert used(sms("ŵ", "cy", national=True))[0] == "ucs-2"


def test_letters_stay_what_they_are_and_typography_gets_plain() -> None:
    assert sms("«Sólo» – no ‘solo’…").content == "\"Sólo\" - no 'solo'..."


CRITICAL = (
    "Vencimiento 31/05/2026. Importe 1.250,50 €. Llame al +34 974 10 20 30 o vea https://example.org/cita?id=7&x=8 "
    "o escriba a ayuda@example.org antes de las 20:30. Expediente 2026/000123. "
)
WHOLE = ("31/05/2026", "1.250,50 €", "+34 974 10 20 30", "https://example.org/cita?id=7&x=8", "ayuda@example.org",
         "20:30", "2026/000123")  # fmt: skip


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_no_part_cuts_a_number_a_date_or_an_address(shift: int) -> None:
    for render in (sms, ussd):
        found = render("x" * shift + " " + CRITICAL * 4)
        assert sum(part.count(item) for part in found.parts for item in WHOLE) == 4 * len(WHOLE)
        assert found.warnings == ()


@pytest.mark.parametrize(
    "text",
    ["هاتف ٠١١٢٣٤٥٦٧ ", "የስልክ ቁጥር +251 11 551 7700 ", "फ़ोन ०१२-३४५६ क्षेत्र ", "👩‍👩‍👧‍👦🇪🇸", "é" * 3, "ខ្មែរ "],
)
@pytest.mark.parametrize("shift", range(3))
def test_no_part_cuts_a_character_of_any_script(text: str, shift: int) -> None:
    whole = "x" * shift + text * 40
    found = sms(whole)
    assert "".join(found.parts) == found.content == whole.rstrip()
    place = 0
    for part in found.parts[:-1]:
        place += len(part)
        assert between_characters(str(found.content), place)
        assert not re.search(r"\d[\d\s+-]*$", part.rstrip()) or not re.match(r"\d", str(found.content)[place:])


def test_a_part_prefers_to_end_between_words() -> None:
    found = sms("palabra " * 30)
    assert all(part.endswith(" ") or part == found.parts[-1] for part in found.parts)


def test_what_is_longer_than_a_part_is_cut_and_that_is_said() -> None:
    found = sms("https://example.org/" + "a" * 300)
    assert len(found.parts) == 3
    assert found.warnings == ("address_cut",)


def test_the_label_comes_first_and_the_link_whole_at_the_end() -> None:
    found = sms("palabra " * 40, label="[TA]", link="https://e.org/a-b")
    assert found.parts[0].startswith("[TA]\npalabra")
    assert found.parts[-1].endswith("https://e.org/a-b")
    for length in range(280, 310):
        assert (
            sms("x " * (length // 2), link="https://e.org/a-b", protected=lambda _: [])
            .parts[-1]
            .endswith("https://e.org/a-b")
        )


def test_the_caller_may_say_what_must_not_be_cut() -> None:
    text = "a" * 146 + " Ana Peña " + "b" * 20
    assert sms(text).parts[1].startswith("Peña")
    whole = sms(text, protected=lambda said: [(said.index("Ana"), said.index("Peña") + 4)])
    assert whole.parts[1].startswith("Ana Peña")


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(TextTooLong) as fact:
        sms("a" * 500, max_parts=3)
    assert fact.value.limit == 3
    assert sms("a" * 459, max_parts=3)


def test_ussd_pages_are_numbered_and_stand_for_themselves() -> None:
    assert used(ussd("a" * 182)) == ("gsm-7", 1, 182)
    found = ussd("palabra " * 60)
    assert [page[:4] for page in found.parts] == ["1/3 ", "2/3 ", "3/3 "]
    assert all(len(page) <= 182 for page in found.parts)
    assert " ".join(page[4:] for page in found.parts) == ("palabra " * 60).strip()
    many = ussd("palabra " * 400)
    assert many.parts[0].startswith("1/19 ")
    assert all(len(page) <= 182 for page in many.parts)
    assert used(ussd("ቤት " * 60))[0] == "ucs-2"
    assert all(len(page) <= 80 for page in ussd("ቤት " * 60).parts)


def test_structure_survives_on_a_basic_phone() -> None:
    content = str(messages.render_sms(all_pages()["es"], MessageOptions()).content)
    assert "Fila 1. Lunes. Mañana: 9:00. Tarde: 17:00\n" in content
    with pytest.raises(NothingToRender):
        sms(" ")
    assert messages.capability(tag("am")).exact


def test_numbers_and_addresses_are_found_in_order() -> None:
    text = "Pague 12,50 € a a@b.es el 3 de mayo"
    assert [text[start:end] for start, end in numbers_and_addresses(text)] == ["12,50 €", "a@b.es", "3"]


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=400))
def test_parts_joined_are_the_text_and_none_is_too_long(text: str) -> None:
    if parse(text, "text", tag("es")).empty:
        return
    found = sms(text)
    encoding, parts, _ = used(found)
    assert "".join(found.parts) == found.content
    assert len(found.parts) == parts
    alphabet = next(each for each in messages._SMS if each.name == encoding)
    limit = alphabet.single if parts == 1 else alphabet.part
    assert all(alphabet.length(part) <= limit for part in found.parts)


def test_an_address_keeps_its_own_signs() -> None:
    url = "https://example.org/a–b’c"
    text = str(messages.render_sms(parse(f"Vea {url} – “hoy”", "text", tag("es")), MessageOptions(link=url)).content)
    assert text == f'Vea {url} - "hoy"\n{url}'


def test_what_a_caller_adds_is_one_line_without_hidden_signs() -> None:
    options = MessageOptions(label="Ayto.\u202e de\nHuesca", link="https://example.org/\u202ea\n")
    text = messages.render_sms(parse("Hola", "text", tag("es")), options).content
    assert text == "Ayto. de Huesca\nHola\nhttps://example.org/a"
