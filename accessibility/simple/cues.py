"""Small words that carry the meaning: "not", "must", "may", "if", "at least", "before". Found by class and counted.

Two phrases of one class say the same ("con anterioridad a", "antes de"); a change of class or count is a change of
meaning. A language without cue lists has none, and the guard says that its coverage is partial.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from accessibility.phrases import PhraseTable, Words, words
from accessibility.simple.profile import CUES, profile
from locales.tags import LanguageTag, base

Cue = tuple[str, str]  # (category, class)

_NO_CUE: Cue = ("", "")


def cues(text: str, language: LanguageTag) -> Counter[Cue]:
    """How often each class of cue stands in a text."""
    return cues_in(words(text), language)


def cues_in(found: Words, language: LanguageTag) -> Counter[Cue]:
    """The same over words found before."""
    return Counter(match.value for match in _table(base(language)).find_in(found) if match.value is not _NO_CUE)


def count(text: str, language: LanguageTag, categories: Sequence[str] = CUES) -> int:
    """How many cues of these categories stand in a text."""
    return sum(number for (category, _), number in cues(text, language).items() if category in categories)


@lru_cache(maxsize=32)
def _table(language: str) -> PhraseTable[Cue]:
    known = profile(LanguageTag(language))
    phrases: dict[str, Cue] = {
        phrase: (category, name)
        for category, classes in known.cues.items()
        for name, listed in classes.items()
        for phrase in listed
    }
    # "no obstante" denies nothing: as the longer phrase it hides the "no" in it.
    return PhraseTable({**phrases, **dict.fromkeys(known.not_cues, _NO_CUE)})


def categories(language: LanguageTag) -> Mapping[str, bool]:
    """Which categories have cues in this language."""
    known = profile(language).cues
    return {name: bool(known.get(name)) for name in CUES}
