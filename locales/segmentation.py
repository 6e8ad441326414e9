"""Text to segments and back, without losing a character.

sentencex proposes sentence ends. The language's profile and the tables below take back ends that are none and add ends
it does not know; then lines bound segments, and a sentence too long for a model is cut where a reader would pause.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import sentencex

from locales.profiles import Segmentation, profile
from locales.tags import LanguageTag, base

SEGMENTATION_VERSION = "3"


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or a part of one, with the whitespace around it; `text` is empty only if the whole text is blank."""

    before: str
    text: str
    after: str


_UNKNOWN = "en"  # rules for text in a language nobody named

# sentencex looks for the partner of every quotation mark, which is quadratic; a window keeps the whole linear.
_WINDOW = 4000

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]*[\n\r\v\f\x85\u2028\u2029]*")
_MAYBE_SENTENCE_END = re.compile(r"[^\w\s,;:'’()\-–·%/]")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Followed by a number, they announce it: "art. 3", "tel. 974 10 20 30", "núm. 5", "pág. IV".
_BEFORE_NUMBER = _words(
    """art arts núm núms num nums nº no nr nro nos pág págs pàg pàgs pag pags pax páx páxs pp p tel teléf telèf telf tlf
    tfno tlfn tfn tfnoa vol vols cap caps kap fig figs apdo inc ref exp sec ed párr disp cf cfr or orr zk sh"""
)

# Where the profile says so, a number in front of a full stop is an ordinal: "12. artikulua", "am 3. Oktober".
_ORDINAL = re.compile(r"(?:^|[\s(])(?:\d{1,2}|[IVXL]{1,5})\.$")

# Words sentencex takes for abbreviations although they end sentences more often: "Dijo que no. Luego salió."
_ENDS_ANYWAY = re.compile(
    r"\b(?:no|nos|bien|con|sobre|contra|ante|tras|entre|para|mar|iso|cap|fil|com|vice|auto|extra|macro|dic)\.\s+"
    r"(?![IVXLC]+\b)(?=[A-ZÀ-Þ«“])"
)

# Ends that sentencex does not know: Khmer and Tibetan stops, and a Spanish opening mark after a closed sentence.
_EXTRA_ENDS = re.compile(r"[។៕]+[\s\u200b]*|[།༎]+\s+|[.!?…]['\"”’»)\]]*\s+(?=[¿¡])")
# Every end that these two find holds one; most sentences hold none, and are not searched.
_MORE_INSIDE = re.compile(r"[។៕།༎]|[.!?…]['\"”’»)\]]*\s+\S")
# Marks inside a Burmese sentence that sentencex takes for its end.
_NEVER_ENDS = ("၊", "၏")

# sentencex takes a line behind one of these for a single sentence.
_BULLET = re.compile(r"\s*[•◦▪●○■]\s*")

_LIST_MARKER = re.compile(r"\s*[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlIVXL]{1,6})(?:[.)\]]|\.[ºªo°])+\s*")
_INITIAL = re.compile(r"(?:^|[\s.(])[A-ZÀ-ÞΑ-ΩА-Я]\.$")
_LAST_WORD = re.compile(
    r"[^\s,;:()\[\]{}«»“”‘’\"'\-–—]*\.$"
)  # not \w: Python counts no vowel sign of India as a letter
_NUMBER_NEXT = re.compile(r"[\d(]|[IVXLC]+\b")
_CLOSING = "'\"”’»)]}›）」』】"


@lru_cache(maxsize=512)
def _patches(language: LanguageTag) -> Segmentation:
    """A language's profile with what it takes over from others; sentencex has rules for any code, English for `und`."""
    found = profile(language)
    own = found.segmentation if found else Segmentation()
    lent = _patches(LanguageTag(own.abbreviations_of)).abbreviations if own.abbreviations_of else frozenset()
    return Segmentation(
        rules_of=own.rules_of or (_UNKNOWN if language == "und" else language),
        abbreviations=own.abbreviations | lent,
        before_number=own.before_number | _BEFORE_NUMBER,
        ordinals=own.ordinals,
        ends=own.ends,
    )


def split(text: str, tag: LanguageTag, max_chars: int = 400) -> tuple[Segment, ...]:
    """Sentences in order, none across a line end and none longer than `max_chars` code points."""
    pieces = (
        piece
        for line in _LINE.findall(text)
        for sentence in _sentences(line, base(tag))
        for piece in _cut(sentence, max_chars)
    )
    return tuple(_segments(pieces))


def join(segments: Sequence[Segment], texts: Sequence[str]) -> str:
    """The texts in place of the segments' own, with the whitespace that was between them."""
    return "".join(
        part for segment, text in zip(segments, texts, strict=True) for part in (segment.before, text, segment.after)
    )


def spans(segments: Iterable[Segment]) -> tuple[tuple[int, int], ...]:
    """Where each segment's text stands in the whole text, in code points: start and end, the whitespace outside."""
    found, offset = [], 0
    for segment in segments:
        start = offset + len(segment.before)
        found.append((start, start + len(segment.text)))
        offset = start + len(segment.text) + len(segment.after)
    return tuple(found)


def _segments(pieces: Iterable[str]) -> Iterator[Segment]:
    """Give blank pieces to the segment in front of them, or to the first one when nothing is in front."""
    before, text, after = "", "", []
    for piece in pieces:
        if not piece or piece.isspace():
            after.append(piece)
            continue
        if text:
            yield Segment(before, text, "".join(after))
            before, after = "", []
        before += "".join(after) + piece[: len(piece) - len(piece.lstrip())]
        text = piece.strip()
        after = [piece[len(piece.rstrip()) :]]
    if text:
        yield Segment(before, text, "".join(after))
    elif after_text := "".join(after):
        yield Segment(after_text, "", "")


def _sentences(line: str, language: LanguageTag) -> Iterator[str]:
    """The sentences of one line, looked at through a window that never ends inside a sentence it can see the end of."""
    start = 0
    while len(line) - start > _WINDOW:
        *complete, _ = _mended(line[start : start + _WINDOW], language) or [""]
        if not complete:
            end = _pause(line, start, start + _WINDOW)
            complete = [line[start:end]]
        yield from complete
        start += sum(map(len, complete))
    yield from _mended(line[start:], language)


def _mended(line: str, language: LanguageTag) -> list[str]:
    """What sentencex proposes, with wrong ends taken back and missing ends added."""
    ends = _patches(language).ends
    if not _MAYBE_SENTENCE_END.search(line) and not set(ends) & set(line):
        return [line]
    bullet = _BULLET.match(line)
    body = line[bullet.end() :] if bullet else line
    mended: list[str] = []
    proposed = sentencex.segment(_patches(language).rules_of, body)
    for part in (part for sentence in proposed for part in _divide(sentence, ends)):
        if mended and not _ends(mended[-1], part, language):
            mended[-1] += part
        else:
            mended.append(part)
    return [bullet[0] + "".join(mended[:1]), *mended[1:]] if bullet else mended


def _divide(sentence: str, own_ends: str) -> list[str]:
    if not (own_ends or _MORE_INSIDE.search(sentence)):
        return [sentence] if sentence else []
    places = {match.end() for pattern in _more_ends(own_ends) for match in pattern.finditer(sentence)}
    places.discard(len(sentence))
    if not places:
        return [sentence] if sentence else []
    ends = sorted(places)
    return [sentence[i:j] for i, j in zip([0, *ends], [*ends, len(sentence)], strict=True)]


@lru_cache(maxsize=64)
def _more_ends(own_ends: str) -> tuple[re.Pattern[str], ...]:
    return (_EXTRA_ENDS, _ENDS_ANYWAY, *([re.compile(rf"[{re.escape(own_ends)}]\s+")] if own_ends else []))


def _ends(left: str, right: str, language: LanguageTag) -> bool:
    """Whether a sentence really ends between two neighbours."""
    # The end of a long sentence decides; looking at more would make a run of mended ends quadratic.
    closed = left[-80:].rstrip()
    bare = closed.rstrip(_CLOSING)
    if bare.endswith(_NEVER_ENDS) or (len(left) <= 20 and _LIST_MARKER.fullmatch(left)):
        return False
    if not bare.endswith((".", "!", "?", "…")):
        return True
    if not left[-1].isspace():
        return right[0] in "¿¡"
    following = right.lstrip("'\"“‘«([{‹ \t\u00a0")
    return not (
        _in_lower_case(following[:1])
        or (bare.endswith(".") and bare == closed and _abbreviated(bare, following, language))
    )


def _in_lower_case(char: str) -> bool:
    """Georgian letters count as small ones, but its sentences begin with them."""
    return char.islower() and not "ა" <= char <= "ჿ"


def _abbreviated(left: str, following: str, language: LanguageTag) -> bool:
    patches = _patches(language)
    word = match[0].rstrip(".").lower() if (match := _LAST_WORD.search(left)) else ""
    return (
        word in patches.abbreviations
        or (word in patches.before_number and _NUMBER_NEXT.match(following) is not None)
        or (patches.ordinals and _ORDINAL.search(left) is not None)
        or _INITIAL.search(left) is not None
    )


# Where a reader pauses inside a sentence, best place first; all need something after them to be a cut.
_PAUSES = (
    re.compile(r"[;:]\s|[；：;؛；፤፥։]\s*|[។၊།]\s*"),
    re.compile(r"[,–—]\s|[，、،፣၏…]\s*|\)\s"),
    re.compile(r"[\s\u200b]"),
)

_ZWJ = "\u200d"
_PREPOSED_VOWELS = "เแโใไເແໂໃໄ"  # written before the consonant they belong to
_LETTERS_THAT_FOLLOW = "ำຳะະ"  # vowels with the category of a letter
_EMOJI_MODIFIERS = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def _cut(sentence: str, max_chars: int) -> Iterator[str]:
    """A sentence in parts of at most `max_chars`, not counting the whitespace around them."""
    start, end = 0, len(sentence.rstrip())
    while end - start > max_chars:
        cut = _pause(sentence, start, start + max_chars)
        yield sentence[start:cut]
        start = cut
    yield sentence[start:]


def _pause(text: str, start: int, limit: int) -> int:
    """The best place to cut in the second two thirds before a limit, or the last one that splits no character."""
    earliest = start + (limit - start) // 3
    for pattern in _PAUSES:
        for pause in reversed([*pattern.finditer(text, earliest, limit)]):
            if _whole(text, start, pause.end()):
                return pause.end()
    return next((cut for cut in range(limit, max(earliest, limit - 64), -1) if _whole(text, start, cut)), limit)


def _whole(text: str, start: int, cut: int) -> bool:
    """Whether a cut leaves no combining mark, joined emoji, flag, conjunct or syllable in two."""
    left, right = text[cut - 1], text[cut]
    return not (
        unicodedata.category(right).startswith("M")
        or _ZWJ in (left, right)
        or right == "\u200c"
        or unicodedata.combining(left) == 9  # a virama: the next consonant is part of this cluster
        or left in _PREPOSED_VOWELS
        or right in _LETTERS_THAT_FOLLOW
        or right in _EMOJI_MODIFIERS
        or _is_jamo_tail(right)
        or (_is_flag_letter(right) and _flag_letters_before(text, start, cut) % 2)
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_letters_before(text: str, start: int, cut: int) -> int:
    return sum(1 for _ in takewhile(_is_flag_letter, (text[index] for index in range(cut - 1, start - 1, -1))))


def _is_jamo_tail(char: str) -> bool:
    return "\u1160" <= char <= "\u11ff"


def between_characters(text: str, cut: int) -> bool:
    """Whether nothing a reader takes for one character is cut at this place: see UAX #29, grapheme clusters."""
    return 0 < cut < len(text) and _whole(text, 0, cut)
