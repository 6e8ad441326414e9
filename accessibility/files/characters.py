"""Bytes of a text file as text: what it says of itself, else UTF-8, else the code page of Western Europe
where that makes words, else the best guess."""

import codecs

from charset_normalizer import from_bytes

from accessibility.files.refusals import FileDamaged

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 64 * 1024


def decoded(content: bytes, declared: str | None = None) -> str:
    """The text; FileDamaged where it is none, as of a picture or a program."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in filter(None, (marked, declared, "utf-8")):
        try:
            return _without_null(content.decode(encoding))
        except (UnicodeDecodeError, LookupError):
            continue
    _without_null(content[:_LOOKED_AT].decode("latin-1"))
    western = content.decode("cp1252", "replace")
    found = from_bytes(content[:_LOOKED_AT]).best()
    if found is None or (_is_latin(found.alphabets) and all(map(_usual, western))):
        return western
    return content.decode(found.encoding, "replace")


def _is_latin(alphabets: list[str]) -> bool:
    return all(
        "Latin" in alphabet or alphabet in ("General Punctuation", "Control character") for alphabet in alphabets
    )


def _usual(character: str) -> bool:
    """In a text of another code page, signs that nobody writes would stand inside words."""
    return character < "\x80" or character.isalpha() or character in "¿¡«»·–—‘’“”…€°§\u00a0"


def _without_null(text: str) -> str:
    if "\0" in text:
        raise FileDamaged
    return text
