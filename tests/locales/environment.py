"""Prints what the package `locales` answers to many questions, for comparing it under different process locales.

python -m tests.locales.environment
"""

import locale
import re
import sys
from collections.abc import Iterator
from importlib.resources import files

from locales.detection import detect
from locales.languages import display_name, language, reading_order
from locales.messages import MESSAGE_IDS, READABLE, message
from locales.negotiation import negotiate
from locales.normalisation import has_letters, normalise, suspicious
from locales.profiles import PROFILES, plural_rule
from locales.pseudo import PSEUDO_LOCALES, pseudo
from locales.segmentation import split
from locales.tags import LanguageTag, parse
from tests.locales.sentences import SENTENCES

EN = LanguageTag("en")
PLACEHOLDERS = re.findall(r"\{(\w+)\}", files("locales").joinpath("po", "en.po").read_text("utf-8"))
VALUES = dict.fromkeys(PLACEHOLDERS, 21)


def lines() -> Iterator[tuple[str, object]]:
    """Each answer with the name of the module that gave it."""
    for tag in PROFILES:
        yield "languages", language(tag)
        yield "languages", [display_name(tag, LanguageTag(reader)) for reader in ("an", "ast", "ja", "fr", "ay")]
        yield "languages", reading_order(tag)
        yield "plural", [plural_rule(tag)(number) for number in range(25)]
        yield "tags", [parse(code) for code in PROFILES[tag].codes]
    for code, sentence in SENTENCES.items():
        yield "detection", [(each.tag, f"{each.confidence:.6f}") for each in detect(sentence)]
        yield "segmentation", split(f"{sentence} {sentence} Iıİi 3. {sentence}", LanguageTag(code))
        yield "normalisation", (normalise(sentence), suspicious(sentence), has_letters(sentence))
    for locale_tag in READABLE:
        yield "messages", [message(each, locale_tag, **VALUES) for each in MESSAGE_IDS]
        yield "negotiation", negotiate(f"{locale_tag}, *;q=0.3", READABLE, EN)
    yield "pseudo", [pseudo("Iıİi {limit}", each) for each in PSEUDO_LOCALES]


if __name__ == "__main__":
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        sys.stderr.write("this machine has no such locale; only the variables differ\n")
    for part, answer in lines():
        sys.stdout.buffer.write(f"{part}: {answer}\n".encode())
