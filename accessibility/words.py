"""The few words of structure an adapter says itself, in the language of the reader or of the text."""

from dataclasses import dataclass
from typing import Literal

from locales.messages import LOCALES, message
from locales.tags import LanguageTag, base

ENGLISH = LanguageTag("en")

Word = Literal["machine_translation", "ready", "original", "row", "image", "web_link"]


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and the language they are in."""

    text: str
    lang: LanguageTag


def said(word: Word, lang: LanguageTag, **values: object) -> Said | None:
    """In that language, or None where no catalogue has it: a foreign word inside a text confuses more than none."""
    locale = next((tag for tag in (lang, base(lang)) if tag in LOCALES), None)
    return Said(message(f"label.{word}", locale, **values), locale) if locale else None


def said_to(word: Word, reader: LanguageTag) -> Said:
    """In the reader's language, or in English: for what stands beside a text and must be there."""
    return said(word, reader) or Said(message(f"label.{word}", ENGLISH), ENGLISH)
