"""Phrase substitution: fixed phrases for simpler ones, each rule with its own examples in the language's file.

Never inside a name, an address, a quotation or a phrase in capitals; nothing is inflected, nothing looked up in bulk.
"""

import re
from collections.abc import Sequence

from accessibility.findings import Span
from accessibility.phrases import Match, Word
from accessibility.simple.changes import Change
from accessibility.simple.profile import Level, Swap, swaps
from accessibility.simple.scan import Scan
from locales.tags import LanguageTag

QUOTED = re.compile(r"«[^»]*+»|“[^”]*+”|\"[^\"]*+\"|‘[^’]*+’")
# The kinds in which a phrase may not start or end. A time or a date may hold a connective of the phrase before it.
_PROTECTED = frozenset({"url", "email", "code", "name", "phone", "currency", "number"})
_ELISIONS = frozenset("'’")
_OPENING = " \t«“\"'‘([¿¡–—-•*"


def substitute(
    sentence: str, language: LanguageTag, level: Level, scan: Scan | None = None
) -> tuple[str, tuple[Change, ...]]:
    """The sentence with simpler phrases, and each change."""
    scan = scan or Scan(language)
    found = scan.words(sentence)
    matches = list(swaps(language, level).find_in(found))
    if not matches:
        return sentence, ()
    protected = [span.span for span in scan.spans(sentence) if span.kind in _PROTECTED]
    protected += [quoted.span() for quoted in QUOTED.finditer(sentence)]
    pieces: list[str] = []
    changes: list[Change] = []
    end = 0
    for match in matches:
        if not _applies(sentence, match, found, protected):
            continue
        start, stop = match.span
        after, stop = _written(sentence, match)
        pieces += sentence[end:start], after
        changes.append(Change("phrase", sentence[start:stop].strip(), after, match.value.rule.id))
        end = stop
    return _capitalised("".join(pieces) + sentence[end:], sentence), tuple(changes)


def _applies(sentence: str, match: Match[Swap], found: Sequence[Word], protected: Sequence[Span]) -> bool:
    start, end = match.span
    rule = match.value.rule
    at_start = not sentence[:start].strip(_OPENING)
    if any(start < stop and begin < end for begin, stop in protected):
        return False
    phrase = sentence[start:end]
    if (phrase[0].isupper() and not at_start) or any(map(str.isupper, phrase[1:])):
        return False
    if sentence[start - 1 : start] in _ELISIONS:  # "d'efectuar" would need another word before it
        return False
    if rule.where != "anywhere" and (rule.where == "start") != at_start:
        return False
    before = next((word.folded for word in reversed(found) if word.span[1] <= start), "")
    after = next((word.folded for word in found if word.span[0] >= end), "")
    return before not in rule.not_after and after not in rule.not_before


def _written(sentence: str, match: Match[Swap]) -> tuple[str, int]:
    start, end = match.span
    after = match.value.after
    if not after:  # left out, with what parts it from the next word
        gap = re.compile(r"[ \u00a0,:]*").match(sentence, end)
        return "", gap.end() if gap else end
    return (after[0].upper() + after[1:] if sentence[start].isupper() else after), end


def _capitalised(sentence: str, original: str) -> str:
    """A sentence that began with a capital does so still."""
    old = next((each for each in original if each.isalpha()), "")
    place = next((index for index, each in enumerate(sentence) if each.isalpha()), None)
    if place is None or not old.isupper():
        return sentence
    return sentence[:place] + sentence[place].upper() + sentence[place + 1 :]
