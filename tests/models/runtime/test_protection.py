from __future__ import annotations

import re

import pytest

from models.runtime.fake import FakeTranslator
from models.runtime.protection import Protected, ProtectingTranslator
from models.runtime.protocol import TranslationFailed, TranslationInput
from tests.models.tiny_model import tag, tiny_entry

ENTRY = tiny_entry()


def hide(given: TranslationInput) -> Protected | None:
    """`<…>` is hidden behind X0, X1, …; a text that says "lose" cannot be restored."""
    text = given.text
    items = re.findall("<.*?>", text)
    if not items:
        return None
    places = iter(range(len(items)))
    hidden = re.sub("<.*?>", lambda _: f"{next(places)}", text)

    def restore(translation: str) -> str | None:
        return None if "lose" in text else re.sub(r"\d", lambda place: items[int(place[0])], translation)

    return Protected(hidden if any(map(str.isalpha, hidden)) else None, restore)


def translated(*texts: str, fake: FakeTranslator | None = None) -> list[str]:
    inputs = [TranslationInput(text, tag("an")) for text in texts]
    return [each.text for each in ProtectingTranslator(fake or FakeTranslator(ENTRY), hide).translate(inputs)]


def test_the_model_never_sees_what_is_protected() -> None:
    fake = FakeTranslator(ENTRY)
    assert translated("ir a <a.es> y <b.es>", "ሰላም", fake=fake) == ["ir~an a~an <a.es> y~an <b.es>", "ሰላም~an"]
    assert [each.text for each in fake.translated] == ["ir a 0 y 1", "ሰላም"]


def test_what_cannot_be_restored_is_translated_as_it_stands() -> None:
    fake = FakeTranslator(ENTRY)
    assert translated("lose <a.es>", "casa", fake=fake) == [
        FakeTranslator(ENTRY).translate([TranslationInput("lose <a.es>", tag("an"))])[0].text,
        "casa~an",
    ]
    assert [each.text for each in fake.translated] == ["lose 0", "casa", "lose <a.es>"]


def test_a_text_of_protected_parts_alone_needs_no_model() -> None:
    fake = FakeTranslator(ENTRY)
    assert translated("<a.es> <b.es>", fake=fake) == ["<a.es> <b.es>"]
    assert fake.translated == ()


def test_a_text_the_model_fails_on_fails_alone() -> None:
    with pytest.raises(TranslationFailed) as raised:
        translated("bien <a.es>", "poison <b.es>", "aussi", fake=FakeTranslator(ENTRY, poison="poison"))
    assert raised.value.failed == (1,)
    assert [each and each.text for each in raised.value.results] == ["bien~an <a.es>", None, "aussi~an"]
