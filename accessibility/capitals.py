"""Texts written in capitals throughout, as headings and forms are. A model learns its words in small letters and knows
few of them in capitals; so it gets the text as a sentence is written, and its translation is raised to capitals again.
"""

import re
from functools import cache
from importlib.resources import files

from accessibility.lexicon import lexicon
from locales.tags import LanguageTag, base

_WORD = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
# What is shorter is as likely a name made of initials.
_FEWEST_LETTERS = 4
# i and ı are two letters here, each with a capital of its own.
_DOTTED = frozenset({"az", "crh", "kaa", "kk", "tr", "tt"})
# Capitals of Georgian are for display only, and few fonts have them.
_NEVER_RAISED = frozenset({"ka", "xmf"})


def settled(text: str, source: LanguageTag | None = None) -> str | None:
    """A text in capitals as a sentence is written: known acronyms, Roman numerals, initials and words with digits stay.
    None where the text has small letters, or no word of four letters. `source` None is any language but those with a
    dotless i. Time is linear in the text."""
    if text != text.upper() or text == text.lower():
        return None
    dotted = source is not None and base(source) in _DOTTED
    if source is None and "İ" in text:
        return None
    lowered = False

    def lower(found: re.Match[str]) -> str:
        nonlocal lowered
        word = found[0]
        initial = len(word) == 1 and text[found.end() : found.end() + 1] == "."
        if initial or word in _acronyms() or _ROMAN.fullmatch(word) or not word.isalpha():
            return word
        lowered = lowered or len(word) >= _FEWEST_LETTERS
        return (word.replace("I", "ı").replace("İ", "i") if dotted else word).lower()

    sentence = _WORD.sub(lower, text)
    if not lowered:
        return None
    first = next(place for place, letter in enumerate(sentence) if letter.isalpha())
    return sentence[:first] + (text[first] if dotted else sentence[first].upper()) + sentence[first + 1 :]


def raised(text: str, target: LanguageTag) -> str:
    """The text in capitals, by the alphabet of its language."""
    if base(target) in _NEVER_RAISED:
        return text
    return (text.replace("i", "İ") if base(target) in _DOTTED else text).upper()


@cache
def _acronyms() -> frozenset[str]:
    """Of every language: a text often holds those of another."""
    languages = (file.name.removesuffix(".toml") for file in files("accessibility").joinpath("lexicons").iterdir())
    return frozenset(
        word
        for language in languages
        for known in (lexicon(LanguageTag(language)).acronyms, lexicon(LanguageTag(language)).abbreviations)
        for name in known
        if name == name.upper()
        for word in _WORD.findall(name)
    )
