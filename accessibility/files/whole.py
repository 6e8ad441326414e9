"""Formats that are read to a Document and written anew from it."""

from collections.abc import Callable

from accessibility import marks
from accessibility.document import MAX_CHARS, Document, DocumentTooLarge
from accessibility.files.opened import OpenFile, Slot
from accessibility.files.refusals import FileRefused, FileTooLong, FileTooManyParts
from accessibility.passages import passages, restored
from locales.tags import LanguageTag

UNDETERMINED = LanguageTag("und")


def too_much(fact: DocumentTooLarge) -> FileRefused:
    """Why a file with more in it than a Document holds is not translated."""
    return FileTooLong(limit=fact.limit) if fact.limit == MAX_CHARS else FileTooManyParts(limit=fact.limit)


def opened(document: Document, write: Callable[[Document], bytes]) -> OpenFile:
    """Its passages as slots; `write` gets the document with the translations in it."""
    texts = [each.text for each in passages(document)]

    def slot(place: int) -> Slot:
        source = texts[place]

        def put(text: str) -> bool:
            texts[place] = text
            return marks.numbers(source) == marks.numbers(text)

        return Slot(source, put)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        return write(restored(document, texts, target).document)

    return OpenFile([slot(place) for place in range(len(texts))], save)
