"""The formats there are, and which one a file is of: the next format is a file in this folder and a row here."""

from pathlib import PurePosixPath

from accessibility import marks
from accessibility.files import archive
from accessibility.files.docx import DOCX
from accessibility.files.epub import EPUB
from accessibility.files.html import HTML
from accessibility.files.md import MD
from accessibility.files.odt import ODP, ODT
from accessibility.files.opened import MIB, SAME, FileFormat, OpenFile, Options
from accessibility.files.pdf import PDF
from accessibility.files.plain import TXT
from accessibility.files.po import PO
from accessibility.files.pptx import PPTX
from accessibility.files.refusals import (
    FileDamaged,
    FileEncrypted,
    FileHasMacros,
    FileMisnamed,
    FileTooLarge,
    FileTooLong,
    FileUnsupported,
    FileWithoutText,
    OutputUnfit,
)
from accessibility.files.subtitles import SRT, VTT
from accessibility.files.table import CSV
from accessibility.files.tmx import TMX
from accessibility.files.xliff import XLIFF

# In the order in which contents are tried.
FORMATS: tuple[FileFormat, ...] = (PDF, DOCX, PPTX, ODT, ODP, EPUB, VTT, XLIFF, TMX, HTML, MD, SRT, PO, CSV, TXT)
_WITH_MACROS = frozenset({".docm", ".dotm", ".pptm", ".potm", ".ppsm"})


def recognise(content: bytes, name: str) -> FileFormat:
    """The format that name and content agree on. A name without an ending leaves it to the content.

    Raises FileUnsupported, FileMisnamed, FileDamaged, FileEncrypted or FileHasMacros.
    """
    ending = ending_of(name)
    named = next((each for each in FORMATS if ending in each.endings), None)
    if ending in _WITH_MACROS:
        raise FileHasMacros
    if archive.is_encrypted_office(content):
        raise FileEncrypted
    if ending and named is None:
        raise FileUnsupported
    is_in = next((each for each in FORMATS if each.sniff and each.sniff(content)), None)
    if named is None:
        return is_in or _text(content)
    if is_in is named or (is_in is None and not named.binary):
        return named
    if is_in is None:
        raise FileDamaged
    # A page may be sent as plain text on purpose.
    if is_in.binary or named.binary:
        raise FileMisnamed(ending=ending, form=is_in.name)
    return named


def _text(content: bytes) -> FileFormat:
    if archive.is_zip(content) or b"\0" in content[:4096]:
        raise FileUnsupported
    return TXT


def ending_of(name: str) -> str:
    """`.docx`, in small letters; empty where the name has none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def open_file(content: bytes, name: str, options: Options) -> tuple[FileFormat, OpenFile]:
    """The file taken apart; raises a FileRefused."""
    limits = options.limits
    if len(content) > limits.bytes:
        raise FileTooLarge(limit=limits.bytes // MIB)
    form = recognise(content, name)
    if not _fits(form, options.output):
        raise OutputUnfit(field="output")
    opened = form.open(content, options)
    if not opened.slots:
        raise FileWithoutText
    if sum(len(marks.bare(slot.text)) for slot in opened.slots) > limits.chars:
        raise FileTooLong(limit=limits.chars)
    return form, opened


def _fits(form: FileFormat, wanted: str) -> bool:
    if form.outputs or not wanted:
        return not wanted or wanted in form.outputs
    return wanted == SAME or f".{wanted}" in form.endings


def output_of(form: FileFormat, wanted: str) -> tuple[str, str]:
    """Ending and media type of the translated file."""
    if form.outputs:
        kind = wanted if wanted in form.outputs else next(iter(form.outputs))
        return f".{kind}", form.outputs[kind]
    return form.endings[0], form.media_type
