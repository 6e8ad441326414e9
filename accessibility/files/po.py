"""Message catalogues of gettext: empty messages are filled and marked fuzzy, so that a person looks at them."""

import polib
from babel.messages.plurals import get_plural

from accessibility.files import characters, lines
from accessibility.files.opened import FileFormat, OpenFile, Options, Slot
from accessibility.files.refusals import FileDamaged
from locales.tags import LanguageTag

_FUZZY = "fuzzy"


def open_po(content: bytes, _options: Options) -> OpenFile:
    """Messages without a translation, and plurals as many as the target language has."""
    text = characters.decoded(content)
    if "msgid" not in text:
        raise FileDamaged
    try:
        # polib takes a name or a text; a line end says that this is a text.
        catalogue = polib.pofile(text + "\n", wrapwidth=78)
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        raise FileDamaged from None
    slots: list[Slot] = []
    for entry in catalogue:
        if not (entry.obsolete or entry.msgstr or any(entry.msgstr_plural.values())):
            slots += _slots(entry)

    def save(_source: LanguageTag, target: LanguageTag) -> bytes:
        plural = get_plural(target.replace("-", "_"))
        for entry in catalogue:
            if entry.msgid_plural and not entry.obsolete:
                _as_many(entry, plural.num_plurals)
        catalogue.metadata["Language"] = target.replace("-", "_")
        catalogue.metadata["Plural-Forms"] = plural.plural_forms
        catalogue.metadata["Content-Type"] = "text/plain; charset=UTF-8"
        return (str(catalogue).rstrip("\n") + "\n").encode()

    return OpenFile(slots, save)


def _slots(entry: polib.POEntry) -> list[Slot]:
    if not entry.msgid_plural:
        return list(lines.some(lines.plain(entry.msgid, lambda text: _one(entry, text))))
    return [
        *lines.some(lines.plain(entry.msgid, lambda text: _many(entry, 0, text))),
        *lines.some(lines.plain(entry.msgid_plural, lambda text: _many(entry, 1, text))),
    ]


def _one(entry: polib.POEntry, text: str) -> None:
    entry.msgstr = text
    _flag(entry)


def _many(entry: polib.POEntry, form: int, text: str) -> None:
    entry.msgstr_plural[form] = text
    _flag(entry)


def _flag(entry: polib.POEntry) -> None:
    if _FUZZY not in entry.flags:
        entry.flags.append(_FUZZY)


def _as_many(entry: polib.POEntry, forms: int) -> None:
    """The first form is the singular where there is one; every other form starts from the plural."""
    if not any(entry.msgstr_plural.values()):
        return
    written = {int(form): text for form, text in entry.msgstr_plural.items()}
    most = written.get(1) or next(iter(written.values()))
    wanted = {form: written.get(form) or most for form in range(forms)}
    entry.msgstr_plural = {0: most} if forms == 1 else wanted


PO = FileFormat("po", (".po", ".pot"), "text/x-gettext-translation; charset=utf-8", open_po)
