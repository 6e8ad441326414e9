"""Speech markup (SSML 1.0 and 1.1), in the dialects that engines really understand.

What an engine ignores or refuses is not written for it: espeak-ng reads past `<lang>` and leaks the language of `<s>`,
so it gets `<voice>`; Polly refuses tags it does not know; Azure wants SSML 1.0 and a voice by name. Numbers and dates
are written out beforehand and stand in `<sub alias>`, since engines disagree about `<say-as>`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Literal

from babel.core import get_global

from accessibility.document import Document
from accessibility.linear import Line, Manner, Run, TableStyle, lines
from accessibility.rendering import (
    Capability,
    NothingToRender,
    OptionInvalid,
    Rendered,
    TextTooLong,
    UnsupportedDialect,
    Verbalise,
    Warning,
)
from locales.tags import LanguageTag, base, likely_script

BETWEEN_ITEMS_MS = 300
BETWEEN_BLOCKS_MS = 700

_SYNTHESIS = "http://www.w3.org/2001/10/synthesis"
_WORDS = re.compile(r"\s+|\S+")
_REGION = re.compile("[A-Z]{2}|[0-9]{3}")
_SHORTEST_VARIANT = 5  # RFC 5646 §2.1, those that begin with a digit apart
_REGIONS: Mapping[str, str] = {"oc-aranes": "ES"}  # another than CLDR has for the language
# Not in XML 1.0 at all, escaped or not.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@lru_cache(maxsize=512)
def _with_region(lang: LanguageTag) -> str:
    if lang == "und" or any(_REGION.fullmatch(subtag) for subtag in lang.split("-")[1:]):
        return lang
    # No engine has a voice for a variant; the language's own is nearer than none.
    plain = "-".join(subtag for subtag in lang.split("-") if len(subtag) < _SHORTEST_VARIANT)
    likely = get_global("likely_subtags")
    expanded = likely.get(plain.replace("-", "_")) or likely.get(base(lang), "")
    region = _REGIONS.get(lang) or expanded.rpartition("_")[2]
    if len(region) != 2:
        return lang
    language, _, script = plain.partition("-")
    return f"{language}-{region}" if script == likely_script(language, region) else f"{plain}-{region}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine wants the root, and how it is told of another language."""

    root: str
    language: Literal["lang", "voice", "named voice"]
    tags: frozenset[str]
    regions: bool = False  # tags without a region are refused
    rates: range = range(20, 301)  # percent of the normal speed that the engine knows
    relative: bool = False  # "80%" would be 80 % faster

    def tag(self, lang: LanguageTag) -> str:
        """A language as this dialect writes it: `en` is American where a region must be named, as CLDR has it."""
        return _with_region(lang) if self.regions else lang

    def rate(self, percent: int) -> str:
        """The speed as this dialect writes it; empty for the normal one."""
        if percent == 100:
            return ""
        return f"{percent - 100:+d}%" if self.relative else f"{percent}%"


_COMMON = frozenset({"speak", "p", "sub", "break", "prosody"})
DIALECTS: Mapping[str, Dialect] = {
    "w3c11": Dialect(f'<speak version="1.1" xmlns="{_SYNTHESIS}" xml:lang="{{lang}}">', "lang", _COMMON | {"lang"}),
    "espeak": Dialect('<speak version="1.1" xml:lang="{lang}">', "voice", _COMMON | {"voice"}),
    "polly": Dialect('<speak xml:lang="{lang}">', "lang", _COMMON | {"lang"}, regions=True, rates=range(20, 201)),
    "google": Dialect('<speak xml:lang="{lang}">', "lang", _COMMON | {"lang"}, regions=True),
    "azure": Dialect(
        f'<speak version="1.0" xmlns="{_SYNTHESIS}" xml:lang="{{lang}}">',
        "named voice",
        _COMMON | {"voice"},
        regions=True,
        rates=range(50, 201),
        relative=True,
    ),
}


@dataclass(frozen=True, slots=True)
class SsmlOptions:
    """`voices`: the voice's name by language, where a dialect names voices. `languages`: those the engine can switch
    to, None for any. `rate`: percent of the normal speed. `max_chars`: what the engine accepts, 0 for any."""

    dialect: str = "w3c11"
    voices: tuple[tuple[LanguageTag, str], ...] = ()
    languages: frozenset[LanguageTag] | None = None
    rate: int = 100
    max_chars: int = 0
    tables: TableStyle = "rows"
    verbalise: Verbalise | None = None


def capability(_lang: LanguageTag) -> Capability:
    """Markup needs no tool; whether an engine speaks the language is the engine's to say."""
    return Capability(available=True, exact=True)


def render(document: Document, options: SsmlOptions) -> Rendered:
    """Raises UnsupportedDialect, NothingToRender, TextTooLong, and OptionInvalid for a rate that the engine does not
    know and where a dialect needs a voice by name."""
    dialect = DIALECTS.get(options.dialect)
    if dialect is None:
        raise UnsupportedDialect(tuple(DIALECTS))
    if options.rate not in dialect.rates:
        raise OptionInvalid("ssml.rate")
    said = lines(document, Manner(options.tables))
    if not said:
        raise NothingToRender
    voices = dict(options.voices)
    known = options.languages
    if dialect.language == "named voice":
        if not (voice := voices.get(document.lang) or voices.get(base(document.lang))):
            raise OptionInvalid("ssml.voices")
        voices[document.lang] = voice
        known = frozenset(voices)
    unspoken: set[LanguageTag] = set()
    paragraphs = [_merged(_paragraph(block, document.lang, options, known, unspoken)) for block in _blocks(said)]
    if dialect.language == "named voice":
        spoken = _in_voices(paragraphs, document.lang, voices, dialect.rate(options.rate))
    else:
        pause = _pause(BETWEEN_BLOCKS_MS)
        whole = pause.join(_in_languages(each, document.lang, dialect) for each in paragraphs)
        spoken = _paced(whole, dialect.rate(options.rate))
    content = f"{dialect.root.format(lang=dialect.tag(document.lang))}{spoken}</speak>"
    if options.max_chars and len(content) > options.max_chars:
        raise TextTooLong(options.max_chars)
    used = (("dialect", options.dialect),)
    warnings: tuple[Warning, ...] = ("foreign_passage",) if unspoken else ()
    return Rendered(
        content, "application/ssml+xml", document.lang, document.direction, not unspoken, used=used, warnings=warnings
    )


def _blocks(said: Sequence[Line]) -> Iterator[Sequence[Line]]:
    block: list[Line] = []
    for line in said:
        if line.opens and block:
            yield block
            block = []
        block.append(line)
    yield block


# Text as markup, with the language that the engine is to say it in.
_Heard = tuple[LanguageTag, str]


def _paragraph(
    block: Sequence[Line],
    main: LanguageTag,
    options: SsmlOptions,
    known: frozenset[LanguageTag] | None,
    unspoken: set[LanguageTag],
) -> Iterator[_Heard]:
    """Each run in the language it is said in; what has none that the engine knows is said in the main one."""
    for place, line in enumerate(block):
        if place:
            yield main, _pause(BETWEEN_ITEMS_MS)
        for run in line.runs:
            heard = _heard(run.lang, main, known)
            if heard is None and any(map(str.isalpha, run.text)):
                unspoken.add(run.lang)
            yield heard or main, _written(run, options.verbalise)


def _heard(lang: LanguageTag, main: LanguageTag, known: frozenset[LanguageTag] | None) -> LanguageTag | None:
    if known is None or lang == main:
        return lang
    # "en-AU" is English where there is no Australian, and Mexican Spanish is no foreign language to Spanish.
    spoken = (each for each in (lang, base(lang)) if each in known)
    return next(spoken, main if base(lang) == base(main) else None)


def _merged(parts: Iterable[_Heard]) -> list[_Heard]:
    """Neighbours in one language as one."""
    return [(lang, "".join(text for _, text in run)) for lang, run in groupby(parts, key=lambda part: part[0])]


def _in_languages(parts: Sequence[_Heard], main: LanguageTag, dialect: Dialect) -> str:
    tag = dialect.language
    inside = (text if lang == main else f'<{tag} xml:lang="{dialect.tag(lang)}">{text}</{tag}>' for lang, text in parts)
    return f"<p>{''.join(inside)}</p>"


def _in_voices(
    paragraphs: Sequence[Sequence[_Heard]], main: LanguageTag, voices: Mapping[LanguageTag, str], rate: str
) -> str:
    """Azure's voices stand side by side, so no paragraph reaches over two; the main one says what has no other."""
    parts: list[_Heard] = []
    for place, paragraph in enumerate(paragraphs):
        parts += [(main, _pause(BETWEEN_BLOCKS_MS))] if place else []
        parts += [(lang, f"<p>{text}</p>") for lang, text in paragraph]
    return "".join(
        f'<voice name="{_escaped(voices[lang])}">{_paced(text, rate)}</voice>' for lang, text in _merged(parts)
    )


def _pause(milliseconds: int) -> str:
    return f'<break time="{milliseconds}ms"/>'


def _paced(text: str, rate: str) -> str:
    return f'<prosody rate="{rate}">{text}</prosody>' if rate else text


def _written(run: Run, verbalise: Verbalise | None) -> str:
    """The run with what is said otherwise than it is written in `<sub>`, so that both survive."""
    spoken = verbalise(run.text, run.lang) if verbalise else run.text
    if spoken == run.text:
        return _escaped(run.text)
    ours, theirs = _WORDS.findall(run.text), _WORDS.findall(spoken)
    parts: list[str] = []
    same = 0  # from here on both sides were alike so far
    for i, j, k, m in _between_anchors(ours, theirs):
        if ours[i:j] != theirs[k:m]:
            parts += _escaped("".join(ours[same:i])), _changed(ours[i:j], theirs[k:m])
            same = j
    return "".join(parts) + _escaped("".join(ours[same:]))


def _changed(ours: Sequence[str], theirs: Sequence[str]) -> str:
    start, end = _alike(ours, theirs)
    middle = _compared(ours[start : len(ours) - end], theirs[start : len(theirs) - end])
    return _escaped("".join(ours[:start])) + middle + _escaped("".join(ours[len(ours) - end :]))


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int]:
    """How many words both sides begin and end with."""
    least = min(len(ours), len(theirs))
    start = end = 0
    while start < least and ours[start] == theirs[start]:
        start += 1
    while end < least - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    return start, end


def _compared(ours: Sequence[str], theirs: Sequence[str]) -> str:
    if set(ours).isdisjoint(theirs):
        return _said("".join(ours), "".join(theirs))
    changes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return "".join(
        _escaped("".join(ours[i:j])) if change == "equal" else _said("".join(ours[i:j]), "".join(theirs[k:m]))
        for change, i, j, k, m in changes
    )


def _said(before: str, after: str) -> str:
    """What is written, with what is said for it where both are words."""
    if not after.strip():
        return _escaped(before)
    if not before.strip():
        return _escaped(after)
    return f'<sub alias="{_escaped(after.strip())}">{_escaped(before)}</sub>'


def _between_anchors(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The two sides in pieces that belong together, each up to and with a word that both hold once, in order: a
    comparison takes the square of the words, and speaking changes few of them."""
    once = _places_of_once(ours), _places_of_once(theirs)
    i = k = 0
    for word, j in once[0].items():
        m = once[1].get(word, -1)
        if m >= k:
            yield i, j + 1, k, m + 1
            i, k = j + 1, m + 1
    yield i, len(ours), k, len(theirs)


def _places_of_once(words: Sequence[str]) -> dict[str, int]:
    often = Counter(words)
    return {word: place for place, word in enumerate(words) if often[word] == 1}


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
