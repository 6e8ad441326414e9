"""A file opened, changed and saved in a line, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping

from accessibility.files.formats import open_file
from accessibility.files.opened import Limits, Options
from locales.tags import LanguageTag

ES, AST = LanguageTag("es"), LanguageTag("ast")


def texts(name: str, content: bytes, *columns: str) -> list[str]:
    return [slot.text for slot in open_file(content, name, Options(columns))[1].slots]


def saved(
    name: str,
    content: bytes,
    translations: Mapping[str, str] | Callable[[str], str],
    target: str = "ast",
    options: Options | None = None,
) -> tuple[bytes, list[bool]]:
    """The file with translations of some of its texts, and of which slots all marks were kept."""
    said = translations if callable(translations) else lambda text: translations.get(text, text)
    _, opened = open_file(content, name, options or Options())
    kept = [slot.put(said(slot.text)) for slot in opened.slots]
    return opened.save(ES, LanguageTag(target)), kept


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name).decode()


def package(parts: Iterable[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return target.getvalue()


def limited(**limits: int) -> Options:
    return Options(limits=Limits(**limits))
