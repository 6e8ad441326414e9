"""What was found in the sentences of one text, so that rules, guard and key facts need not look for it again."""

from accessibility.phrases import Words
from accessibility.spans import TypedSpan, find
from locales.tags import LanguageTag


class Scan:
    """Words and typed spans by sentence, each looked for once; it lives only while its text is worked on."""

    def __init__(self, language: LanguageTag) -> None:
        self._language = language
        self._words: dict[str, Words] = {}
        self._spans: dict[str, tuple[TypedSpan, ...]] = {}

    def words(self, sentence: str) -> Words:
        """The words of a sentence."""
        found = self._words.get(sentence)
        if found is None:
            found = self._words[sentence] = Words(sentence)
        return found

    def spans(self, sentence: str) -> tuple[TypedSpan, ...]:
        """The typed spans of a sentence."""
        found = self._spans.get(sentence)
        if found is None:
            found = self._spans[sentence] = find(sentence, self._language)
        return found
