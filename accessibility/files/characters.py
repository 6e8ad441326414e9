"""Bytes of a text file as text: what it says of itself, else UTF-8, else the best guess."""

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
    found = from_bytes(content[:_LOOKED_AT]).best()
    try:
        return content.decode(found.encoding if found else "cp1252")
    except UnicodeDecodeError:
        raise FileDamaged from None


def _without_null(text: str) -> str:
    if "\0" in text:
        raise FileDamaged
    return text
