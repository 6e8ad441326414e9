"""Long sentences at safe points: a semicolon between two statements, an enumeration behind a colon.

A sentence with a condition in its first part stays whole, because the condition may rule the second part too. Words are
never added, dropped or moved; only marks, line ends and one capital change.
"""

import re
from collections.abc import Iterator

from accessibility.phrases import WORD, words
from accessibility.simple.changes import Change
from accessibility.simple.cues import count
from accessibility.simple.profile import Level, profile
from accessibility.simple.rules import QUOTED
from locales.tags import LanguageTag

_FEWEST_WORDS = 4
_LONGEST_ITEM = 12
_LONGEST_CLAUSE_ITEM = 30
_ANNOUNCER_REACH = 5  # words before the colon
_FEWEST_ITEMS = {"plain": 4, "simple": 3}
_HIDDEN = re.compile(rf"{QUOTED.pattern}|\([^()]*+\)|\[[^\[\]]*+\]")
_LONE_QUOTE = re.compile(r"[«»“”\"()]")
_END = re.compile(r"[.!?…]*\s*\Z")
BULLET = "- "


def split(sentence: str, language: LanguageTag, level: Level) -> tuple[str, tuple[Change, ...]]:
    """The sentence as shorter sentences or as a list, parted by line ends; unchanged where no point is safe."""
    if ";" not in sentence and ": " not in sentence:
        return sentence, ()
    for kind, parts in (("list", _list(sentence, language, level)), ("split", _statements(sentence, language))):
        if parts:
            after = ("\n" if kind == "list" or level == "simple" else " ").join(parts)
            return after, (Change("list" if kind == "list" else "split", sentence, after, f"{kind}:{language}"),)
    return sentence, ()


def _statements(sentence: str, language: LanguageTag) -> list[str]:
    parts = _parts(sentence, ";")
    # Two semicolons and more part items of an enumeration as often as statements.
    if len(parts) != 2 or not all(len(WORD.findall(part)) >= _FEWEST_WORDS for part in parts):
        return []
    if _LONE_QUOTE.search(_hidden(sentence)):
        return []
    if count(parts[0], language, ("condition",)):
        return []
    known = profile(language)
    first = next(iter(words(parts[1])), None)
    if first is None or first.folded in known.conjunctions | known.continuations or first.folded[0].isdecimal():
        return []
    before, after = (part.strip() for part in parts)
    return [f"{before}.", after[0].upper() + after[1:]]


def _list(sentence: str, language: LanguageTag, level: Level) -> list[str]:
    intro, colon, rest = _hidden(sentence).partition(": ")
    if not colon or "\n" in sentence or len(WORD.findall(intro)) < 2:
        return []
    ending = _END.search(rest)
    body = sentence[len(intro) + 2 :]
    tail = body[ending.start() :] if ending else ""
    body = body[: len(body) - len(tail)]
    if ":" in _hidden(body) or re.search(r"[.!?]\s", _hidden(body)):
        return []
    items, longest = _items(body, language, _announced(intro, language))
    if len(items) < _FEWEST_ITEMS[level] or any(not 0 < len(WORD.findall(item)) <= longest for item in items):
        return []
    # A condition behind the last item ("…, if you have them") may belong to all of them.
    if any(count(item, language, ("condition",)) for item in items):
        return []
    return [sentence[: len(intro) + 1], *(f"{BULLET}{item}" for item in items[:-1]), f"{BULLET}{items[-1]}{tail}"]


def _announced(intro: str, language: LanguageTag) -> bool:
    """ "… the following documents": without such a word, commas behind a colon part appositions as often as items."""
    last = words(intro)[-_ANNOUNCER_REACH:]
    return any(word.folded in profile(language).announcers for word in last)


def _items(body: str, language: LanguageTag, announced: bool) -> tuple[list[str], int]:
    by_semicolon = [part.strip() for part in _parts(body, ";")]
    if len(by_semicolon) > 2:
        return by_semicolon, _LONGEST_CLAUSE_ITEM
    items = [part.strip() for part in _parts(body, ",")]
    conjunctions = profile(language).conjunctions
    if len(items) < 2 or not announced:
        return [], 0
    return [*items[:-1], *_last(items[-1], conjunctions)], _LONGEST_ITEM


def _last(item: str, conjunctions: frozenset[str]) -> Iterator[str]:
    """ "photo and form" as two items, the second with its conjunction; more than one conjunction is not parted."""
    found = [word for word in words(item) if word.folded in conjunctions]
    if len(found) == 1 and found[0].span[0] > 0:
        yield item[: found[0].span[0]].strip()
        yield item[found[0].span[0] :]
    else:
        yield item


def _parts(text: str, mark: str) -> list[str]:
    """The text cut at a mark outside brackets and quotations, and never inside a number."""
    hidden = _hidden(text)
    cuts = [match.start() for match in re.finditer(rf"{re.escape(mark)}(?=\s)", hidden)]
    return [text[start:end] for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]


def _hidden(text: str) -> str:
    return _HIDDEN.sub(lambda match: "\ufffc" * len(match[0]), text)
