"""Plural forms of a glossary's terms, so that "subvenciones" is explained where "subvención" is.

Only endings that mean the plural and little else. A form that no text has does no harm; a word that only looks like a
plural would get a wrong explanation, so short words and acronyms have none here.
"""

import re
from collections.abc import Iterator, Mapping

from locales.tags import LanguageTag, base

_SHORTEST = 4  # "new" and "news" are two words
_JOINING_WORDS = "a à al ao as au aux con da das de del dels do dos du e em en et i la las le les los o os y"
_JOINING = frozenset(_JOINING_WORDS.split())

# The first that fits: what a word ends in, and what its plural ends in instead.
_Endings = tuple[tuple[re.Pattern[str], str], ...]


def _endings(*rules: tuple[str, str]) -> _Endings:
    return tuple((re.compile(f"{ending}$"), plural) for ending, plural in rules)


_ENDINGS: Mapping[str, _Endings] = {
    "es": _endings(
        ("ción", "ciones"), ("sión", "siones"), ("ón", "ones"), ("án", "anes"), ("és", "eses"), ("ús", "uses"),
        ("z", "ces"), ("([aeiouáéó])", r"\1s"), ("([dlnrj])", r"\1es"),
    ),
    "gl": _endings(("([aeiouáéíóún])", r"\1s"), ("z", "ces"), ("([aeou])l", r"\1is"), ("r", "res")),
    "pt": _endings(
        ("ção", "ções"), ("são", "sões"), ("ão", "ões"), ("m", "ns"), ("([ao])l", r"\1is"), ("el", "éis"), ("il", "is"),
        ("([aeiouáéó])", r"\1s"), ("([rz])", r"\1es"),
    ),
    "ca": _endings(
        ("([gq])ua", r"\1ües"), ("ca", "ques"), ("ga", "gues"), ("ça", "ces"), ("ja", "ges"), ("a", "es"),
        ("ó", "ons"), ("à", "ans"), ("è", "ens"), ("é", "ens"), ("í", "ins"), ("([eiou])", r"\1s"), ("ès", "esos"),
        ("([bcdfglmnprt])", r"\1s"),
    ),
    "fr": _endings(("([eo])au", r"\1aux"), ("(eu|au)", r"\1x"), ("al", "aux"), ("([^sxz])", r"\1s")),
    "en": _endings(("([^aeiou])y", r"\1ies"), ("(s|x|z|ch|sh)", r"\1es"), ("([^s])", r"\1s")),
}  # fmt: skip


def plurals(term: str, language: LanguageTag) -> Iterator[str]:
    """The plural forms of a term; none where the language has no safe rule."""
    rules = _ENDINGS.get(base(language))
    words = term.split()
    if rules is None or not words or not all(word.isalpha() for word in words) or term.isupper():
        return
    if base(language) == "en":
        last = _plural(words[-1], rules)
        yield from [" ".join([*words[:-1], last])] if last else []
        return
    # "ayuda de emergencia" takes it in its first word, "renta mínima" in both.
    first = _plural(words[0], rules)
    if first is None:
        return
    rest = [word if word.casefold() in _JOINING else _plural(word, rules) or word for word in words[1:]]
    yield from dict.fromkeys((" ".join([first, *words[1:]]), " ".join([first, *rest])))


def _plural(word: str, rules: _Endings) -> str | None:
    if len(word) < _SHORTEST:
        return None
    return next((ending.sub(plural, word) for ending, plural in rules if ending.search(word)), None)
